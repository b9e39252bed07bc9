"""What must hold between table maps, and the order in which they start."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from mappings.lifecyclechecks import check_kinds
from mappings.reading import Place
from mappings.validation import Origin, choose
from sync.core.mapping import FieldMap, TableMap
from sync.core.row import Side


class Loaded(NamedTuple):
    """A table map and where its file says what."""

    map: TableMap
    origin: Origin

    def place(self, field: FieldMap, key: str) -> Place:
        """The line of a field's key."""
        return self.origin.place(("fields", self.map.fields.index(field), key))


def check_maps(maps: Sequence[Loaded]) -> None:
    """Check all table maps together.

    Raises:
        MapInvalid: The first rule that they break.
    """
    _stages(maps)
    _lookups(maps)
    _ids(maps)


def _stages(maps: Sequence[Loaded]) -> None:
    kinds: dict[str, list[Loaded]] = {}
    for loaded in maps:
        kinds.setdefault(loaded.map.kind, []).append(loaded)
    for several in kinds.values():
        ordered = sorted(several, key=lambda one: one.map.rank)
        for lower, upper in pairwise(ordered):
            _stage_pair(lower, upper)


def _stage_pair(lower: Loaded, upper: Loaded) -> None:
    low, up = lower.map, upper.map
    if not low.stage or not up.stage:
        raise upper.origin.place(("kind",)).refuse(
            f"{low.id} and {up.id} are both for the kind {up.kind!r}.",
            "Give each a stage and a rank, or one of them another kind.",
        )
    if low.stage == up.stage or low.rank == up.rank:
        raise upper.origin.place(("stage",)).refuse(
            f"{low.id} has this stage or rank of the kind {up.kind!r} too.",
            "Give every stage of a kind a name and a rank of its own.",
        )
    if not any(step.op == "create" and step.member == up.anchor.name for step in up.enter):
        raise upper.origin.place(("enter",)).refuse(
            f"the stage {up.stage!r} is higher than {low.stage!r}, but no step creates "
            f"{up.anchor.name!r}.",
            f"Add `enter: [{{create: {up.anchor.name}}}]`.",
        )
    for what in ("company", "delete", "on_demand", "seldom", "direction"):
        if getattr(low, what) != getattr(up, what):
            raise upper.origin.place((what,)).refuse(
                f"its {what} differs from that of {low.id}, the stage below.",
                f"Give all stages of a kind the same {what}.",
            )
    _same_fields(lower, upper)


def _same_fields(lower: Loaded, upper: Loaded) -> None:
    known = {field.name: field for field in lower.map.fields}
    for field in upper.map.fields:
        below = known.get(field.name)
        if field.key and (below is None or not below.key):
            raise upper.place(field, "key").refuse(
                f"it is not part of the key in {lower.map.id}, the stage below.",
                "Give all stages of a kind the same key.",
                field=field.name,
            )
        if below is None:
            continue
        for what in ("type", "lookup", "scale", "group", "family"):
            if getattr(field, what) != getattr(below, what):
                raise upper.place(field, what).refuse(
                    f"its {what} differs from that in {lower.map.id}, the stage below.",
                    f"Give the field the same {what} in all stages, or another name.",
                    field=field.name,
                )


def _lookups(maps: Sequence[Loaded]) -> None:
    kinds = {loaded.map.kind: _states(loaded.map) for loaded in maps}
    striped = {loaded.map.kind for loaded in maps if loaded.map.company}
    for loaded in maps:
        check_kinds(loaded.map, loaded.origin, kinds)
        company = loaded.map.company
        if company is not None and "company" not in kinds:
            raise loaded.origin.place(("company",)).refuse(
                "no map brings the kind 'company'.", "Add a map of kind `company`."
            )
        if company is not None and company.through and company.through not in striped:
            raise loaded.origin.place(("company", "through")).refuse(
                f"the kind {company.through!r} has no company.", choose(striped, company.through)
            )
        for field in loaded.map.fields:
            for unknown in (kind for kind in field.lookup if kind not in kinds):
                raise loaded.place(field, "lookup").refuse(
                    f"it looks up the kind {unknown!r}, which no map brings.",
                    choose(kinds, unknown),
                    field=field.name,
                )


def _states(table_map: TableMap) -> tuple[str, ...]:
    life = table_map.lifecycle
    return tuple(state.name for state in life.states) if life else ()


def _ids(maps: Sequence[Loaded]) -> None:
    """A row's id is made of the same columns wherever its table occurs."""
    known: dict[tuple[Side, str], tuple[str, tuple[str, ...]]] = {}
    for loaded in maps:
        for member in (loaded.map.crm, *loaded.map.erp):
            first, ids = known.setdefault((member.side, member.table), (loaded.map.id, member.ids))
            if ids != member.ids:
                path = (member.side.value, member.name, "ids")
                raise loaded.origin.place(path).refuse(
                    f"{member.table} has other ids in {first}: {', '.join(ids)}.",
                    "Write the same columns in the same order.",
                )


def start_order(maps: Sequence[Loaded]) -> tuple[TableMap, ...]:
    """The maps in the order in which they start: what others look up comes first.

    Raises:
        MapInvalid: Kinds look each other up, and no lookup of the circle is deferred.
    """
    needs: dict[str, set[str]] = {}
    for loaded in maps:
        wanted = needs.setdefault(loaded.map.kind, set())
        wanted |= {kind for f in loaded.map.fields if not f.deferred for kind in f.lookup}
        wanted |= {"company"} if loaded.map.company else set()
        leader = _leader(loaded.map)
        wanted |= {leader} if leader else set()
    order: list[str] = []
    while len(order) < len(needs):
        ready = sorted(k for k in needs.keys() - set(order) if needs[k] <= set(order))
        if not ready:
            raise _circle(maps, {k: v - set(order) for k, v in needs.items() if k not in order})
        order.append(ready[0])
    return tuple(sorted((m.map for m in maps), key=lambda m: (order.index(m.kind), m.rank, m.id)))


def _circle(maps: Sequence[Loaded], needs: dict[str, set[str]]) -> Exception:
    path = [min(needs)]
    while len(set(path)) == len(path):
        path.append(min(needs[path[-1]]))
    path = path[path.index(path[-1]) :]
    told = f"the kinds need each other: {' → '.join(path)}."
    edges = list(reversed(list(pairwise(path))))
    for loaded, field in ((m, f) for edge in edges for m in maps for f in _needed(m.map, *edge)):
        return loaded.place(field, "lookup").refuse(
            told,
            "Add `deferred: true` to a lookup of the circle that may be written later.",
            field=field.name,
        )
    leading = next(m for m in maps if (m.map.kind, _leader(m.map)) in edges)
    return leading.origin.place(("lifecycle", "led_by")).refuse(
        told, "Of two records, only one can create the other: leave one `led_by` out."
    )


def _needed(table_map: TableMap, kind: str, target: str) -> list[FieldMap]:
    """The lookups by which records of a kind need one of another."""
    if table_map.kind != kind:
        return []
    return [f for f in table_map.fields if target in f.lookup and not f.deferred]


def _leader(table_map: TableMap) -> str | None:
    return table_map.lifecycle.led_by if table_map.lifecycle else None
