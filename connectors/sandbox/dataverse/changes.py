"""Change tracking: rows and tombstones after a version. Source: Microsoft docs, change tracking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.model import Table

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem


class Changes:
    """Reads what changed."""

    def __init__(self, system: DataverseSystem) -> None:
        self._system = system

    def since(self, table: Table, version: int) -> tuple[list[Row], list[dict[str, Any]], int]:
        """Rows written after a version, by version; then deletions; then the current version.

        Several updates of a row are one item; a row created and deleted in between is a deletion of
        an id that the reader never saw.
        """
        if not table.change_tracking:
            raise SystemRefusal(
                400,
                "0x80060888",
                f"Change tracking is not enabled for the entity '{table.name}'.",
            )
        storage = self._system.storage
        rows = [row for row in storage.rows(table.name).values() if row["versionnumber"] > version]
        rows.sort(key=lambda row: int(row["versionnumber"]))
        gone = [
            item
            for item in storage.rows(f"$deleted/{table.name}").values()
            if item["version"] > version and storage.get(table.name, item["id"]) is None
        ]
        gone.sort(key=lambda item: int(item["version"]))
        return rows, gone, self._system.version()
