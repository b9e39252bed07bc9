"""Replay: the real engine on a recording, with no network and a virtual clock.

One worker, run to idle after each event. The same recording and maps give the same transcript, byte
for byte; a changed map or engine that decides differently gives another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import msgspec

from sync.core import exact_json
from sync.core.event import ChangeEvent
from sync.core.kinds import Kinds
from sync.core.row import Lookup, Side
from sync.core.write import Written
from sync.engine.acting import act_again
from sync.engine.answering import Answering
from sync.engine.draws import OWN
from sync.engine.in_hand import InHand
from sync.engine.ingest import Ingest
from sync.engine.options import ServiceOptions
from sync.engine.recording import Recording
from sync.engine.times import text
from sync.engine.work import Work
from sync.errors import InputUnusable
from sync.ports import Act, ChangeLog, MapRun, Store, VersionKind

VERSIONS = {Side.CRM: VersionKind.ORDERED, Side.ERP: VersionKind.EQUALITY}
_START = datetime(2000, 1, 1, tzinfo=UTC)
_ROUNDS = 200
_CENTURY = 100 * 365 * 24 * 3600.0


class VirtualClock:
    """A clock that moves only when the replay moves it."""

    def __init__(self) -> None:
        self._now = _START

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self._now += timedelta(seconds=seconds)

    def move_to(self, moment: datetime) -> None:
        """Let time pass until then."""
        self._now = max(self._now, moment)


class Silent:
    """An observer that does not listen."""

    def noticed(self, name: str, /, **facts: Any) -> None:
        """Hear nothing."""


class Replay:
    """Replays one recording.

    Args:
        kinds: All kinds, of the maps to prove.
        store: An empty state.
        log: An empty log.
        recording: What to replay.
    """

    def __init__(self, kinds: Kinds, store: Store, log: ChangeLog, recording: Recording) -> None:
        self._kinds, self._store, self._log, self._recording = kinds, store, log, recording
        self._clock = VirtualClock()
        self._lines: list[bytes] = []
        self.systems = {
            side: Answering(
                side,
                kinds.tables[side],
                VERSIONS[side],
                recording.outcomes(side),
            )
            for side in Side
        }
        options = ServiceOptions(
            batch=1,
            wait_seconds=_CENTURY,
            reference_deadline_seconds=inf,
            lease_seconds=_CENTURY,
            ingest_batch=10_000,
            person_prospect_id=recording.numbers,
        )
        self._ingest = Ingest(kinds, store, log, self._clock, Silent(), batch=10_000)
        self._work = Work(
            kinds, store, self.systems, self._clock, Silent(), options, witness=self._witness
        )

    async def run(self) -> bytes:
        """Run it; returns the transcript.

        Raises:
            InputUnusable: The recording names maps that do not exist, or never comes to rest.
        """
        known = {table_map.id for table_map in self._kinds.table_maps}
        unknown = sorted(set(self._recording.maps) - known)
        if unknown:
            raise InputUnusable(
                f"The recording is of maps that do not exist here: {', '.join(unknown)}.",
                cure="Replay it with the maps it was made with, or record anew.",
            )
        await self._store.start()
        await self._log.start()
        await self._take(self._recording.images)
        for act in self._recording.before:
            await self._decided(act)
        async with self._store.transaction() as tx:
            # The settings that name their sequences are not here: they are drawn by their keys.
            drawn = self._recording.drawn
            await tx.add_draws(msgspec.structs.replace(one, sequence=OWN.id) for one in drawn)
            for map_id, master in self._recording.maps.items():
                await tx.put_map_run(MapRun(map_id, "running", master, text(_START)))
            for master in sorted(set(self._recording.maps.values())):
                of_master = {i for i, m in self._recording.maps.items() if m == master}
                kinds = sorted({m.kind for m in self._kinds.table_maps if m.id in of_master})
                await tx.wake_kinds(kinds, self._clock.now(), master)
        self._line({"start": len(self._recording.images)})
        await self._play()
        for side in Side:
            for request in self.systems[side].left_over():
                self._line({"left over": request})
        await self._end()
        return b"".join(line + b"\n" for line in self._lines)

    async def _play(self) -> None:
        """Take event after event, each with the answers that came before the next one."""
        number = 0
        for entry in self._recording.entries:
            if isinstance(entry, dict):
                self.systems[Side(entry["request"][1])].reached(entry)
                continue
            await self._rest()
            for system in self.systems.values():
                system.moved_on()
            if isinstance(entry, Act):
                await self._decided(entry)
                continue
            number += 1
            self._line({"event": number, "id": entry.id, "row": str(entry.ref), "op": entry.op})
            await self._take([entry])
        await self._rest()

    async def _decided(self, act: Act) -> None:
        """Let a person decide again what was decided, as far as there is something to decide."""
        refused = await act_again(self._store, self._kinds, act, self._clock)
        told = {"act": act.what, "by": act.by, "conflict": act.conflict_id, "refused": refused}
        self._line(told)

    async def _take(self, events: list[ChangeEvent]) -> None:
        for event in events:
            self.systems[event.ref.side].told(event)
        await self._log.publish(events)
        while await self._ingest.once():
            pass

    async def _rest(self) -> None:
        """Work until nothing is due any more, letting time pass for what is tried again."""
        for _ in range(_ROUNDS):
            while await self._work.once():
                pass
            async with self._store.transaction() as tx:
                due = await tx.next_due()
            if due is None or due > self._clock.now() + timedelta(seconds=_CENTURY / 2):
                return
            self._clock.move_to(due)
        raise InputUnusable(
            f"The replay does not come to rest within {_ROUNDS} rounds.",
            cure="Look for a field that is rewritten again and again in the transcript.",
        )

    async def _end(self) -> None:
        after: str | None = None
        while True:
            async with self._store.transaction() as tx:
                page = await tx.list_links(after=after, limit=1000)
            for entry in page:
                link = entry.link
                code = link.problem.code if link.problem else None
                self._line(
                    {"link": f"{link.kind}:{link.key}", "state": link.state, "problem": code}
                )
            if len(page) < 1000:
                return
            after = page[-1].link.id

    def _witness(self, held: InHand) -> None:
        """Write down one decision."""
        link, decision = held.claim.link, held.decision
        self._line(
            {
                "decision": f"{link.kind}:{link.key}",
                "state": link.state,
                "agreed": {name: [a.erp, a.crm] for name, a in decision.agreed.items()},
                "waits": list(decision.waits),
                "conflicts": [
                    {
                        "kind": c.kind,
                        "field": c.field,
                        "crm": c.crm,
                        "erp": c.erp,
                        "winner": c.winner,
                        "policy": c.policy,
                        "state": c.state,
                    }
                    for c in decision.conflicts
                ],
                "writes": [
                    {
                        "side": part.side,
                        "rows": [[w.op, str(w.ref), _plain(w.values)] for w in part.writes],
                        "why": {c.field: c.reason for c in part.changes},
                        "answer": _answer(held, part.side),
                    }
                    for part in held.parts
                ],
            }
        )

    def _line(self, values: Mapping[str, Any]) -> None:
        self._lines.append(exact_json.encode(_ordered(values)))


def _answer(held: InHand, side: Side) -> str:
    outcome = held.outcomes.get(side)
    if outcome is None:
        return "none"
    return "written" if isinstance(outcome, Written) else outcome.error.code


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column: {"lookup": [value.table, value.row_id]} if isinstance(value, Lookup) else value
        for column, value in values.items()
    }


def _ordered(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return _ordered(msgspec.to_builtins(value))
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value
