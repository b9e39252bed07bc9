"""Explain one field: its value on both sides, where it came from, and what it beat; now or then.

What is known now is read from the rows, as a decision sees them. What was known at an earlier time
is put together from the moments up to then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.core.compiled import CompiledMap
from sync.core.conflict import Conflict, ConflictState
from sync.core.kinds import Kind, Kinds
from sync.core.rule import OwnerRule
from sync.engine.comparing import compare
from sync.engine.field_asked import kind_asked
from sync.engine.field_explained import FieldExplained, MapUsed
from sync.engine.field_history import FieldHistory
from sync.engine.field_now import seen_now
from sync.engine.field_origin import beaten_of, sides_of
from sync.engine.field_standing import Facts, stands
from sync.engine.map_eras import eras_of
from sync.engine.moment import Moment
from sync.engine.moments import moments_of
from sync.engine.naming import find_link
from sync.engine.rules import rules_at
from sync.engine.versions import version_of
from sync.paging import conflicts_of
from sync.ports import FieldRule, MapVersion, Store, Transaction

_SHOWN = 50


async def explain_field(
    store: Store,
    kinds: Kinds,
    record: str,
    field: str,
    *,
    at: str | None = None,
    moments: int = _SHOWN,
) -> FieldExplained | None:
    """Explain a field.

    Args:
        store: The state.
        kinds: All kinds.
        record: The link's id, `kind:key`, or a number that only one record has.
        field: The field's name, now or at that time, `stage`, `deleted`, or a column of either side
            that only one field reads.
        at: As of when, as `sync.engine.times.text` writes it; `None` for now.
        moments: How many moments at most.

    Returns:
        `None` when there is no such record.

    Raises:
        RecordAmbiguous: Several records have the number.
        FieldUnknown: The record has no such field.
    """
    async with store.transaction() as tx:
        link = await find_link(tx, record)
        if link is None:
            return None
        kind = kind_asked(kinds, link)
        eras = eras_of(kinds, kind.name, await tx.map_versions_of([kind.name]))
        rows, map_id, seen = await compare(tx, kinds, link) if at is None else ((), None, ())
        history = FieldHistory(kinds, link, eras, field, at)
        values, name = history.asked, history.asked.name
        told = await moments_of(tx, link, history)
        then = [moment for moment in told if at is None or moment.at <= at]
        versions = await _versions(tx, kind, then)
        conflicts = await conflicts_of(tx, [link.id])
        owners = await tx.rules() if at is None else await rules_at(tx, at)
    now = seen_now(kind, link, name, rows, seen) if at is None else None
    sides = sides_of(then, rows, now)
    used = _map_used(then, versions, _current(kind, map_id) if at is None else None)
    rule = _rule(history, used, versions)
    facts = Facts(
        link=link,
        field=name,
        unit=values.unit,
        values={side: one.value for side, one in sides.items()},
        rule=rule,
        key=any(f.name == name and f.key for m in history.kind.maps for f in m.map.fields),
        left=history.left,
        conflict=_open(conflicts, history, at),
        seen=now,
        problem=_problem(then) if at is not None else None,
        now=at is None,
        mark=link.fields.get(values.unit) if at is None else None,
    )
    standing, why = stands(facts)
    shown = tuple(reversed(then))[:moments]
    return FieldExplained(
        link_id=link.id,
        record=f"{link.kind}:{link.key}",
        field=name,
        unit=values.unit,
        at=at,
        map=used,
        rule=rule,
        owner_rule=_instead(owners, used, values.unit),
        sides=sides,
        base=now.base if now is not None else None,
        standing=standing,
        why=why,
        beaten=beaten_of(then, sides),
        moments=shown,
        maps={digest: _used(digest, versions) for digest in _digests(shown)},
    )


def _open(conflicts: Sequence[Conflict], history: FieldHistory, at: str | None) -> Conflict | None:
    """The conflict that the field stood in, the one about the field before one of the record."""
    found = []
    for conflict in conflicts:
        if not history.concerns(conflict):
            continue
        if at is None:
            stood = conflict.state is ConflictState.OPEN
        else:
            later = conflict.resolved_at is None or conflict.resolved_at > at
            stood = (conflict.at or "") <= at and later and conflict.resolved_by != "policy"
        if stood:
            found.append(conflict)
    return min(found, key=lambda conflict: (conflict.field is None, conflict.id), default=None)


def _problem(then: Sequence[Moment]) -> str | None:
    for moment in reversed(then):
        if moment.what == "problem":
            return moment.reason
        if moment.what in ("cleared", "written"):
            return None
    return None


def _current(kind: Kind, map_id: str | None) -> CompiledMap | None:
    return next((compiled for compiled in kind.maps if compiled.map.id == map_id), None)


def _map_used(
    then: Sequence[Moment], versions: Mapping[str, MapVersion], current: CompiledMap | None
) -> MapUsed | None:
    """The map that decides now; at an earlier time, the one that had decided last."""
    if current is not None:
        return MapUsed(current.digest, current.map.id, current.map.version)
    digest = next((m.map_digest for m in reversed(then) if m.map_digest), None)
    return _used(digest, versions) if digest is not None else None


def _rule(
    history: FieldHistory, used: MapUsed | None, versions: Mapping[str, MapVersion]
) -> FieldRule | None:
    """How the version of the map treats the field, whatever it was called then."""
    if used is None or used.digest not in versions:
        return None
    read = history.by_map(used.digest) or history.asked
    return versions[used.digest].fields.get(read.name)


def _instead(rules: Sequence[OwnerRule], used: MapUsed | None, unit: str) -> OwnerRule | None:
    """What a person had decided about the owner."""
    return next(
        (
            rule
            for rule in rules
            if used is not None
            and (rule.map_id, rule.field) == (used.id, unit)
            and rule.owner is not None
        ),
        None,
    )


def _used(digest: str, versions: Mapping[str, MapVersion]) -> MapUsed:
    version = versions.get(digest)
    if version is None:
        return MapUsed(digest)
    return MapUsed(digest, version.map_id, version.version)


def _digests(moments: Sequence[Moment]) -> list[str]:
    return sorted({moment.map_digest for moment in moments if moment.map_digest})


async def _versions(
    tx: Transaction, kind: Kind, moments: Sequence[Moment]
) -> dict[str, MapVersion]:
    """The versions of maps by digest: those of now, and older ones that the moments name."""
    current = {one.digest: version_of(one.map, "") for one in kind.maps}
    return current | await tx.map_versions(
        digest for digest in _digests(moments) if digest not in current
    )
