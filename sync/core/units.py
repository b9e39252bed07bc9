"""Units: what of a map is merged as one value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.mapping import FieldMap
from sync.core.row import Side
from sync.core.values import Reading, is_blank


class Unit:
    """What is merged as one value: a field, or a group of fields (an address).

    Attributes:
        name: The field's or the group's name.
        fields: Its fields.
        rule: The field map whose direction and owner hold for all of them.
        blanks: Side → what its empty columns read as.
        identity: Whether it says which record this is: it is written once, or others refer to it.
    """

    def __init__(self, name: str, fields: tuple[FieldMap, ...]) -> None:
        self.name, self.fields, self.rule = name, fields, fields[0]
        self.names = tuple(field.name for field in fields)
        self.blanks: dict[Side, tuple[Reading, ...]] = {}
        self.identity = self.rule.create_only

    def is_blank(self, side: Side, values: Iterable[Reading]) -> bool:
        """Whether a side says nothing: every value is empty, or what an empty column stands for."""
        return all(
            is_blank(value) or value == blank
            for value, blank in zip(values, self.blanks[side], strict=True)
        )

    def values(self, reading: Mapping[str, Reading]) -> tuple[Reading, ...]:
        """The unit's values in a reading."""
        return tuple(reading[name] for name in self.names)


def units_of(fields: Iterable[FieldMap]) -> tuple[Unit, ...]:
    """The units of a map, in the order in which their first fields stand there."""
    groups: dict[str, list[FieldMap]] = {}
    for field in fields:
        groups.setdefault(field.group or field.name, []).append(field)
    return tuple(Unit(name, tuple(members)) for name, members in groups.items())
