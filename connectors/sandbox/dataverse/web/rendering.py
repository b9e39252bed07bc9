"""Shows rows: selected properties, annotations, expanded rows, context addresses."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.messages import WebRequest
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.model import Column, Table
from connectors.sandbox.kernel.query import Expand, parse_expand, parse_select

FORMATTED = "OData.Community.Display.V1.FormattedValue"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
LOGICAL_NAME = "Microsoft.Dynamics.CRM.lookuplogicalname"


class View:
    """What a request wants to see of a table's rows."""

    def __init__(
        self,
        system: DataverseSystem,
        table: Table,
        select: Sequence[str] | None,
        expand: Sequence[Expand] = (),
        annotations: str = "",
    ) -> None:
        self._system = system
        self._table = table
        self._expand = list(expand)
        self._patterns = [item.strip() for item in annotations.split(",") if item.strip()]
        self._names = None if select is None else _selected(table, select)
        self.select = select

    @classmethod
    def of(cls, system: DataverseSystem, table: Table, request: WebRequest) -> View:
        """The view that a request's options and preferences describe."""
        return cls(
            system,
            table,
            parse_select(request.options.get("$select")),
            parse_expand(request.options.get("$expand")),
            request.preferences.get("odata.include-annotations", ""),
        )

    @property
    def plain(self) -> bool:
        """Whether rows are shown without expansion and annotations."""
        return not self._expand and not self._patterns

    def context(self, request: WebRequest, suffix: str = "") -> str:
        """The context address of an answer."""
        parts = list(self.select or [])
        parts += [_expand_context(item) for item in self._expand]
        columns = f"({','.join(parts)})" if parts else ""
        return request.url(f"$metadata#{self._table.entity_set}{columns}{suffix}")

    def show(self, row: Row) -> dict[str, Any]:
        """One row."""
        shown = row if self._names is None else {name: row[name] for name in self._names}
        if self.plain:
            return shown
        if self._patterns:
            shown = self._annotated(shown)
        shown = dict(shown)
        for item in self._expand:
            shown[item.name] = self._expanded(row, item)
        return shown

    def _annotated(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        properties = wired(self._table.name).properties
        result: dict[str, Any] = {}
        for name, value in shown.items():
            column = properties.get(name)
            if column is not None and value is not None:
                for annotation, text in self._annotations(column, value):
                    if self._wanted(annotation):
                        result[f"{name}@{annotation}"] = text
            result[name] = value
        return result

    def _annotations(self, column: Column, value: Any) -> list[tuple[str, str]]:
        if column.kind == "lookup":
            return self._lookup_annotations(column, value)
        text = formatted(column, value)
        return [] if text is None else [(FORMATTED, text)]

    def _lookup_annotations(self, column: Column, value: str) -> list[tuple[str, str]]:
        for target in column.targets:
            row = self._system.storage.get(target.table, value)
            if row is None:
                continue
            found = [(NAVIGATION, target.navigation), (LOGICAL_NAME, target.table)]
            name = wired(target.table).table.primary_name
            if name is not None and row[name] is not None:
                found.insert(0, (FORMATTED, str(row[name])))
            return found
        return []

    def _wanted(self, annotation: str) -> bool:
        return any(fnmatch.fnmatchcase(annotation, pattern) for pattern in self._patterns)

    def _expanded(self, row: Row, item: Expand) -> Any:
        reading = self._system.reading
        target, found = reading.follow(self._table, row, item.name)
        select = parse_select(item.options.get("$select"))
        inner = View(self._system, target, select, annotations=",".join(self._patterns))
        if not isinstance(found, list):
            return None if found is None else inner.show(found)
        if "$filter" in item.options:
            test = reading.predicate(target, item.options["$filter"], {})
            found = [child for child in found if test(child)]
        if "$orderby" in item.options:
            order = reading.order(target, item.options["$orderby"])
            for name, descending in reversed(order):
                found.sort(key=lambda child, n=name: str(child[n] or ""), reverse=descending)  # type: ignore[misc]
        if "$top" in item.options:
            found = found[: int(item.options["$top"])]
        return [inner.show(child) for child in found]


def formatted(column: Column, value: Any) -> str | None:
    """The text that people read for a value, where it differs from the value."""
    if column.kind == "choice" and column.options is not None:
        return str(column.options.get(value, value))
    if column.kind == "boolean":
        return "Yes" if value else "No"
    if column.kind in {"money", "decimal"}:
        return f"{Decimal(value):,f}"
    if column.kind == "integer":
        return f"{value:,}"
    return str(value) if column.kind in {"datetime", "date"} else None


def _selected(table: Table, select: Sequence[str]) -> list[str]:
    known = wired(table.name)
    wanted = set()
    for name in select:
        column = known.properties.get(name)
        if column is None:
            raise refusals.unknown_property(name, table.name)
        wanted.add(name)
        if column.kind == "money" and "_transactioncurrencyid_value" in known.properties:
            wanted.add("_transactioncurrencyid_value")
    wanted |= {"@odata.etag", table.id_column}
    return [name for name in known.empty if name in wanted]


def _expand_context(item: Expand) -> str:
    return f"{item.name}({item.options.get('$select', '')})"
