"""Numbering: records that the CRM makes without a number get one that the service makes.

The number is kept in the store first, then stamped on the CRM's row on condition of its version;
from then on the record goes the usual way. A crash in between finds the number kept. Where the ERP
turns out to have the number under somebody else, the row gets the next one in the same way.
Source: design, "a person prospect created in the CRM takes the last name as its id".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.link import MAIN, IntendedWrite, Link
from sync.core.mapping import FieldMap
from sync.core.numbers import candidate, comparable, place_of
from sync.core.plan import Change, Part
from sync.core.row import Row, RowRef, Side
from sync.core.sequences import NumberSpace
from sync.core.write import Outcome, Refused, Write, WriteOp, Written
from sync.engine.drawing import Asked
from sync.engine.draws import Draws
from sync.errors import AlreadyExists, SequenceExhausted
from sync.ports import Claim, Reservation, Transaction

_AT_ONCE = 16
_AT_MOST = 1000
_LONGEST = 20


class Unnumbered(msgspec.Struct):
    """A CRM row that needs a number, and what became of it.

    Attributes:
        claim: The link that holds the row: a stray one, or the one whose number is taken.
        row: The row.
        field: The key field.
        company: The company code.
        taken: The number that turned out to be taken, for a row that has one.
        kept: The number that is kept for it, if one is.
        hopeless: Whether no number can be made of what the row says.
        exhausted: Why no number was left for it.
        outcome: What the CRM answered to the stamp.
        seen: The row as it is now, where the stamp did not happen and it could be read.
    """

    claim: Claim
    row: Row
    field: FieldMap
    company: str
    taken: str | None = None
    kept: Reservation | None = None
    hopeless: bool = False
    exhausted: SequenceExhausted | None = None
    outcome: Outcome | None = None
    seen: dict[RowRef, Row | None] = {}

    @property
    def link(self) -> Link:
        """The link that holds the row."""
        return self.claim.link

    @property
    def has(self) -> str | None:
        """The number that the row has."""
        value = str(self.row.image.get(self.field.crm.column) or "").strip()
        return value or None

    @property
    def numbered(self) -> Row | None:
        """The row with a number that may stay, once it has one: ours, or one that a person gave."""
        if isinstance(self.outcome, Written):
            return self.outcome.rows[0]
        return self.row if self.has not in {None, self.taken} else None

    def part(self) -> Part | None:
        """The stamp; `None` when the row has its number already, or none can be made."""
        if self.kept is None or self.numbered is not None:
            return None
        column = self.field.crm.column
        reason = (
            f"{self.taken} is another record's in the ERP" if self.taken else "it had no number"
        )
        change = Change(self.field.name, column, self.kept.number, self.has, reason)
        write = Write(WriteOp.UPDATE, self.row.ref, {column: self.kept.number}, self.row.version)
        intended = IntendedWrite(MAIN, self.row.ref, write.op.value, {})
        return Part(Side.CRM, (write,), (intended,), (change,))


class Numbering:
    """Makes and keeps numbers, for a whole batch at once.

    Args:
        kinds: All kinds.
        strategy: What a number is made of: `lastname` (the column that the map names) or
            `sequence` (a shared one).
        draws: Draws from the shared ones.
    """

    def __init__(self, kinds: Kinds, strategy: str, draws: Draws) -> None:
        self._kinds, self._strategy, self._draws = kinds, strategy, draws

    def renumber(self, claim: Claim, row: Row) -> Unnumbered:
        """The row of a link whose number is taken."""
        link = claim.link
        field = self._kinds[link.kind].assigned
        if field is None or link.company is None:  # only such links are ever renumbered
            raise LookupError(f"{link.kind} {link.key} has no number of ours")
        own = Unnumbered(claim, row, field, link.company)
        taken = link.natural[field.name]
        # The row may spell it otherwise than the ERP, from which the link has it.
        same = own.has is not None and comparable(own.has) == comparable(taken)
        own.taken = own.has if same else taken
        return own

    async def keep(self, tx: Transaction, wanted: Sequence[Unnumbered]) -> None:
        """Keep a number for each row; one that is kept already stays, unless it is taken."""
        kept = await tx.reservations([one.row.ref for one in wanted])
        lacking: list[Unnumbered] = []
        for one in wanted:
            one.kept = kept.get(one.row.ref)
            if one.numbered is None and (one.kept is None or one.kept.number == one.taken):
                lacking.append(one)
        await self._make_each(tx, lacking)

    async def refused(self, tx: Transaction, wanted: Iterable[Unnumbered]) -> None:
        """Keep the next number for rows whose number the CRM has under another row."""
        again = [
            one
            for one in wanted
            if isinstance(one.outcome, Refused) and isinstance(one.outcome.error, AlreadyExists)
        ]
        await self._make_each(tx, again)

    async def _make_each(self, tx: Transaction, wanted: Iterable[Unnumbered]) -> None:
        """Make a number for each row, for all of one kind and space at once."""
        alike: dict[tuple[str, NumberSpace], list[Unnumbered]] = {}
        for one in wanted:
            kinds = self._kinds.sharing(self._kinds[one.link.kind])
            space = NumberSpace(one.company, kinds)
            alike.setdefault((one.link.kind, space), []).append(one)
        if alike:
            await tx.take_turn()  # a number that is free now is free when it is kept
        for (kind, space), several in alike.items():
            if self._strategy == "sequence":
                await self._draw(tx, self._draws.numbering(space, kind), space, several)
            else:
                await self._make(tx, space, several)

    async def _draw(
        self,
        tx: Transaction,
        sequence: SharedSequence,
        space: NumberSpace,
        wanted: Sequence[Unnumbered],
    ) -> None:
        """Draw each row's number; the same one again after a crash."""
        asked = {_request(one): one for one in wanted}
        requests = [Asked(side=Side.CRM, request=request) for request in asked]
        drawn, refusal = await self._draws.draw_each(tx, sequence, requests, space)
        kept: dict[RowRef, Reservation] = {}
        for request, one in asked.items():
            if request in drawn:
                (number,) = drawn[request].numbers
                kept[one.row.ref] = Reservation(one.row.ref, space.name, number, one.taken)
            else:
                one.exhausted = refusal
        done = await tx.reserve(kept.values())
        for one in wanted:
            one.kept = kept[one.row.ref] if one.row.ref in done else None

    async def _make(
        self, tx: Transaction, space: NumberSpace, wanted: Sequence[Unnumbered]
    ) -> None:
        """Find the first free number of each row, and keep it."""
        places = {one.row.ref: self._after(one) for one in wanted}
        chosen: dict[RowRef, Reservation] = {}
        used: set[str] = set()
        for _ in range(_AT_MOST // _AT_ONCE):
            offers = {
                one.row.ref: self._offers(one, places[one.row.ref])
                for one in wanted
                if one.row.ref not in chosen
            }
            if not any(offers.values()):
                break
            asked = {comparable(number) for several in offers.values() for number in several}
            used |= await tx.numbers_taken(space, asked)
            for one in wanted:
                free = (n for n in offers.get(one.row.ref, ()) if comparable(n) not in used)
                number = next(free, None)
                if number is not None:
                    used.add(comparable(number))
                    chosen[one.row.ref] = Reservation(one.row.ref, space.name, number, one.taken)
                places[one.row.ref] += _AT_ONCE
        done = await tx.reserve(chosen.values())
        for one in wanted:
            one.kept = chosen[one.row.ref] if one.row.ref in done else None
            one.hopeless = one.row.ref not in chosen

    def _after(self, one: Unnumbered) -> int:
        """Where to begin: after the number that was taken."""
        old = one.kept.number if one.kept is not None else one.taken
        return (place_of(old, self._name(one), self._limit(one)) if old else 0) + 1

    def _offers(self, one: Unnumbered, first: int) -> list[str]:
        name, limit = self._name(one), self._limit(one)
        made = (candidate(name, place, limit) for place in range(first, first + _AT_ONCE))
        return [number for number in made if number is not None]

    def _name(self, one: Unnumbered) -> str | None:
        value = one.row.image.get(one.field.assign or "")
        return None if value is None else str(value)

    def _limit(self, one: Unnumbered) -> int:
        return min(half.limit or _LONGEST for half in (one.field.erp, one.field.crm))


def _request(one: Unnumbered) -> str:
    """The key by which a row draws: another one for every number that turned out to be taken."""
    old = one.kept.number if one.kept is not None else one.taken
    return f"{one.row.ref}, not {old}" if old else str(one.row.ref)


async def numbered_by_us(
    kinds: Kinds, tx: Transaction, links: Iterable[tuple[Link, Row | None]]
) -> set[str]:
    """The links whose number we made, and of which nothing is agreed yet."""
    rows: dict[RowRef, Link] = {}
    for link, row in links:
        if row is not None and not (link.base or link.made):
            field = kinds[link.kind].assigned
            if field is not None and field.name in link.natural:
                rows[row.ref] = link
    kept = await tx.reservations(rows) if rows else {}
    return {
        rows[ref].id
        for ref, one in kept.items()
        if comparable(rows[ref].natural["code"])
        in {comparable(number) for number in (one.number, one.instead_of) if number}
    }
