"""What both systems hold of prospect-to-cash, with versions: to see that nothing moved."""

from __future__ import annotations

from collections import Counter
from typing import Any

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.scenarios.world import World

Key = tuple[str, ...]
Snapshot = dict[Key, Any]

_CRM_TABLES = {
    "accounts": "accountid",
    "contacts": "contactid",
    "leads": "leadid",
    "opportunities": "opportunityid",
    "quotes": "quoteid",
    "quotedetails": "quotedetailid",
    "salesorders": "salesorderid",
    "salesorderdetails": "salesorderdetailid",
    "invoices": "invoiceid",
    "invoicedetails": "invoicedetailid",
    "msdyn_parties": "msdyn_partyid",
    "msdyn_partypostaladdresses": "msdyn_partypostaladdressid",
    "msdyn_postaladdresses": "msdyn_postaladdressid",
    "msdyn_postaladdresscollections": "msdyn_postaladdresscollectionid",
    "msdyn_contactforparties": "msdyn_contactforpartyid",
}
_ERP_TABLES = {
    "Prospects": ("dataAreaId", "ProspectId"),
    "CustomersV3": ("dataAreaId", "CustomerAccount"),
    "ContactPersons": ("dataAreaId", "ContactPersonId"),
    "PartyLocationPostalAddressesV2": ("PartyNumber", "LocationId", "ValidFrom"),
    "CDSSalesQuotationHeaders": ("dataAreaId", "SalesQuotationNumber"),
    "CDSSalesQuotationLines": (
        "dataAreaId",
        "SalesQuotationNumber",
        "LineCreationSequenceNumber",
    ),
    "CDSSalesOrderHeaders": ("dataAreaId", "SalesOrderNumber"),
    "CDSSalesOrderLines": ("dataAreaId", "SalesOrderNumber", "LineCreationSequenceNumber"),
    "SalesInvoiceHeadersV2": ("dataAreaId", "InvoiceNumber", "InvoiceDate", "LedgerVoucher"),
    "NumberSequencesV2References": ("DataTypeName",),
}


def take(world: World) -> Snapshot:
    """Every row by table and key: its version in the CRM, all of it in the ERP."""
    found: Snapshot = {}
    for table, key in _CRM_TABLES.items():
        for row in world.crm.rows(table):
            found["crm", table, row[key]] = row["@odata.etag"]
    for table, keys in _ERP_TABLES.items():
        for row in world.erp.rows(table):
            found["erp", table, *(str(row[name]) for name in keys)] = row
    return found


def settled(world: World) -> Snapshot:
    """A snapshot of both systems as soon as nothing moves."""
    return world.at_rest("both", lambda: take(world))


def moved(before: Snapshot, after: Snapshot) -> list[Key]:
    """The rows that came, went or changed between two snapshots."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def twice(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    """Which values of some columns more than one row has; rows without the first do not count."""
    values = (tuple(row[name] for name in columns) for row in rows if row[columns[0]] is not None)
    return [value for value, count in Counter(values).items() if count > 1]
