"""The data entities, as data.

Source: Microsoft docs, data entities of finance and operations and their public names; dual-write
table maps for the fields that prospect-to-cash uses.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.finops.catalogue import (
    addresses,
    categories,
    contact_lookups,
    contacts,
    customers,
    invoices,
    logistics,
    orders,
    parties,
    payments,
    products,
    prospects,
    quotations,
    reference,
)
from connectors.sandbox.finops.entity import Entity

ENTITIES: Mapping[str, Entity] = {
    entity.set_name: entity
    for module in (
        prospects,
        customers,
        contacts,
        parties,
        addresses,
        reference,
        payments,
        logistics,
        products,
        categories,
        contact_lookups,
        quotations,
        orders,
        invoices,
    )
    for entity in module.ENTITIES
}
"""Every entity by its public collection name."""
