"""Orders: what a person may still change, and the quote that an order comes from.

Source: dual-write prospect-to-cash (the ERP owns every order transition; Create Invoice and Cancel
Order are hidden). None of it binds the integration user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.features import integrated
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.states import read_only, states_changed
from connectors.sandbox.dataverse.logic.work import Work
from connectors.sandbox.dataverse.wiring import Row

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

ACTIVE, SUBMITTED, CANCELED, FULFILLED, INVOICED = 0, 1, 2, 3, 4
_ITEM_BASED = 192350000


def processed_by_erp(system: DataverseSystem, order: Row) -> bool:
    """Whether the ERP processes an order: dual-written, ready, and the integration is on."""
    return (
        order["_msdyn_company_value"] is not None
        and order["msdyn_ordertype"] == _ITEM_BASED
        and bool(order["msdyn_isreadytosync"])
        and integrated(system)
    )


@RULES.on("before", "salesorder")
def find_quote(work: Work) -> None:
    """An order that names a quotation belongs to that quote, and to its opportunity."""
    row = work.row
    if not work.new or row["msdyn_quotationnumber"] is None or row["_quoteid_value"] is not None:
        return
    found = work.where(
        "quote",
        msdyn_quotenumber=row["msdyn_quotationnumber"],
        _msdyn_company_value=row["_msdyn_company_value"],
    )
    if found:
        row["_quoteid_value"] = found[0]["quoteid"]
        row["_opportunityid_value"] = found[0]["_opportunityid_value"]


@RULES.on("before", "salesorder")
def guard_order(work: Work) -> None:
    """A person edits active orders only, and moves none that the ERP processes."""
    before, row = work.before, work.row
    if not work.by_person:
        return
    if before is None:
        if row["statecode"] != ACTIVE:
            raise refusals.business("A new order is active.")
        return
    changed = {name for name in work.sent if row[name] != before[name]} - {"_ownerid_value"}
    if changed and before["statecode"] != ACTIVE:
        raise refusals.business(read_only("salesorder", before))
    if not states_changed(work):
        return
    if processed_by_erp(work.system, before):
        raise refusals.business("This order is processed in Supply Chain Management.")
    if row["statecode"] != SUBMITTED:
        raise refusals.business("An order is fulfilled, canceled or invoiced by its own action.")


@RULES.on("deleting", "salesorder")
def guard_delete(work: Work) -> None:
    """A person deletes active orders only."""
    if work.by_person and work.row["statecode"] != ACTIVE:
        raise refusals.business(read_only("salesorder", work.row))


@RULES.on("before", "salesorderdetail")
@RULES.on("deleting", "salesorderdetail")
def guard_line(work: Work) -> None:
    """A person edits the lines of active orders only."""
    order = work.other("salesorder", work.row["_salesorderid_value"])
    if work.by_person and order is not None and order["statecode"] != ACTIVE:
        raise refusals.business(read_only("salesorder", order))
