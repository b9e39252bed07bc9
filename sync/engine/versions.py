"""Versions: which maps this service has decided with, so that old decisions can be read."""

from __future__ import annotations

from sync.core.kinds import Kinds
from sync.core.mapping import TableMap
from sync.ports import FieldRule, MapVersion, Store


async def keep_versions(store: Store, kinds: Kinds, now: str) -> None:
    """Keep the versions of the maps that decide from now on; known ones stay as they are."""
    async with store.transaction() as tx:
        known = await tx.map_versions(table_map.digest for table_map in kinds.table_maps)
        await tx.add_map_versions(
            version_of(table_map, now)
            for table_map in kinds.table_maps
            if table_map.digest not in known
        )


def version_of(table_map: TableMap, since: str) -> MapVersion:
    """A map as it is kept."""
    return MapVersion(
        digest=table_map.digest,
        map_id=table_map.id,
        version=table_map.version,
        since=since,
        fields={
            field.name: FieldRule(
                direction=field.direction.value,
                owner=field.owner.value,
                crm=field.crm.column,
                erp=field.erp.column,
                group=field.group,
            )
            for field in table_map.fields
        },
    )
