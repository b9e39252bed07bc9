"""Quotes: origin and owner, and what a person may still change.

Source: dual-write quote-to-cash (origin, ownership, allowed actions by state and owner, the
form's notices). None of it binds the integration user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.features import lifecycle_on
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.states import read_only, states_changed
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

DRAFT, ACTIVE, WON, CLOSED = 0, 1, 2, 3
ORIGIN_ERP, ORIGIN_SALES = 776160000, 776160001
BASED_ON_ORIGIN, OWNED_BY_ERP = 776160000, 776160001
ITEM_BASED = 192350000
NOT_OWNED: Final = "This quote is not owned by Dynamics 365 Sales"
_ERP_SAYS: Final = ("msdyn_quotationcreationmethod", "msdyn_quotationownership")
_ERP_COMPUTES: Final = ("discountpercentage", "discountamount", "freightamount")


def owned_by_erp(quote: Row) -> bool:
    """Whether the ERP owns a quote's lifecycle: by its ownership, else by its origin."""
    ownership = quote["msdyn_quotationownership"]
    if ownership in {None, BASED_ON_ORIGIN}:
        return bool(quote["msdyn_quotationcreationmethod"] == ORIGIN_ERP)
    return bool(ownership == OWNED_BY_ERP)


def out_of_reach(system: DataverseSystem, quote: Row) -> bool:
    """Whether people of the CRM must leave a quote's lifecycle to the ERP."""
    return lifecycle_on(system) and owned_by_erp(quote)


def refuse_read_only(system: DataverseSystem, quote: Row) -> None:
    """Refuse a person's change of a quote that is no draft any more."""
    if quote["statecode"] == DRAFT:
        return
    notice = read_only("quote", quote)
    if out_of_reach(system, quote):
        notice = f"{notice}. {NOT_OWNED}"
    raise refusals.business(notice)


@RULES.on("before", "quote")
def set_origin(work: Work) -> None:
    """A person's quote is a draft that came from Sales; its owner follows its origin."""
    if not work.new or work.context.caller.is_integration:
        return
    work.row["msdyn_quotationcreationmethod"] = ORIGIN_SALES
    work.row["msdyn_quotationownership"] = BASED_ON_ORIGIN
    if work.by_person and work.row["statecode"] != DRAFT:
        raise refusals.business("A new quote is a draft. Activate it after it was saved.")


@RULES.on("before", "quote")
def guard_quote(work: Work) -> None:
    """A person edits drafts only, and activates none that the ERP owns."""
    before, row = work.before, work.row
    changed = {name for name in work.sent if before is not None and row[name] != before[name]}
    changed.discard("_ownerid_value")
    if not work.by_person or before is None or not changed:
        return
    refuse_read_only(work.system, before)
    if states_changed(work):
        if row["statecode"] != ACTIVE:
            raise refusals.business(
                "A draft quote can only be activated. Win, close or revise an active quote."
            )
        if out_of_reach(work.system, before):
            raise refusals.business(NOT_OWNED)
    for name in _ERP_SAYS:
        if name in changed:
            raise refusals.business(f"{name} is set in Supply Chain Management and is read-only.")


@RULES.on("before", "quote")
def guard_discounts(work: Work) -> None:
    """Discounts and freight of a dual-written header are the ERP's to compute."""
    row = work.row
    crosses = row["_msdyn_company_value"] is not None and row["msdyn_ordertype"] == ITEM_BASED
    if not work.by_person or not crosses or not lifecycle_on(work.system):
        return
    for name in _ERP_COMPUTES:
        if name in work.sent and work.changed(name):
            raise refusals.business(
                f"{name} is calculated in Supply Chain Management and is read-only."
            )


@RULES.on("deleting", "quote")
def guard_delete(work: Work) -> None:
    """A person deletes own drafts only."""
    if not work.by_person:
        return
    if out_of_reach(work.system, work.row):
        raise refusals.business(NOT_OWNED)
    refuse_read_only(work.system, work.row)


@RULES.on("before", "quotedetail")
@RULES.on("deleting", "quotedetail")
def guard_line(work: Work) -> None:
    """A person edits the lines of drafts only, whoever owns the quote."""
    quote = work.other("quote", work.row["_quoteid_value"])
    if work.by_person and quote is not None:
        refuse_read_only(work.system, quote)
