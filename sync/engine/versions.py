"""Versions: which maps this service has decided with, so that old decisions can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.core.condition import Condition
from sync.core.kinds import Kinds
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.mapping import Direction, Owner, TableMap
from sync.core.stage import FIELD as STAGE
from sync.engine.field_roles import DELETED
from sync.ports import FieldRule, MapVersion, Store

OWNERSHIP = "ownership"
"""The owner of a document's state that its ownership in the ERP tells."""


async def keep_versions(store: Store, kinds: Kinds, now: str) -> None:
    """Keep the maps that decide from now on, with their text, and when the service came to them."""
    async with store.transaction() as tx:
        maps = kinds.table_maps
        kept = {one.digest: one for one in await tx.map_versions_of(kinds)}
        kept = await tx.map_versions(table_map.digest for table_map in maps) | kept
        last: dict[str, tuple[str, str]] = {}
        for one in kept.values():
            begun = max(one.since, *one.again), one.digest
            last[one.map_id] = max(begun, last.get(one.map_id, begun))
        await tx.put_map_versions(
            version
            for table_map in maps
            if (version := _kept(table_map, kept, last, now)) != kept.get(table_map.digest)
        )


def _kept(
    table_map: TableMap,
    kept: Mapping[str, MapVersion],
    last: Mapping[str, tuple[str, str]],
    now: str,
) -> MapVersion:
    """A map as it is kept from now on."""
    digest = table_map.digest
    known = kept.get(digest)
    if known is None:
        return version_of(table_map, now)
    again = known.again if last[table_map.id][1] == digest else (*known.again, now)
    return msgspec.structs.replace(version_of(table_map, known.since), again=again)


def version_of(table_map: TableMap, since: str) -> MapVersion:
    """A map as it is kept."""
    return MapVersion(
        digest=table_map.digest,
        map_id=table_map.id,
        version=table_map.version,
        since=since,
        fields=_rules(table_map),
        kind=table_map.kind,
        text=table_map.text,
    )


def _rules(table_map: TableMap) -> dict[str, FieldRule]:
    """How a map treats its fields, and what its records have beside them."""
    rules = {
        field.name: FieldRule(
            direction=field.direction.value,
            owner=field.owner.value,
            crm=field.crm.column,
            erp=field.erp.column,
            group=field.group,
        )
        for field in table_map.fields
    }
    both, life = Direction.BOTH.value, table_map.lifecycle
    if table_map.stage is not None:
        crm, erp = table_map.crm, table_map.anchor
        rules[STAGE] = FieldRule(
            both, Owner.LATCH.value, crm=_columns(crm.where), erp=_columns(erp.where)
        )
    if life is not None:
        owner = life.owner.value if life.owner is not None else OWNERSHIP
        rules[LIFECYCLE] = FieldRule(
            both,
            owner,
            crm=_columns(c for state in life.states for c in state.crm),
            erp=_columns(c for state in life.states for c in state.erp),
        )
    policy, anchor = table_map.delete.value, table_map.anchor
    rules[DELETED] = FieldRule(both, policy, crm=table_map.crm.table, erp=anchor.table)
    return rules


def _columns(conditions: Iterable[Condition]) -> str:
    return ", ".join(dict.fromkeys(condition.column for condition in conditions))
