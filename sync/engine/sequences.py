"""The number sequences of both systems: reading them, and proving that they never meet.

Source: domain rules, number sequences: prospects and customers must not overlap; a pre-flight check
at start, nightly and on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from sync.core.existing_numbers import ExistingNumbers
from sync.core.forecast import Sighting, pace, sightings
from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.number_format import parse_format
from sync.core.number_spaces import number_spaces, numbered
from sync.core.overlaps import overlaps
from sync.core.row import Side
from sync.core.sequences import Drawer, NumberSpace, Sequence
from sync.engine.duties import NUMBERS, Duties, Duty
from sync.engine.held_maps import NUMBERS_OVERLAP, hold_maps
from sync.engine.said_sequences import SaidSequence, of_settings
from sync.engine.times import text
from sync.errors import InputUnusable, Recovery, RemoteError
from sync.ports import (
    Clock,
    NumberReport,
    Observer,
    Store,
    TellsSequences,
    ToldSequence,
    ToldSequences,
)

_AT_ONCE = 1000
_AHEAD_SHOWN = 20


class NumberCheck:
    """Reads the sequences of both systems and proves that they never meet.

    Args:
        kinds: All kinds.
        store: The state.
        tellers: Both systems.
        said: What the settings say; it wins over what a system tells under the same id.
        shared: The sequences that the service keeps for both systems.
        clock: Time.
        observer: Hears what happens.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        tellers: Mapping[Side, TellsSequences],
        clock: Clock,
        observer: Observer,
        *,
        said: Iterable[SaidSequence] = (),
        shared: Iterable[SharedSequence] = (),
    ) -> None:
        self._kinds, self._store, self._tellers = kinds, store, tellers
        self._clock, self._observer = clock, observer
        self._shared = tuple(shared)
        self._said = [of_settings(kinds, one) for one in said]

    async def once(self) -> NumberReport:
        """Read, prove, keep what was found, and hold the maps that overlaps concern.

        Raises:
            JobRunning: It is being done by somebody else.
            RemoteError: A system is not reached.
        """
        return await Duties(self._store, self._clock).alone(NUMBERS, self._once)

    async def _once(self, duty: Duty) -> NumberReport:
        report = await self.look()
        async with self._store.transaction() as tx:
            await duty.check(tx, self._clock)
            await tx.put_number_report(report)
            held = await hold_maps(self._kinds, tx, self._clock.now())
        self._observer.noticed(
            "numbers_checked",
            sequences=len(report.sequences),
            overlaps=len(report.findings),
            ahead=len(report.ahead),
        )
        if held:
            self._observer.noticed("attention_needed", code=NUMBERS_OVERLAP, maps=len(held))
        return report

    async def last(self) -> datetime | None:
        """When the check was done last, by whomever."""
        async with self._store.transaction() as tx:
            report = await tx.number_report()
        return datetime.fromisoformat(report.at) if report is not None else None

    async def look(self) -> NumberReport:
        """Read and prove, and keep nothing.

        Raises:
            RemoteError: A system is not reached.
        """
        told, untold = await self._sequences()
        sequences, seen = await self._paces(told)
        spaces = number_spaces(self._kinds, sequences)
        existing = await self._existing(sequences, spaces)
        return NumberReport(
            at=text(self._clock.now()),
            sequences=tuple(sequences),
            overlaps=tuple(overlaps(sequences, spaces)),
            occupied=existing.occupied,
            ahead=existing.ahead,
            records=existing.records,
            untold=untold,
            seen=seen,
        )

    async def _paces(
        self, sequences: Iterable[Sequence]
    ) -> tuple[list[Sequence], dict[str, tuple[Sighting, ...]]]:
        """How fast each of them is drawn from, by where earlier checks met it."""
        async with self._store.transaction() as tx:
            before = await tx.number_report()
        earlier = before.seen if before is not None else {}
        paced, seen = [], dict[str, tuple[Sighting, ...]]()
        for one in sequences:
            now = Sighting(self._clock.now(), one.next)
            seen[one.id] = sightings(earlier.get(one.id, ()), now, one.step)
            per_day = pace(seen[one.id], now, one.step)
            paced.append(msgspec.structs.replace(one, per_day=per_day))
        return paced, seen

    async def _sequences(self) -> tuple[list[Sequence], dict[str, str]]:
        """Every sequence, and what is not told."""
        found: dict[str, Sequence] = {}
        untold: dict[str, str] = {}
        for side, teller in self._tellers.items():
            try:
                told = await teller.sequences()
            except RemoteError as error:
                if error.recovery is Recovery.RETRY:
                    raise
                untold[side] = error.message
                continue
            known, unknown = _of_side(self._kinds, side, told)
            found |= known
            untold |= unknown
        for sequence in self._said:
            found[sequence.id] = sequence
            untold.pop(sequence.id, None)
        for one in self._shared:
            async with self._store.transaction() as tx:
                leases, handed = await tx.open_leases(one.id), await tx.handed_over(one.id)
            found[one.id] = one.as_sequence(leases, handed)
        for name in untold:
            self._observer.noticed("numbers_read_failed", sequence=name)
        return [found[name] for name in sorted(found)], untold

    async def _existing(
        self, sequences: Iterable[Sequence], spaces: list[NumberSpace]
    ) -> ExistingNumbers:
        """The numbers that records have, compared with the sequences."""
        found = ExistingNumbers(sequences, spaces, _AHEAD_SHOWN)
        for kind in sorted({kind for space in spaces for kind in space.kinds}):
            after: str | None = None
            while True:
                async with self._store.transaction() as tx:
                    rows = await tx.list_links(kind=kind, after=after, limit=_AT_ONCE)
                if not rows:
                    break
                after = rows[-1].link.id
                found.add(self._kinds[kind], (row.link for row in rows))
        return found


def _of_side(
    kinds: Kinds, side: Side, told: ToldSequences
) -> tuple[dict[str, Sequence], dict[str, str]]:
    """The sequences that a system tells by their names here, and why others are not known."""
    found: dict[str, Sequence] = {}
    untold = {f"{side}-{name}": why for name, why in told.untold.items()}
    for one in told.sequences:
        numbers, name = numbered(kinds, one.places), f"{side}-{one.id}"
        try:
            if numbers:
                found[name] = _told(name, side, one, numbers)
        except InputUnusable as error:
            untold[name] = error.message
    return found, untold


def _told(name: str, side: Side, told: ToldSequence, kinds: tuple[str, ...]) -> Sequence:
    return Sequence(
        id=name,
        side=side,
        company=told.company,
        kinds=kinds,
        numbers=told.numbers,
        format=parse_format(told.format, side, told.company),
        first=told.first,
        last=told.last,
        next=told.next,
        step=told.step,
        drawn_by=Drawer(side),
        continuous=told.continuous,
        cyclical=told.cyclical,
        tables=tuple(dict.fromkeys(table for table, _ in told.places)),
    )
