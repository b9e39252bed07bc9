"""Leads and opportunities: what the CRM does by itself, and what a person may still change.

Source: Microsoft docs, qualifying leads and closing opportunities (both by their own actions; a
disqualified lead and a closed opportunity can be reopened).
"""

from __future__ import annotations

from typing import Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.states import read_only, states_changed
from connectors.sandbox.dataverse.logic.work import Work

_OPEN: Final = 0
_QUALIFIED: Final = 1


@RULES.on("before", "lead")
def lead_name(work: Work) -> None:
    """First and last name make the full name."""
    names = (work.row["firstname"], work.row["lastname"])
    work.row["fullname"] = " ".join(part for part in names if part) or None


@RULES.on("before", "lead")
def guard_lead(work: Work) -> None:
    """A person qualifies by the action only, and leaves a qualified lead as it is."""
    if not work.by_person:
        return
    if work.before is not None and work.before["statecode"] == _QUALIFIED:
        raise refusals.business(read_only("lead", work.before))
    if work.row["statecode"] == _QUALIFIED:
        raise refusals.business("A lead is qualified by the action QualifyLead.")


@RULES.on("before", "opportunity")
def guard_opportunity(work: Work) -> None:
    """A person closes an opportunity by its actions only, and may reopen it."""
    before, row = work.before, work.row
    if not work.by_person:
        return
    if row["statecode"] != _OPEN and (before is None or states_changed(work)):
        raise refusals.business(
            "An opportunity is closed by the actions WinOpportunity and LoseOpportunity."
        )
    if before is not None and before["statecode"] != _OPEN and row["statecode"] != _OPEN:
        raise refusals.business(read_only("opportunity", before))


@RULES.on("before", "opportunityproduct")
@RULES.on("deleting", "opportunityproduct")
def guard_product(work: Work) -> None:
    """A person edits the products of open opportunities only."""
    opportunity = work.other("opportunity", work.row["_opportunityid_value"])
    if work.by_person and opportunity is not None and opportunity["statecode"] != _OPEN:
        raise refusals.business(read_only("opportunity", opportunity))
