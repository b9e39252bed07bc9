"""The ERP's business logic, one file per kind of record."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.finops.logic import (
    address_entities,
    categories,
    contacts,
    customers,
    party_entities,
    products,
    prospects,
    reference,
    sequences,
)
from connectors.sandbox.finops.logic.documents import (
    order_lines,
    orders,
    quotation_lines,
    quotations,
)
from connectors.sandbox.finops.logic.work import Handler

HANDLERS: Mapping[str, Handler] = {
    "Prospects": prospects.HANDLER,
    "CustomersV3": customers.HANDLER,
    "ContactPersons": contacts.CONTACTS,
    "CDSContactPersonsV2": contacts.CUSTOMER_CONTACTS,
    "CDSParties": party_entities.PARTIES,
    "PartyContactsV3": party_entities.ELECTRONIC,
    "CDSPostalAddressLocations": address_entities.LOCATIONS,
    "CDSPostalAddressHistoryV2": address_entities.VERSIONS,
    "CDSPartyPostalAddressLocations": address_entities.LINKS,
    "PartyLocationPostalAddressesV2": address_entities.PARTY_ADDRESSES,
    "AllProducts": products.SHARED,
    "ReleasedProductsV2": products.RELEASED,
    **reference.REFERENCE,
    "SequenceV2Tables": sequences.HANDLER,
    **categories.HANDLERS,
    "CDSSalesQuotationHeaders": quotations.HANDLER,
    "CDSSalesQuotationLines": quotation_lines.HANDLER,
    "CDSSalesOrderHeaders": orders.HANDLER,
    "CDSSalesOrderLines": order_lines.HANDLER,
}
"""What happens when a row of a writable entity is inserted, updated or deleted."""
