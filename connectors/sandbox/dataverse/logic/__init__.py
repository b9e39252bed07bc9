"""The CRM's own business logic, one small file per subject; it runs in the user's transaction."""

from connectors.sandbox.dataverse.logic import (
    accounts,
    addresses,
    contacts,
    contactsforparty,
    electronic,
    flataddresses,
    leads,
    ownership,
    parties,
    platform,
    products,
)
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

__all__ = [
    "RULES",
    "Work",
    "accounts",
    "addresses",
    "contacts",
    "contactsforparty",
    "electronic",
    "flataddresses",
    "leads",
    "ownership",
    "parties",
    "platform",
    "products",
]
