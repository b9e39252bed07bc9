"""What a delete does to the rows that point at the row: taken along, released, or in its way.

Source: the tables' relationship behaviour (parental, referential, referential with restriction).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic import RULES, Work
from connectors.sandbox.dataverse.wiring import Row, referencing, wired
from connectors.sandbox.dataverse.writing import Context
from connectors.sandbox.kernel.model import Table

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

_TAKEN_ALONG = {
    ("contact", "_parentcustomerid_value"),
    ("customeraddress", "_parentid_value"),
    ("msdyn_partypostaladdress", "_msdyn_partyid_value"),
    ("msdyn_partypostaladdress", "_msdyn_postaladdresscollectionid_value"),
    ("msdyn_partyelectronicaddress", "_msdyn_partyid_value"),
    ("msdyn_postaladdress", "_msdyn_postaladdresscollectionid_value"),
    ("msdyn_paymentdayline", "_msdyn_paymentday_value"),
    ("msdyn_paymentscheduleline", "_msdyn_paymentschedule_value"),
    ("quotedetail", "_quoteid_value"),
    ("quoteclose", "_quoteid_value"),
    ("salesorderdetail", "_salesorderid_value"),
    ("orderclose", "_salesorderid_value"),
    ("invoicedetail", "_invoiceid_value"),
    ("opportunityproduct", "_opportunityid_value"),
    ("opportunityclose", "_opportunityid_value"),
    ("productpricelevel", "_pricelevelid_value"),
    ("productpricelevel", "_productid_value"),
    ("sdkmessageprocessingstep", "_eventhandler_value"),
    ("sdkmessageprocessingstepimage", "_sdkmessageprocessingstepid_value"),
}
_HELD = {
    *((table, "_customerid_value") for table in ("quote", "salesorder", "invoice", "opportunity")),
    *((table, "_productid_value") for table in ("quotedetail", "salesorderdetail")),
    ("invoicedetail", "_productid_value"),
}
"""Rows that keep what they point to from being deleted."""
_IN_THE_WAY = {
    "cdm_company",
    "transactioncurrency",
    "msdyn_customergroup",
    "msdyn_paymentterm",
    "msdyn_party",
    "msdyn_operationalsite",
    "msdyn_warehouse",
    "product",
    "uom",
    "uomschedule",
    "systemuser",
    "team",
    "businessunit",
}


class Deleting:
    """Deletes rows with the cascades of their relationships."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system

    def delete(self, table: Table, row: Row, context: Context) -> None:
        """Delete a row inside the running transaction."""
        row_id = row[table.id_column]
        work = Work(self._system, table, row_id, row, row, {}, context)
        for rule in RULES.deleting(table.name):
            rule(work)
        for other, name in referencing(table.name):
            for found in self._pointing(other, name, row_id):
                self._meet(table, other, name, found, context)
        latest = self._system.storage.get(table.name, row_id)
        if latest is not None:
            self._system.writer.remove(table, latest, context)

    def _pointing(self, other: str, name: str, row_id: str) -> list[str]:
        return [key for key, row in self._system.storage.rows(other).items() if row[name] == row_id]

    def _meet(self, table: Table, other: str, name: str, found: str, context: Context) -> None:
        pointing = self._system.storage.get(other, found)
        if pointing is None:
            return
        if (other, name) in _TAKEN_ALONG:
            self.delete(wired(other).table, pointing, context.deeper())
        elif table.name in _IN_THE_WAY or (other, name) in _HELD:
            raise refusals.in_use(table.name, other)
        else:
            self._system.writer.change(other, found, {name: None}, context.deeper())
