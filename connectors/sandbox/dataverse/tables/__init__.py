"""The CRM's tables: every column, type, length, lookup, key and state of this scope."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from connectors.sandbox.dataverse.tables.contactlookups import CONTACT_LOOKUPS
from connectors.sandbox.dataverse.tables.customers import CUSTOMERS
from connectors.sandbox.dataverse.tables.logistics import LOGISTICS
from connectors.sandbox.dataverse.tables.parties import PARTIES
from connectors.sandbox.dataverse.tables.payments import PAYMENTS
from connectors.sandbox.dataverse.tables.platform import PLATFORM
from connectors.sandbox.dataverse.tables.products import PRODUCTS
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
            PRODUCTS,
            CUSTOMERS,
            CONTACT_LOOKUPS,
            PARTIES,
            SALES,
        )
    )
    return MappingProxyType({table.name: table for table in read_tables(text)})
