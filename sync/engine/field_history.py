"""Field history: one field of one record through the eras of its maps.

A new version of a map may call a field otherwise, read it otherwise, or not have it any more; what
was decided with an older one is told with that one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from sync.core.conflict import Conflict
from sync.core.kinds import Kind, Kinds
from sync.core.link import Link
from sync.core.mapping import FieldMap, TableMap
from sync.core.row import Side
from sync.engine.field_asked import name_asked, no_such_field
from sync.engine.field_roles import roles_of
from sync.engine.field_values import FieldValues
from sync.engine.map_eras import Era
from sync.ports import InboxEvent, Transaction


class FieldHistory:
    """Reads a field as the service did at any time.

    Args:
        kinds: All kinds.
        link: The record.
        eras: The eras of its kind, oldest first.
        field: What a person calls the field.
        at: As of when the person asks; `None` for now.

    Attributes:
        eras: The eras.
        values: For each era how it reads the field; `None` where its maps do not have it.
        asked: How the field is read at the time that is asked about, else when it was there last.
        left: Whether the maps of that time have no such field.
        kind: The kind, with the maps of that time.

    Raises:
        FieldUnknown: The record never had such a field.
    """

    def __init__(
        self,
        kinds: Kinds,
        link: Link,
        eras: Sequence[Era],
        field: str,
        at: str | None,
    ) -> None:
        self.eras, self._begins = tuple(eras), [era.since for era in eras]
        place = len(eras) - 1 if at is None else self.place(at)
        named = _named([era.kind for era in eras], place, field)
        if named is None:
            raise no_such_field(kinds, eras[place].kind, link, field)
        found, name = named
        names: list[str | None] = [None] * len(eras)
        names[found] = name
        for way in (range(found + 1, len(eras)), range(found - 1, -1, -1)):
            known = eras[found].kind, name
            for one in way:
                same = _same_field(*known, eras[one].kind)
                if same is not None:
                    names[one], known = same, (eras[one].kind, same)
        self.values = tuple(
            FieldValues(kinds, era.kind, link, called) if called is not None else None
            for era, called in zip(eras, names, strict=True)
        )
        self.kind = eras[place].kind
        self.left = self.values[place] is None
        asked = self.values[place] or self.values[found]
        if asked is None:  # the era that knows the field reads it
            raise LookupError(name)
        self.asked = asked

    def at(self, time: str) -> FieldValues | None:
        """How the field was read at a time; `None` while the maps did not have it."""
        return self.values[self.place(time)]

    def by_map(self, digest: str) -> FieldValues | None:
        """How a version of a map reads the field."""
        for era, values in zip(reversed(self.eras), reversed(self.values), strict=True):
            if any(table_map.digest == digest for table_map in era.maps):
                return values
        return None

    def concerns(self, conflict: Conflict) -> bool:
        """Whether a conflict is about the field, as it was called when it was found."""
        values = self.at(conflict.at or "")
        return values is not None and values.concerns(conflict)

    async def resolve(self, tx: Transaction, events: Iterable[InboxEvent]) -> None:
        """Load the records that the field points to in any of the events."""
        told = list(events)
        for values in self.values:
            if values is not None:
                await values.resolve(tx, told)

    def place(self, time: str) -> int:
        """The place of the era that a time is in."""
        return max(bisect_right(self._begins, time) - 1, 0)


def _named(kinds: Sequence[Kind], place: int, field: str) -> tuple[int, str] | None:
    """The era that knows a field by a name, and the field: the one asked about, else the newest."""
    for one in (place, *range(len(kinds) - 1, -1, -1)):
        found = name_asked(kinds[one], field)
        if found is not None:
            return one, found
    return None


def _same_field(kind: Kind, name: str, other: Kind) -> str | None:
    """A field's name in other maps: its own, else that of the field with the same columns."""
    if roles_of(other, name):
        return name
    columns = _columns(kind, name)
    fields = dict.fromkeys(field.name for compiled in other.maps for field in compiled.map.fields)
    return next((one for one in fields if columns & _columns(other, one)), None)


def _columns(kind: Kind, name: str) -> set[tuple[str, ...]]:
    """The columns of both sides that stand for a field, in each map."""
    return {
        (*_column(compiled.map, field, Side.CRM), *_column(compiled.map, field, Side.ERP))
        for compiled in kind.maps
        for field in compiled.map.fields
        if field.name == name
    }


def _column(table_map: TableMap, field: FieldMap, side: Side) -> tuple[str, str]:
    half = field.half(side)
    return table_map.member(side, half.member).table, half.column
