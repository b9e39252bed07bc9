"""Map moments: when a new version of a map treated a field otherwise, and what that made of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import msgspec

from sync.core.link import Neutral
from sync.core.mapping import TableMap
from sync.core.row import Side
from sync.engine.field_history import FieldHistory
from sync.engine.field_values import FieldValues
from sync.engine.map_eras import Era
from sync.engine.moment import Moment


def of_maps(field: FieldHistory) -> list[Moment]:
    """The moments from which on maps treated the field otherwise."""
    found = []
    for (before, old), (era, new) in pairwise(zip(field.eras, field.values, strict=True)):
        what = _difference(old, new)
        if what is not None:
            changed = _changed(before, era)
            names = ", ".join(f"{one.id} {one.version}" for one in changed)
            digest = changed[0].digest if len(changed) == 1 else None
            found.append(Moment(era.since, "map", reason=f"{names}: {what}", map_digest=digest))
    return found


def reread(moment: Moment, current: Mapping[Side, Neutral], field: FieldHistory) -> Moment:
    """The moment of a new map, with what it reads otherwise of what each side has."""
    place = field.place(moment.at)
    old, new = field.values[place - 1], field.values[place]
    if old is None or new is None:
        return moment
    values: dict[Side, Neutral] = {}
    problems: list[str] = []
    for side, value in current.items():
        values[side], problem = new.translated(side, value, old)
        problems += [f"{side.upper()}: {problem}"] if problem else []
    told = {side: value for side, value in values.items() if value != current[side]}
    return msgspec.structs.replace(
        moment, values=told, reason="; ".join((moment.reason, *problems))
    )


def _difference(old: FieldValues | None, new: FieldValues | None) -> str | None:
    """What a new version of a map means for a field, in words."""
    if old is None or new is None:
        if old is new:
            return None
        return "does not have the field any more" if new is None else "has the field from now on"
    if old.name != new.name:
        return f"the field was called {old.name} before"
    return "treats the field otherwise" if old.definition != new.definition else None


def _changed(before: Era, era: Era) -> list[TableMap]:
    known = {one.digest for one in before.maps}
    return [one for one in era.maps if one.digest not in known]
