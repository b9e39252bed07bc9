"""Writes of plain rows: set-up that others refer to, with references of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.basetable import Row
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import TABLES
from connectors.sandbox.finops.values import Values

Use = tuple[str, str]
"""A table and the column by which it refers to the rows."""


@dataclass(frozen=True, slots=True)
class Refers:
    """A column that names a row of another table.

    Args:
        column: the column.
        label: the field, as people know it.
        table: the base table that it names a row of.
        related: that table, as people know it; the label in the plural when left out.
        shared: whether the other table's rows belong to no company.
    """

    column: str
    label: str
    table: str
    related: str = ""
    shared: bool = False

    def check(self, work: Work, company: str, columns: Mapping[str, Any]) -> None:
        """Refuse a value that names no row; the empty value names none and is allowed."""
        key = () if self.shared else (company,)
        value = str(columns.get(self.column, ""))
        work.refer(value, self.label, self.related or f"{self.label}s", self.table, *key)


SALES_SET_UP = (
    Refers("tax_group", "Sales tax group", "tax_group"),
    Refers("delivery_mode", "Mode of delivery", "delivery_mode", "Modes of delivery"),
    Refers("delivery_terms", "Terms of delivery", "delivery_term", "Terms of delivery"),
)
"""What customers and prospects alike refer to."""


def plain(
    table: str, label: str, uses: tuple[Use, ...] = (), refers: tuple[Refers, ...] = ()
) -> Handler:
    """The handler of a plain base table.

    Args:
        table: the base table; its rows belong to a company when that is part of its key.
        label: what people call its rows.
        uses: who refers to its rows, and keeps them from being deleted.
        refers: what its rows refer to.
    """
    company = "company" in TABLES[table].keys
    parts = tuple(key for key in TABLES[table].keys if key != "company")

    def check(work: Work, area: str, columns: Mapping[str, Any]) -> None:
        for refer in refers:
            refer.check(work, area, columns)

    def insert(work: Work, values: Values) -> Rows:
        columns = values.of(table)
        area = work.company_of(values, table) if company else ""
        key = [str(columns[part]) for part in parts]
        if work.db.get(table, *([area] if company else []), *key) is not None:
            system_name = TABLES[table].system_name
            raise refusals.duplicate(work.row_type, label, system_name, f"{label}: {' '.join(key)}")
        check(work, area, columns)
        return {table: work.db.insert(table, columns)}

    def update(work: Work, rows: Rows, values: Values) -> None:
        row = rows[table]
        check(work, str(row.get("company", "")), values.of(table))
        work.db.update(table, row, values.of(table))

    def delete(work: Work, rows: Rows) -> None:
        row = rows[table]
        for user, column in uses:
            if any(_names(other, column, row, parts[0]) for other in work.db.rows(user).values()):
                raise refusals.infolog(
                    work.row_type,
                    "in-use",
                    f"{label} {row[parts[0]]} cannot be deleted while dependent "
                    f"{TABLES[user].system_name} records exist.",
                    verb="Delete",
                )
        work.db.delete(table, row)

    return Handler(insert, update, delete)


def _names(other: Row, column: str, row: Row, key: str) -> bool:
    """Whether another row names this one."""
    same = str(other.get(column, "")).casefold() == str(row[key]).casefold()
    return same and row.get("company", other.get("company")) == other.get("company")
