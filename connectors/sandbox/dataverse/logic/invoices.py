"""Invoices: they come from the ERP, and make their order invoiced.

Source: dual-write prospect-to-cash (invoices are created only in the ERP and are read-only in the
CRM; on arrival the order becomes Invoiced and the invoice gets the order's owner).
"""

from __future__ import annotations

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.features import integrated
from connectors.sandbox.dataverse.logic.orders import ACTIVE, FULFILLED, SUBMITTED
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

_INVOICED = 192350005


@RULES.on("before", "invoice", "invoicedetail")
@RULES.on("deleting", "invoice", "invoicedetail")
def refuse_people(work: Work) -> None:
    """People do not make, edit or delete invoices while the ERP does the invoicing."""
    if work.by_person and integrated(work.system):
        raise refusals.business(
            "Invoices are created in Supply Chain Management and are read-only in Dynamics 365 "
            "Sales."
        )


@RULES.on("before", "invoice")
def take_owner(work: Work) -> None:
    """An invoice belongs to whom its order belongs."""
    order = work.other("salesorder", work.row["_salesorderid_value"])
    if order is None or not work.changed("_salesorderid_value"):
        return
    if "_ownerid_value" not in work.sent:
        work.row["_ownerid_value"] = order["_ownerid_value"]
    if work.row["_opportunityid_value"] is None:
        work.row["_opportunityid_value"] = order["_opportunityid_value"]


@RULES.on("after", "invoice")
def invoice_order(work: Work) -> None:
    """The arriving invoice makes its order invoiced, once the ERP says so of the whole order.

    An invoice may arrive before the order's processing status does: nothing is concluded from it
    alone, since it may be the invoice of a part.
    """
    order = work.other("salesorder", work.row["_salesorderid_value"])
    if order is None or not work.changed("_salesorderid_value"):
        return
    if order["msdyn_processingstatus"] not in {None, _INVOICED}:
        return
    if order["statecode"] in {ACTIVE, SUBMITTED, FULFILLED}:
        state = {"statecode": 4, "statuscode": 100003}
        work.change("salesorder", order["salesorderid"], state)
