"""What an explanation of a field says."""

from __future__ import annotations

import msgspec

from sync.core.link import Agreed, Neutral
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.engine.field_standing import FieldStanding
from sync.engine.moment import Cause, Moment
from sync.ports import FieldRule


class SideValue(msgspec.Struct, frozen=True):
    """What a side has in the field, and how that came.

    Attributes:
        value: The value, in the service's own terms.
        how: The moment since which it is so; `None` when it was there before the service looked.
        cause: Where the value was typed, as far as it is known.
    """

    value: Neutral
    how: Moment | None = None
    cause: Cause | None = None


class Beaten(msgspec.Struct, frozen=True):
    """A value that was not taken.

    Attributes:
        side: Where it stood.
        value: The value.
        why: The policy, or who decided.
        at: When.
        conflict: The conflict that keeps it.
    """

    side: Side
    value: Neutral
    why: str
    at: str
    conflict: str


class MapUsed(msgspec.Struct, frozen=True):
    """The version of a map that an answer is about.

    Attributes:
        id: The map; `None` when the service never kept this version.
        version: Its version, as its file says.
        digest: Hash of what it says.
    """

    digest: str
    id: str | None = None
    version: str | None = None


class FieldExplained(msgspec.Struct, frozen=True):
    """One field, explained.

    Attributes:
        link_id: The link.
        record: `kind:key`.
        field: The field.
        unit: The group it is merged with, or itself.
        at: As of when; `None` for now.
        map: The map version that decided last.
        rule: How it treats the field; `None` when it does not have it, or is not known any more.
        owner_rule: Who owns the field in place of what the map says, as a person decided.
        sides: Side → its value, and how that came.
        base: What each side had when they were last agreed; `None` before that, and for earlier
            times.
        standing: How the two sides stand to each other.
        why: That, in a sentence.
        beaten: What was not taken, newest first.
        moments: What happened to the field, newest first.
        maps: Every map version that the moments name, by digest.
    """

    link_id: str
    record: str
    field: str
    unit: str
    at: str | None
    map: MapUsed | None
    rule: FieldRule | None
    owner_rule: OwnerRule | None
    sides: dict[Side, SideValue]
    base: Agreed | None
    standing: FieldStanding
    why: str
    beaten: tuple[Beaten, ...]
    moments: tuple[Moment, ...]
    maps: dict[str, MapUsed]
