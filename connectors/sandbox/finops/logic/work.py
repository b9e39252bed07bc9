"""What business logic works with: the base tables, the clock, and checks that many share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.sandbox.finops import numbers, refusals
from connectors.sandbox.finops.database import Database
from connectors.sandbox.finops.entity import Entity, Rows
from connectors.sandbox.finops.kinds import moment
from connectors.sandbox.finops.values import Values
from connectors.sandbox.kernel.tokens import Caller


@dataclass(frozen=True, slots=True)
class Work:
    """One write in progress.

    Args:
        db: the base tables, inside a transaction.
        entity: the entity that is written through.
        clock: the current moment.
        company: the caller's own company, for rows that name none.
        caller: who writes.
        day: the date that documents get, when it is not today.
    """

    db: Database
    entity: Entity
    clock: Callable[[], datetime]
    company: str
    caller: Caller
    day: str = ""

    @property
    def by_integration(self) -> bool:
        """Whether the integration's application user writes, which no owner's rule binds."""
        return self.caller.is_integration

    @property
    def row_type(self) -> str:
        """The entity's name in error texts."""
        return self.entity.system_name

    def now(self) -> str:
        """The current moment, as stored."""
        return moment(self.clock())

    def today(self) -> str:
        """The date of what is posted now, as stored."""
        return self.day or f"{self.now()[:10]}T12:00:00Z"

    def draw(self, datatype: str, company: str = "") -> str:
        """The next number of a sequence."""
        return numbers.draw(self.db, datatype, company)

    def company_of(self, values: Values, alias: str) -> str:
        """The company of a new row: the one it names, else the caller's.

        Raises:
            SystemRefusal: there is no such company.
        """
        company = str(values.of(alias).setdefault("company", "") or self.company)
        if self.db.get("legal_entity", company) is None:
            raise refusals.unknown_reference(
                self.row_type, company, "Company", "Legal entities (CompanyInfo)"
            )
        values.of(alias)["company"] = company
        return company

    def refer(self, value: str, label: str, related: str, table: str, *key: str) -> None:
        """Refuse a value that names no row; the empty value names none and is allowed.

        Args:
            value: the value to check.
            label: the field, as people know it.
            related: the related table, as people know it.
            table: the base table.
            key: the key parts before the value.
        """
        if value and self.db.get(table, *key, value) is None:
            raise refusals.unknown_reference(self.row_type, value, label, related)

    def parameters(self, company: str) -> Mapping[str, Any]:
        """The company's sales and marketing parameters."""
        return self.db.get("parameters", company) or {}

    def currency(self, company: str) -> str:
        """The company's own currency."""
        row = self.db.get("legal_entity", company)
        return "" if row is None else str(row.get("currency", ""))

    def joined(self, rows: Rows) -> Rows:
        """The base rows around a root row, through the entity that is written."""
        for join in self.entity.joins:
            join(self.db, rows)
        return rows


Insert = Callable[[Work, Values], Rows]
Update = Callable[[Work, Rows, Values], None]
Delete = Callable[[Work, Rows], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """What happens on the writes of one entity.

    Args:
        insert: makes the row and returns its root base rows.
        update: changes the base rows of an existing row.
        delete: removes the row.
    """

    insert: Insert
    update: Update
    delete: Delete
