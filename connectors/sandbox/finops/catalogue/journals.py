"""What posting a document leaves behind: one journal row per posting, only ever read."""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity
from connectors.sandbox.finops.entity import Entity


def journal(set_name: str, type_name: str, system_name: str, table: str, document: str) -> Entity:
    """The entity of one journal table.

    Args:
        set_name: the public collection name.
        type_name: the public entity name.
        system_name: the name in the ERP.
        table: the base table.
        document: what the field with the posted document's number is called.
    """
    return entity(
        set_name,
        type_name,
        system_name,
        type_name,
        sources.single(table, {"dataAreaId": "company", "JournalNumber": "journal"}),
        f"""
        dataAreaId {table}.company k
        JournalNumber {table}.journal k
        {document} {table}.number
        DocumentDate {table}.date
        CustomerAccountNumber {table}.customer
        ProspectId {table}.prospect
        CurrencyCode {table}.currency
        TotalAmount {table}.amount
        """,
        read_only=True,
    )
