"""The CRM's tables: every column, type, length, lookup, key and state of this scope."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from connectors.sandbox.dataverse.tables.contactlookups import CONTACT_LOOKUPS
from connectors.sandbox.dataverse.tables.customers import CUSTOMERS
from connectors.sandbox.dataverse.tables.invoices import INVOICES
from connectors.sandbox.dataverse.tables.logistics import LOGISTICS
from connectors.sandbox.dataverse.tables.orders import ORDERS
from connectors.sandbox.dataverse.tables.organisation import ORGANISATION
from connectors.sandbox.dataverse.tables.parties import PARTIES
from connectors.sandbox.dataverse.tables.payments import PAYMENTS
from connectors.sandbox.dataverse.tables.platform import PLATFORM
from connectors.sandbox.dataverse.tables.prices import PRICES
from connectors.sandbox.dataverse.tables.products import PRODUCTS
from connectors.sandbox.dataverse.tables.quotes import QUOTES
from connectors.sandbox.dataverse.tables.reading import read_tables
from connectors.sandbox.dataverse.tables.reference import REFERENCE
from connectors.sandbox.dataverse.tables.sales import SALES
from connectors.sandbox.kernel.model import Table


@cache
def all_tables() -> Mapping[str, Table]:
    """Every table by logical name."""
    text = "\n".join(
        (
            PLATFORM,
            REFERENCE,
            PAYMENTS,
            LOGISTICS,
            ORGANISATION,
            PRODUCTS,
            PRICES,
            CUSTOMERS,
            CONTACT_LOOKUPS,
            PARTIES,
            SALES,
            QUOTES,
            ORDERS,
            INVOICES,
        )
    )
    return MappingProxyType({table.name: table for table in read_tables(text)})
