"""Reads lists of rows: filter, order, navigation through lookups and collections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.filters import (
    FilterError,
    Predicate,
    UnknownProperty,
    UnsupportedFilter,
    parse_filter,
    sort_rows,
)
from connectors.sandbox.kernel.model import Table
from connectors.sandbox.kernel.query import parse_orderby
from connectors.sandbox.kernel.tokens import Caller

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem


class Reading:
    """Queries over the rows of a system."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system

    def rows(
        self,
        table: Table,
        text: str | None,
        orderby: str | None,
        top: int | None,
        aliases: Mapping[str, str],
        caller: Caller | None = None,
    ) -> list[Row]:
        """Rows that match, ordered; by id when no order is asked for."""
        del caller
        found = self._candidates(table, text, aliases)
        if orderby:
            found = sort_rows(found, self.order(table, orderby), self._value(table))
        else:
            found.sort(key=lambda row: str(row[table.id_column]))
        return found if top is None else found[:top]

    def predicate(self, table: Table, text: str, aliases: Mapping[str, str]) -> Predicate:
        """A `$filter` of this table as a predicate, or the refusal that Dataverse gives."""
        try:
            return parse_filter(
                text,
                "dataverse",
                properties=wired(table.name).properties,
                navigate=lambda row, name: self.navigate(table, row, name),
                aliases=aliases,
                now=self._system.now,
            )
        except UnknownProperty as error:
            raise refusals.unknown_property(error.name, table.name) from error
        except UnsupportedFilter as error:
            raise refusals.not_supported(str(error)) from error
        except (FilterError, ValueError) as error:
            raise refusals.bad_query(str(error)) from error

    def order(self, table: Table, text: str) -> list[tuple[str, bool]]:
        """A parsed `$orderby` whose properties exist."""
        try:
            order = parse_orderby(text)
        except ValueError as error:
            raise refusals.bad_query(str(error)) from error
        for name, _ in order:
            if "/" not in name and name not in wired(table.name).properties:
                raise refusals.unknown_property(name, table.name)
        return order

    def navigate(self, table: Table, row: Row, name: str) -> Row | list[Row] | None:
        """The row behind a lookup, or the rows of a collection."""
        return self.follow(table, row, name)[1]

    def follow(self, table: Table, row: Row, name: str) -> tuple[Table, Row | list[Row] | None]:
        """As `navigate`, with the table where it leads."""
        storage = self._system.storage
        binding = wired(table.name).bindings.get(name)
        if binding is not None:
            column, target = binding
            row_id = row[f"_{column.name}_value"]
            for other in column.targets:
                if row_id is not None and other.navigation == name:
                    found = storage.get(other.table, row_id)
                    if found is not None:
                        return wired(other.table).table, found
            return wired(target.table).table, None
        if name in table.collections:
            child, lookup = table.collections[name]
            ids = self._system.indexes.find(child, (f"_{lookup}_value",), (row[table.id_column],))
            rows = [storage.get(child, key) for key in ids]
            return wired(child).table, [item for item in rows if item is not None]
        raise refusals.unknown_property(name, table.name)

    def _candidates(self, table: Table, text: str | None, aliases: Mapping[str, str]) -> list[Row]:
        rows = self._system.storage.rows(table.name).values()
        if not text:
            return list(rows)
        predicate = self.predicate(table, text, aliases)
        try:
            return [row for row in rows if predicate(row)]
        except SystemRefusal:
            raise
        except (TypeError, ValueError) as error:
            raise refusals.bad_query(str(error)) from error

    def _value(self, table: Table) -> Any:
        def value(row: Row, name: str) -> Any:
            head, _, rest = name.partition("/")
            if not rest:
                return row.get(name)
            inner = self.navigate(table, row, head)
            return inner.get(rest) if isinstance(inner, dict) else None

        return value
