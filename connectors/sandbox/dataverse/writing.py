"""The write pipeline: defaults, business rules, keys, stamps, the row itself, its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.dataverse.logic import RULES, Work
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.model import Table
from connectors.sandbox.kernel.tokens import Caller

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

_DEEPEST = 8
_STAMPS = ("modifiedon", "_modifiedby_value")


@dataclass(frozen=True, slots=True)
class Context:
    """Who writes: the caller, the request's tag, how deep inside the CRM's own logic."""

    caller: Caller
    tag: str | None = None
    depth: int = 1

    def deeper(self) -> Context:
        """The context of a write that the CRM's own logic makes."""
        if self.depth >= _DEEPEST:
            raise refusals.business("This workflow job was canceled because it is in a loop.")
        return replace(self, depth=self.depth + 1)


class Writer:
    """Inserts and modifies rows; must run inside the system's transaction."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system

    def insert(self, name: str, values: Mapping[str, Any], context: Context) -> Row:
        """Insert a row from property values; the rules of its table run before and after."""
        system, known = self._system, wired(name)
        table = known.table
        row: Row = {**known.empty, **values}
        if row[table.id_column] is None:
            row[table.id_column] = system.new_id()
        row_id: str = row[table.id_column]
        if system.storage.get(name, row_id) is not None:
            raise refusals.duplicate_id()
        work = Work(system, table, row_id, row, None, dict(values), context)
        for rule in RULES.before(name):
            rule(work)
        _check_required(table, row)
        _check_state(table, row, values)
        self._check_keys(table, row, None)
        stamp = system.stamp()
        row["createdon"] = values.get("overriddencreatedon") or stamp
        row["modifiedon"] = stamp
        row["_createdby_value"] = row["_modifiedby_value"] = context.caller.user_id
        behalf = context.caller.on_behalf_by or None
        row["_createdonbehalfby_value"] = row["_modifiedonbehalfby_value"] = behalf
        self._store(table, row_id, None, row)
        target = {
            key: row[key] for key in row if row[key] is not None and not key.startswith("@odata")
        }
        self._tell("Create", table, row_id, target, None, row, context)
        for rule in RULES.after(name):
            rule(work)
        return row

    def modify(self, name: str, row_id: str, values: Mapping[str, Any], context: Context) -> Row:
        """Write property values over a row; even equal values make a new version."""
        system = self._system
        table = wired(name).table
        before = system.storage.get(name, row_id)
        if before is None:
            raise refusals.not_found(name, row_id)
        row: Row = {**before, **values}
        work = Work(system, table, row_id, row, before, dict(values), context)
        for rule in RULES.before(name):
            rule(work)
        _check_state(table, row, values)
        self._check_keys(table, row, before)
        row["modifiedon"] = system.stamp()
        row["_modifiedby_value"] = context.caller.user_id
        row["_modifiedonbehalfby_value"] = context.caller.on_behalf_by or None
        self._store(table, row_id, before, row)
        target = {
            key: row[key]
            for key in row
            if key in values or (row[key] != before[key] and key not in {"@odata.etag"})
        }
        target |= {table.id_column: row_id, **{key: row[key] for key in _STAMPS}}
        target.pop("versionnumber", None)
        self._tell("Update", table, row_id, target, before, row, context)
        for rule in RULES.after(name):
            rule(work)
        return row

    def change(self, name: str, row_id: str, values: Mapping[str, Any], context: Context) -> None:
        """As `modify`, for the CRM's own logic: nothing happens when no value differs."""
        before = self._system.storage.get(name, row_id)
        if before is None:
            return
        differing = {key: value for key, value in values.items() if before[key] != value}
        if differing:
            self.modify(name, row_id, differing, context)

    def remove(self, table: Table, before: Row, context: Context) -> None:
        """Remove one row, leave its tombstone, tell its event."""
        system = self._system
        row_id: str = before[table.id_column]
        system.storage.remove(table.name, row_id)
        system.indexes.moved(table.name, row_id, before, None)
        version = system.storage.next_value("versionnumber")
        system.storage.put(
            f"$deleted/{table.name}",
            row_id,
            {"id": row_id, "version": version, "deletedon": system.stamp()},
        )
        self._tell("Delete", table, row_id, {}, before, None, context)
        work = Work(system, table, row_id, before, before, {}, context)
        for rule in RULES.removed(table.name):
            rule(work)

    def _store(self, table: Table, row_id: str, before: Row | None, row: Row) -> None:
        system = self._system
        version = system.storage.next_value("versionnumber")
        row["versionnumber"] = version
        row["@odata.etag"] = f'W/"{version}"'
        system.storage.put(table.name, row_id, row)
        system.indexes.moved(table.name, row_id, before, row)

    def _check_keys(self, table: Table, row: Row, before: Row | None) -> None:
        for key, properties in zip(table.keys, wired(table.name).key_properties, strict=True):
            values = [row[name] for name in properties]
            if any(value is None for value in values):
                continue
            if before is not None and all(row[name] == before[name] for name in properties):
                continue
            found = self._system.indexes.find(table.name, properties, values)
            if any(other != row[table.id_column] for other in found):
                raise refusals.key_violated(key.label or key.name, ", ".join(key.columns))

    def _tell(
        self,
        message: Any,
        table: Table,
        row_id: str,
        target: Mapping[str, Any],
        before: Row | None,
        after: Row | None,
        context: Context,
    ) -> None:
        self._system.note(
            RowEvent(
                message,
                table.name,
                row_id,
                target,
                before,
                None if after is None else dict(after),
                context.caller,
                context.tag,
                context.depth,
                self._system.stamp(),
            )
        )


def _check_required(table: Table, row: Row) -> None:
    for column in table.columns:
        if column.required:
            name = f"_{column.name}_value" if column.kind == "lookup" else column.name
            if row.get(name) is None:
                raise refusals.bad_payload(
                    table.entity_set, f"The required attribute '{column.name}' is missing."
                )


def _check_state(table: Table, row: Row, values: Mapping[str, Any]) -> None:
    if table.states is None or not {"statecode", "statuscode"} & values.keys():
        return
    state = row["statecode"]
    allowed = table.states.get(state)
    if allowed is None:
        raise refusals.bad_choice("statecode", table.name, state, "0,1")
    if "statuscode" not in values:
        row["statuscode"] = allowed[0]
    elif row["statuscode"] not in allowed:
        raise SystemRefusal(
            400,
            "0x80048408",
            f"{row['statuscode']} is not a valid status code for state code {state} on "
            f"{table.name} with Id {row[table.id_column]}.",
        )
