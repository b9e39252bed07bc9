"""Ingest: from the change log into the inbox, deduplicated, and on to the links (T1).

The log is acknowledged only after the inbox has its records, so a crash in between repeats them,
and the inbox knows them again by their ids.
"""

from __future__ import annotations

import base64
from hashlib import blake2b

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.engine.letters import tell
from sync.engine.taking_in import take_in
from sync.engine.times import text
from sync.ports import (
    ChangeLog,
    Clock,
    DeadLetter,
    LogRecord,
    Observer,
    Store,
)

MALFORMED = "malformed"
"""The sequence that counts the records that could not be read."""


class Ingest:
    """Takes change events in.

    Args:
        kinds: All kinds.
        store: The state.
        log: The change log.
        clock: Time.
        observer: Hears what happens.
        batch: How many records are taken at once.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        log: ChangeLog,
        clock: Clock,
        observer: Observer,
        *,
        batch: int = 500,
    ) -> None:
        self._kinds, self._store, self._log = kinds, store, log
        self._clock, self._observer, self._batch = clock, observer, batch
        self._left: list[LogRecord] = []

    async def once(self, wait: float = 0.0) -> int:
        """Take one batch in; returns how many records there were.

        What was polled and could not be taken in comes first the next time: the log gives it out
        once, and the next acknowledgement would include it.
        """
        records = self._left or await self._log.poll(self._batch, wait)
        self._left = []
        if records:
            try:
                await self._take(records)
            except BaseException:
                self._left = records
                raise
            await self._log.commit()
        return len(records)

    async def _take(self, records: list[LogRecord]) -> None:
        events = {r.event.id: r.event for r in records if r.event is not None}
        broken = [record for record in records if record.event is None]
        letters = [self._letter(record) for record in broken]
        async with self._store.transaction() as tx:
            unseen = await tx.unseen(list(events))
            fresh = [event for event in events.values() if event.id in unseen]
            told = await take_in(self._kinds, tx, fresh, self._clock.now())
            if letters:
                ids = [letter.id for letter in letters]
                found = await tx.dead_letters(ids=ids, state=None, limit=len(ids))
                known = {letter.id for letter in found}
                letters = [letter for letter in letters if letter.id not in known]
                await tx.put_dead_letters(letters)
                if letters:
                    await tx.draw_number(MALFORMED, len(letters))
        await tell(self._log, letters)
        self._observer.noticed(
            "events_ingested",
            crm=sum(event.ref.side is Side.CRM for event in fresh),
            erp=sum(event.ref.side is Side.ERP for event in fresh),
            repeated=len(events) - len(fresh),
            told=told,
            malformed=len(broken),
        )

    def _letter(self, record: LogRecord) -> DeadLetter:
        return DeadLetter(
            id=blake2b(record.raw, digest_size=16).hexdigest(),
            link_id=None,
            code="event_malformed",
            message=f"The record at {record.position} of the change log is no change event: "
            f"{str(record.error).rstrip('.')}.",
            cure="Correct what publishes it and publish it again, or discard this dead letter.",
            payload={"position": record.position, "raw": base64.b64encode(record.raw).decode()},
            at=text(self._clock.now()),
        )
