"""Numbers that records have and that a sequence is still going to give: which of them do harm.

The system of a sequence refuses a number that one of its rows has already in a table which the
sequence numbers. Whatever else has the number does not stop it: a record of the other system, or a
row of another table of the same one, as a prospect under a number of the customers' sequence. There
the sequence makes a second record of that number.
Source: Microsoft docs, prospects in prospect to cash ("the number sequences must not overlap").
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.core.kinds import Kind
from sync.core.link import MAIN, Link, LinkState
from sync.core.overlaps import draws_until
from sync.core.row import Side
from sync.core.sequences import Drawer, NumberSpace, Sequence

_ON_ITS_WAY = frozenset({LinkState.DUE, LinkState.RETRY, LinkState.WAITING, LinkState.PARKED})


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a record has and that a sequence is still going to give.

    Attributes:
        sequence: The id of the sequence.
        number: The number.
        link_id: The link of the record that has it.
        draws: After how many draws the sequence gives it.
    """

    sequence: str
    number: str
    link_id: str
    draws: int


class Occupied(msgspec.Struct, frozen=True, kw_only=True):
    """A sequence that makes second records of numbers which others have.

    Attributes:
        space: The number space in which they would stand twice.
        sequence: The id of the sequence.
        number: The first of the numbers that it gives.
        link_id: The link of the record that has it.
        draws: After how many draws that is.
        records: How many records have such a number.
    """

    space: NumberSpace
    sequence: str
    number: str
    link_id: str
    draws: int
    records: int

    def __str__(self) -> str:
        """In words: what gives which number, after how many draws, and how many there are."""
        more = f", and {self.records - 1} more like it" if self.records > 1 else ""
        return (
            f"{self.sequence} is going to give {self.number} in {self.space.name}, which a record "
            f"has already{more}, after {self.draws} draws"
        )

    @property
    def id(self) -> str:
        """What a person accepts: that records have numbers of this sequence in this space."""
        return f"{self.space.name}|{self.sequence}"

    @property
    def sequences(self) -> tuple[str, ...]:
        """The ids of the sequences that are part of it."""
        return (self.sequence,)


class ExistingNumbers:
    """Compares the numbers of records with sequences.

    Shared sequences are left out: a draw passes over what exists.

    Args:
        sequences: Every sequence.
        spaces: The number spaces in which their numbers come to stand.
        shown: How many numbers of a sequence that do no harm are told, the soonest.
    """

    def __init__(
        self, sequences: Iterable[Sequence], spaces: Iterable[NumberSpace], shown: int
    ) -> None:
        self._sequences = [one for one in sequences if one.drawn_by is not Drawer.SERVICE]
        self._spaces, self._shown = list(spaces), shown
        self._ahead: dict[str, list[Ahead]] = {}
        self._occupied: dict[str, Occupied] = {}
        self.records = 0

    def add(self, kind: Kind, links: Iterable[Link]) -> None:
        """Compare the numbers of records of one kind."""
        spaces = [space for space in self._spaces if kind.name in space.kinds]
        concerned = [
            (one, _widest(one, (space for space in spaces if one.ends_in(space))))
            for one in self._sequences
            if any(one.ends_in(space) for space in spaces)
        ]
        for link in links:
            self.records += 1
            if link.state is not LinkState.GONE and not link.is_stray and "code" in link.natural:
                self._compare(kind, link, concerned)

    def _compare(
        self, kind: Kind, link: Link, concerned: Iterable[tuple[Sequence, NumberSpace]]
    ) -> None:
        number = link.natural["code"]
        for sequence, space in concerned:
            if sequence.company and link.company not in {None, sequence.company}:
                continue
            draws = draws_until(sequence, number)
            if draws is None:
                continue
            ahead = Ahead(sequence=sequence.id, number=number, link_id=link.id, draws=draws)
            if _does_no_harm(kind, link, sequence):
                known = self._ahead.get(sequence.id, [])
                self._ahead[sequence.id] = sorted([*known, ahead], key=_by_draws)[: self._shown]
            else:
                company = (link.company or "") if space.company else ""
                self._count(NumberSpace(company, space.kinds), ahead)

    def _count(self, space: NumberSpace, ahead: Ahead) -> None:
        """One more record with a number of a sequence, in the one finding for all of them."""
        one = Occupied(
            space=space,
            sequence=ahead.sequence,
            number=ahead.number,
            link_id=ahead.link_id,
            draws=ahead.draws,
            records=1,
        )
        known = self._occupied.get(one.id)
        if known is not None:
            first = min(one, known, key=lambda found: (found.draws, found.number, found.link_id))
            one = msgspec.structs.replace(first, records=known.records + 1)
        self._occupied[one.id] = one

    @property
    def ahead(self) -> tuple[Ahead, ...]:
        """The numbers that do no harm, the soonest of each sequence first."""
        found = (one for several in self._ahead.values() for one in several)
        return tuple(sorted(found, key=_by_draws))

    @property
    def occupied(self) -> tuple[Occupied, ...]:
        """The sequences that make second records, in order of space and id."""
        found = self._occupied.values()
        return tuple(sorted(found, key=lambda one: (one.space, one.sequence)))


def _widest(sequence: Sequence, spaces: Iterable[NumberSpace]) -> NumberSpace:
    """The space that has most of a sequence's kinds."""
    return max(spaces, key=lambda space: len(set(space.kinds) & set(sequence.kinds)))


def _does_no_harm(kind: Kind, link: Link, sequence: Sequence) -> bool:
    """Whether nothing second comes of it when a sequence gives the number of a record.

    Its system refuses the number where a row of the record is in a table that the sequence numbers;
    one that only is not there yet will be. What is contested is a conflict already.
    """
    if link.is_contested or not _tables(kind, link, sequence.side).isdisjoint(sequence.tables):
        return True
    return not link.has(sequence.side) and link.state in _ON_ITS_WAY


def _tables(kind: Kind, link: Link, side: Side) -> set[str]:
    """The entity sets of one side in which a record has rows."""
    if side is Side.CRM:
        return {kind.crm_table} if link.row_id(side, MAIN) else set()
    members = kind.erp_members.values()
    return {member.table for member in members if link.row_id(side, member.name)}


def _by_draws(one: Ahead) -> tuple[int, str, str]:
    return one.draws, one.sequence, one.number
