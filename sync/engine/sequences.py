"""The number sequences of both systems: reading them, and proving that they never meet.

Source: domain rules, number sequences: prospects and customers must not overlap; a pre-flight check
at start, nightly and on demand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sync.core.forecast import Sighting, pace, sightings
from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.link import Link
from sync.core.number_format import parse_format
from sync.core.number_spaces import number_spaces, numbered
from sync.core.overlaps import Ahead, draws_until, overlaps
from sync.core.row import Side
from sync.core.sequences import Drawer, NumberSpace, Sequence, Told
from sync.engine.held_maps import NUMBERS_OVERLAP, hold_maps
from sync.engine.times import text
from sync.errors import ConfigurationWrong, InputUnusable, Recovery, RemoteError
from sync.ports import Clock, NumberReport, Observer, Store, TellsSequences, ToldSequence

_AT_ONCE = 1000
_AHEAD_SHOWN = 20


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
        self._said = [_of_settings(kinds, one) for one in said]

    async def once(self) -> NumberReport:
        """Read, prove, keep what was found, and hold the maps that overlaps concern.

        Raises:
            RemoteError: A system is not reached.
        """
        report = await self.look()
        async with self._store.transaction() as tx:
            await tx.put_number_report(report)
            held = await hold_maps(self._kinds, tx, self._clock.now())
        self._observer.noticed(
            "numbers_checked",
            sequences=len(report.sequences),
            overlaps=len(report.overlaps),
            ahead=len(report.ahead),
        )
        if held:
            self._observer.noticed("attention_needed", code=NUMBERS_OVERLAP, maps=len(held))
        return report

    async def look(self) -> NumberReport:
        """Read and prove, and keep nothing.

        Raises:
            RemoteError: A system is not reached.
        """
        told, untold = await self._sequences()
        sequences, seen = await self._paces(told)
        spaces = number_spaces(self._kinds, sequences)
        records, ahead = await self._ahead(sequences, spaces)
        return NumberReport(
            at=text(self._clock.now()),
            sequences=tuple(sequences),
            overlaps=tuple(overlaps(sequences, spaces)),
            ahead=tuple(ahead),
            records=records,
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
                of_side = await teller.sequences()
            except RemoteError as error:
                if error.recovery is Recovery.RETRY:
                    raise
                self._observer.noticed("numbers_read_failed", side=side, code=error.code)
                untold[side] = error.message
                continue
            for told in of_side:
                kinds = numbered(self._kinds, told.places)
                name = f"{side}-{told.id}"
                try:
                    if kinds:
                        found[name] = _told(name, side, told, kinds)
                except InputUnusable as error:
                    self._observer.noticed("numbers_read_failed", side=side, code=error.code)
                    untold[name] = error.message
        for sequence in self._said:
            found[sequence.id] = sequence
            untold.pop(sequence.id, None)
        for one in self._shared:
            async with self._store.transaction() as tx:
                found[one.id] = one.as_sequence(await tx.open_leases(one.id))
        return [found[name] for name in sorted(found)], untold

    async def _ahead(
        self, sequences: list[Sequence], spaces: list[NumberSpace]
    ) -> tuple[int, list[Ahead]]:
        """The numbers that records have and sequences still give, the soonest of each sequence."""
        records, found = 0, dict[str, list[Ahead]]()
        for kind in sorted({kind for space in spaces for kind in space.kinds}):
            shared = [space for space in spaces if kind in space.kinds]
            concerned = [s for s in sequences if any(s.ends_in(space) for space in shared)]
            after: str | None = None
            while True:
                async with self._store.transaction() as tx:
                    rows = await tx.list_links(kind=kind, after=after, limit=_AT_ONCE)
                if not rows:
                    break
                after = rows[-1].link.id
                records += len(rows)
                for row in rows:
                    for one in _given_later(row.link, concerned):
                        found.setdefault(one.sequence, []).append(one)
        soonest = [sorted(several, key=_by_draws)[:_AHEAD_SHOWN] for several in found.values()]
        return records, sorted((one for several in soonest for one in several), key=_by_draws)


def _given_later(link: Link, sequences: Iterable[Sequence]) -> Iterable[Ahead]:
    number = link.natural.get("code")
    if number is None or link.is_stray:
        return
    for sequence in sequences:
        if not sequence.company or link.company in {None, sequence.company}:
            draws = draws_until(sequence, number)
            if draws is not None:
                yield Ahead(sequence=sequence.id, number=number, link_id=link.id, draws=draws)


def _by_draws(one: Ahead) -> tuple[int, str, str]:
    return one.draws, one.sequence, one.number


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
    )


def _of_settings(kinds: Kinds, said: SaidSequence) -> Sequence:
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
    )
