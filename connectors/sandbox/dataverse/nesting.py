"""Deep insert: nested rows behind lookups and in collections, in the transaction of their parent.

Source: Microsoft docs, creating related rows in one operation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.sandbox.dataverse.bodies import Body, read_body
from connectors.sandbox.dataverse.wiring import Row, wired
from connectors.sandbox.kernel.model import Table

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem
    from connectors.sandbox.dataverse.writing import Context


def create_parents(system: DataverseSystem, read: Body, context: Context) -> None:
    """Create the rows nested behind lookups, and point to them."""
    for name, target, nested in read.parents:
        parent = system.insert(wired(target).table, nested, context)
        read.values[name] = parent[wired(target).table.id_column]


def finish(system: DataverseSystem, table: Table, row: Row, read: Body, context: Context) -> None:
    """Keep the secrets of a written row, create its nested children, bind its associated ones."""
    row_id = row[table.id_column]
    if read.secrets:
        system.storage.put("$secrets", f"{table.name}/{row_id}", read.secrets)
    for child, lookup, bodies in read.children:
        for nested in bodies:
            made = read_body(wired(child).table, nested, system.resolve, updating=False)
            values = {**made.values, f"_{lookup}_value": row_id}
            system.writer.insert(child, values, context)
    for child, lookup, ids in read.associations:
        for child_id in ids:
            system.writer.modify(child, child_id, {f"_{lookup}_value": row_id}, context)
