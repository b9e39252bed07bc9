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
from sync.engine.maps import checked_maps
from sync.engine.times import text
from sync.ports import Clock, FieldRule, MapVersion, Store

OWNERSHIP = "ownership"
"""The owner of a document's state that its ownership in the ERP tells."""


async def keep_versions(store: Store, kinds: Kinds, clock: Clock) -> int:
    """Keep the maps that decide from now on, with their text, and when the service came to them.

    Of a map that has a field more than the one before it, every record is looked at once more: what
    stands in its columns crosses by the rules of first contact, and not only with a later edit.

    Returns:
        How many links are looked at for that.
    """
    now = clock.now()
    async with store.transaction() as tx:
        maps = kinds.table_maps
        kept = {one.digest: one for one in await tx.map_versions_of(kinds)}
        kept = await tx.map_versions(table_map.digest for table_map in maps) | kept
        last = _last(kept.values())
        await tx.put_map_versions(
            version
            for table_map in maps
            if (version := _kept(table_map, kept, last, text(now))) != kept.get(table_map.digest)
        )
        grown = {one.kind for one in maps if one.id in last and _has_grown(one, last[one.id])}
        return await tx.wake_kinds(sorted(grown), now, None) if grown else 0


async def used_versions(store: Store, kinds: Kinds, map_id: str) -> list[MapVersion]:
    """The versions of a map that the service has run with, the one it came to last first.

    Raises:
        ConfigurationWrong: There is no such map.
    """
    (known,) = checked_maps(kinds, [map_id])
    kind = next(one.kind for one in kinds.table_maps if one.id == known)
    async with store.transaction() as tx:
        found = [one for one in await tx.map_versions_of([kind]) if one.map_id == known]
    return sorted(found, key=lambda one: (max(one.begins), one.digest), reverse=True)


def _last(versions: Iterable[MapVersion]) -> dict[str, MapVersion]:
    """Map → the version that the service had last."""
    found: dict[str, MapVersion] = {}
    for version in sorted(versions, key=lambda one: (max(one.begins), one.digest)):
        found[version.map_id] = version
    return found


def _has_grown(table_map: TableMap, before: MapVersion) -> bool:
    return any(field.name not in before.fields for field in table_map.fields)


def _kept(
    table_map: TableMap,
    kept: Mapping[str, MapVersion],
    last: Mapping[str, MapVersion],
    now: str,
) -> MapVersion:
    """A map as it is kept from now on."""
    digest = table_map.digest
    known = kept.get(digest)
    if known is None:
        return version_of(table_map, now)
    again = known.again if last[table_map.id].digest == digest else (*known.again, now)
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
