"""Recordings: what a service saw, as lines of JSON that a replay can be run on.

```
{"recording": 1, "gab": false, "maps": {"prospects-accounts": "erp", …}}
{"drawn": {…}}      a number that was drawn from a shared sequence for a row
{"image": {…}}      a row that was known before the maps were started
{"event": {…}}      a change event, in the order of the inbox
{"outcome": {…}}    a system's answer, in the order in which it came
{"act": {…}}        what a person decided about a conflict, or a rule
{"before": {…}}     the same, before the maps were started
```
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import msgspec

from sync.core import exact_json
from sync.core.event import ChangeEvent, Op
from sync.core.leases import Draw
from sync.core.row import Image, RowRef, Side
from sync.engine.journal import TOPIC
from sync.engine.outcomes import Item
from sync.errors import InputUnusable
from sync.ports import Act, ChangeLog, InboxEvent, Store

VERSION = 1
_PAGE = 1000


class Recording(msgspec.Struct):
    """A recording, read.

    Attributes:
        gab: Whether it is of a service with party and global address book.
        maps: Map id → master, of the maps that ran.
        images: Events of rows that were known before the maps were started.
        numbers: What numbers are made of that the service makes (`person_prospect_id`).
        drawn: What was drawn from shared sequences for rows.
        entries: The change events, the systems' answers and what persons decided, in order.
        before: What persons decided before the maps were started.
    """

    gab: bool
    maps: dict[str, str]
    images: list[ChangeEvent]
    entries: list[ChangeEvent | Item | Act]
    numbers: str = "lastname"
    before: list[Act] = []
    drawn: list[Draw] = []

    def outcomes(self, side: Side) -> list[Item]:
        """The answers of one side."""
        return [e for e in self.entries if isinstance(e, dict) and e["request"][1] == side]


async def record(
    store: Store, log: ChangeLog, *, gab: bool, numbers: str = "lastname"
) -> AsyncIterator[bytes]:
    """The lines of a recording of everything a service has seen.

    Args:
        store: The service's state.
        log: The service's log.
        gab: Whether it runs with party and global address book.
        numbers: What numbers are made of that it makes.
    """
    async with store.transaction() as tx:
        runs = [run for run in (await tx.map_runs()).values() if run.runs]
    started = min((run.since or "" for run in runs), default="")
    header = {
        "recording": VERSION,
        "gab": gab,
        "numbers": numbers,
        "maps": {r.map_id: r.master for r in runs},
    }
    yield exact_json.encode(header)
    if numbers == "sequence":
        async for draw in _drawn(store):
            yield exact_json.encode({"drawn": msgspec.to_builtins(draw)})
    # What somebody decided comes before the answers to what it made the service do.
    between = [
        (act.at, 0, {"act" if act.at > started else "before": act_values(act)})
        async for act in _acts(store)
    ]
    between += [(at, 1, {"outcome": item}) async for at, item in _answers(log)]
    between.sort(key=lambda entry: entry[:2])
    told = 0
    async for kept in _inbox(store):
        at = kept.received_at or ""
        while told < len(between) and between[told][0] < at:
            yield exact_json.encode(between[told][2])
            told += 1
        kind = "image" if at <= started and kept.event.op is Op.UPSERT else "event"
        yield exact_json.encode({kind: event_values(kept.event)})
    for _, _, line in between[told:]:
        yield exact_json.encode(line)


def read_recording(lines: Iterable[bytes], file: str) -> Recording:
    """Read a recording.

    Args:
        lines: Its lines.
        file: Its name, for errors.

    Raises:
        InputUnusable: It is no recording, or a line of it is broken: file, line and cure.
    """
    numbered = _decoded(lines, file)
    try:
        number, header = next(numbered)
    except StopIteration:
        raise InputUnusable(f"{file} is empty.", cure="Make it with `dualwrite record`.") from None
    if header.get("recording") != VERSION:
        raise InputUnusable(
            f"{file}:{number}: this is no recording of version {VERSION}.",
            cure="Make it anew with `dualwrite record`.",
        )
    found = Recording(bool(header.get("gab")), dict(header.get("maps") or {}), [], [])
    found.numbers = str(header.get("numbers") or found.numbers)
    for number, line in numbered:
        try:
            _take(found, line)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise InputUnusable(
                f"{file}:{number}: the line is not an image, event or outcome: {error}.",
                cure="Make the recording anew; it must not be edited by hand.",
            ) from None
    return found


def event_values(event: ChangeEvent) -> dict[str, Any]:
    """A change event as plain values."""
    return {
        "id": event.id,
        "ref": [event.ref.side.value, event.ref.table, event.ref.row_id],
        "op": event.op.value,
        "version": event.version,
        "order": event.order,
        "image": event.image,
        "actor": event.actor,
        "occurred_at": event.occurred_at,
    }


def act_values(act: Act) -> dict[str, Any]:
    """What a person decided as plain values."""
    values: dict[str, Any] = msgspec.to_builtins(act)
    return {name: value for name, value in values.items() if name not in ("position", "link_id")}


def _event(values: dict[str, Any]) -> ChangeEvent:
    side, table, row_id = values["ref"]
    image: Image | None = values["image"]
    return ChangeEvent(
        id=values["id"],
        ref=RowRef(Side(side), table, row_id),
        op=Op(values["op"]),
        version=values["version"],
        order=values["order"],
        image=image,
        actor=values["actor"],
        occurred_at=values["occurred_at"],
    )


def _act(values: dict[str, Any]) -> Act:
    return Act(
        at=values["at"],
        by=values["by"],
        what=values["what"],
        said=dict(values["said"]),
        conflict_id=values["conflict_id"],
    )


def _take(found: Recording, line: dict[str, Any]) -> None:
    if "image" in line:
        found.images.append(_event(line["image"]))
    elif "drawn" in line:
        found.drawn.append(msgspec.convert(line["drawn"], Draw))
    elif "event" in line:
        found.entries.append(_event(line["event"]))
    elif "act" in line:
        found.entries.append(_act(line["act"]))
    elif "before" in line:
        found.before.append(_act(line["before"]))
    else:
        item = line["outcome"]
        if item["request"][1] not in tuple(Side):
            raise ValueError("its side is unknown")
        found.entries.append({"request": item["request"], "answer": item["answer"]})


def _decoded(lines: Iterable[bytes], file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = exact_json.decode(line)
        except msgspec.DecodeError as error:
            raise InputUnusable(
                f"{file}:{number}: the line is not JSON: {error}.",
                cure="Make the recording anew with `dualwrite record`.",
            ) from None
        if not isinstance(value, dict):
            raise InputUnusable(
                f"{file}:{number}: the line is not a JSON object.",
                cure="Make the recording anew with `dualwrite record`.",
            )
        yield number, value


async def _drawn(store: Store) -> AsyncIterator[Draw]:
    """What rows drew; a row draws again by the same key, and gets the same number."""
    after: tuple[str, str] | None = None
    while True:
        async with store.transaction() as tx:
            page = await tx.draws(after=after, limit=_PAGE)
        for draw in page:
            if draw.request.startswith(f"{Side.CRM}:"):
                yield draw
        if len(page) < _PAGE:
            return
        after = page[-1].sequence, page[-1].request


async def _inbox(store: Store) -> AsyncIterator[InboxEvent]:
    after = 0
    while True:
        async with store.transaction() as tx:
            page = await tx.events(after=after, limit=_PAGE)
        for kept in page:
            yield kept
        if len(page) < _PAGE:
            return
        after = page[-1].position


async def _acts(store: Store) -> AsyncIterator[Act]:
    after = 0
    while True:
        async with store.transaction() as tx:
            page = await tx.acts(after=after, limit=_PAGE)
        for act in page:
            yield act
        if len(page) < _PAGE:
            return
        after = page[-1].position


async def _answers(log: ChangeLog) -> AsyncIterator[tuple[str, Item]]:
    async for value in log.history(TOPIC):
        record_of = exact_json.decode(value)
        for item in record_of["items"]:
            yield record_of["at"], item
