"""Rows: what a system holds, as the service sees it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

Scalar = str | int | bool | Decimal | None
"""A column's value. Money is `Decimal`; dates are ISO 8601 text in UTC; a lookup is the id of the
row it points to."""

Constant = str | int | bool | None
"""A column's value as a map names it."""

Image = dict[str, Scalar]
"""What a row looks like at one version: column name → value, for the columns that maps use."""


class Side(StrEnum):
    """One of the two systems."""

    CRM = "crm"
    ERP = "erp"

    @property
    def other(self) -> Side:
        """The side across."""
        return Side.ERP if self is Side.CRM else Side.CRM


class RowRef(msgspec.Struct, frozen=True, order=True):
    """The identity of a row: where it lives and its id there.

    Attributes:
        side: The system.
        table: The entity set, e.g. `accounts` or `CustomersV3`.
        row_id: CRM: the GUID in lower case. ERP: the key predicate with the columns in the order
            of the table's key, e.g. `dataAreaId='usmf',CustomerAccount='PR-000001'`.
    """

    side: Side
    table: str
    row_id: str

    def __str__(self) -> str:
        return f"{self.side}:{self.table}({self.row_id})"


class Row(msgspec.Struct, frozen=True):
    """A row at one version.

    Attributes:
        ref: Which row.
        version: The system's version text (an etag); equal versions mean equal contents.
        order: A number that grows with every change, on sides whose versions are ordered.
        image: The columns' values.
        actor: Who changed it last, as far as the system tells.
        changed_at: When it changed, by the system's clock (ISO 8601, UTC); never used to decide.
    """

    ref: RowRef
    version: str
    image: Image
    order: int | None = None
    actor: str | None = None
    changed_at: str | None = None


class Lookup(msgspec.Struct, frozen=True):
    """A value to write into a lookup column: the row it shall point to.

    Attributes:
        table: The entity set of the target.
        row_id: The target's row id.
    """

    table: str
    row_id: str


class TableSpec(msgspec.Struct, frozen=True):
    """What a connector needs to know of a table to read and write it.

    Attributes:
        side: The system that holds the table.
        table: The entity set.
        keys: The columns that make a row's id, in order: one GUID column in the CRM, the entity
            key in the ERP.
        columns: Every column that maps read.
        lookups: Lookup column → the entity sets it may point to.
        company: The column that holds the company, for company-specific tables.
        seldom: Whether its rows change seldom: reference data.
    """

    side: Side
    table: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    lookups: dict[str, tuple[str, ...]] = {}
    company: str | None = None
    seldom: bool = False
