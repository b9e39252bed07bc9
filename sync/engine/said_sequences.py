"""Number sequences that the settings say, because their systems do not tell them."""

from __future__ import annotations

import msgspec

from sync.core.kinds import Kind, Kinds
from sync.core.number_format import parse_format
from sync.core.row import Side
from sync.core.sequences import Drawer, Sequence, Told
from sync.errors import ConfigurationWrong, InputUnusable


class SaidSequence(msgspec.Struct, frozen=True, kw_only=True):
    """A number sequence that the settings say, because its system does not tell it.

    Attributes:
        id: Its name, without the side.
        side: Whose new records take its numbers.
        kind: The kind of records that it numbers.
        format: What its numbers look like, in its system's notation.
        company: The company whose records it numbers; empty for those of every company.
        first: The value it began with.
        last: The value it ends with.
        next: The value it gives next; `first` when it is not known.
    """

    id: str
    side: Side
    kind: str
    format: str
    company: str = ""
    first: int = 1
    last: int | None = None
    next: int | None = None


def of_settings(kinds: Kinds, said: SaidSequence) -> Sequence:
    """A sequence of the settings.

    Raises:
        ConfigurationWrong: Its kind or format is not one.
    """
    if said.kind not in kinds:
        raise ConfigurationWrong(
            f"The sequence {said.id!r} of the settings numbers {said.kind!r}, which is no kind.",
            cure="Use the kind of a table map, such as account, quote or party.",
        )
    try:
        made = parse_format(said.format, said.side, said.company)
    except InputUnusable as error:
        raise ConfigurationWrong(
            f"The sequence {said.id!r} of the settings: {error.message}", cure=error.cure
        ) from error
    last = made.capacity - 1 if said.last is None else said.last
    return Sequence(
        id=f"{said.side}-{said.id}",
        side=said.side,
        company=said.company.upper(),
        kinds=kinds.sharing(kinds[said.kind]),
        numbers=said.kind,
        format=made,
        first=said.first,
        last=last,
        next=said.first if said.next is None else said.next,
        step=1 if last >= said.first else -1,
        drawn_by=Drawer(said.side),
        told=Told.SETTINGS,
        tables=_tables(kinds[said.kind], said.side),
    )


def _tables(kind: Kind, side: Side) -> tuple[str, ...]:
    """The entity sets whose rows have the numbers of a kind on one side."""
    if side is Side.CRM:
        return (kind.crm_table,)
    return tuple(dict.fromkeys(compiled.map.anchor.table for compiled in kind.maps))
