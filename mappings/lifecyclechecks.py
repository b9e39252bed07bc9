"""What must hold within a lifecycle, and between it and the other maps."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mappings.reading import Path
from mappings.validation import Origin, choose
from sync.core.lifecycle import FIELD, Lifecycle
from sync.core.mapping import TableMap
from sync.core.row import Side


def check_lifecycle(table_map: TableMap, origin: Origin) -> None:
    """Check the lifecycle of one map by itself.

    Raises:
        MapInvalid: The first rule that it breaks.
    """
    life = table_map.lifecycle
    if life is None:
        return
    if table_map.stage is not None:
        raise origin.place(("lifecycle",)).refuse(
            "a map of a stage has a lifecycle too.",
            "Leave one of `stage` and `lifecycle` out: both say where a record stands.",
        )
    for i, field in enumerate(table_map.fields):
        if FIELD in (field.name, field.group):
            raise origin.place(("fields", i)).refuse(
                f"{FIELD!r} is the name of the record's state.", "Rename it.", field=field.name
            )
    _names(life, origin)
    _moves(life, table_map, origin)
    if life.owner is not None and life.crm_owns:
        raise origin.place(("lifecycle", "owner")).refuse(
            "the owner is fixed, and `crm_owns` says when it is the CRM.",
            "Leave one of the two out.",
        )


def check_kinds(table_map: TableMap, origin: Origin, kinds: Mapping[str, Collection[str]]) -> None:
    """Check that the kinds which a lifecycle names are there, and the leader's state with them.

    Args:
        table_map: The map.
        origin: Where it was read.
        kinds: Every kind → the states that its records go through.

    Raises:
        MapInvalid: One is not.
    """
    life = table_map.lifecycle
    if life is None:
        return
    named: list[tuple[Path, str]] = [(("lifecycle", "lines"), kind) for kind in life.lines]
    if life.led_by is not None:
        named.append((("lifecycle", "led_by"), life.led_by))
    for i, move in enumerate(life.moves):
        for side in Side:
            way = move.way(side)
            named += [(("lifecycle", "moves", i), kind) for kind in (way.creates if way else ())]
    for path, kind in named:
        if kind not in kinds:
            raise origin.place(path).refuse(
                f"it names the kind {kind!r}, which no map brings.", choose(kinds, kind)
            )
    if life.led_by is not None and life.led_until not in kinds[life.led_by]:
        states, until = kinds[life.led_by], str(life.led_until)
        raise origin.place(("lifecycle", "led_by", "until")).refuse(
            f"the kind {life.led_by!r} has no state {until!r}.",
            choose(states, until) if states else "Name a kind that has a lifecycle.",
        )


def _names(life: Lifecycle, origin: Origin) -> None:
    known = [state.name for state in life.states]
    named: list[tuple[Path, str]] = [(("lifecycle", "initial"), life.initial)]
    named += [(("lifecycle", "stays"), name) for name in life.stays]
    for i, move in enumerate(life.moves):
        named += [(("lifecycle", "moves", i, "from"), move.origin)]
        named += [(("lifecycle", "moves", i, "to"), move.to)]
    for path, name in named:
        if name not in known:
            raise origin.place(path).refuse(f"there is no state {name!r}.", choose(known, name))


def _moves(life: Lifecycle, table_map: TableMap, origin: Origin) -> None:
    lookups = [field.name for field in table_map.fields if field.lookup]
    for i, move in enumerate(life.moves):
        for side in Side:
            way = move.way(side)
            place = origin.place(("lifecycle", "moves", i, side.value))
            if way is None:
                continue
            if way.parameters and way.action is None:
                raise place.refuse("only an action takes parameters.", "Leave `with` out.")
            if way.together and side is Side.CRM:
                raise place.refuse(
                    "only the ERP's way takes other records along.",
                    "Move `convert` and `creates` to the ERP's way.",
                )
            if way.convert is not None and way.convert not in lookups:
                raise place.refuse(
                    f"it converts the record of {way.convert!r}, which is no lookup of this map.",
                    choose(lookups, way.convert),
                )
