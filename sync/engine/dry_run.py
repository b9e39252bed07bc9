"""A dry run: what would be decided and written now, without writing or changing anything.

The systems are only read. What a corrected event would change in the state is done in a transaction
that is then given up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from sync.core.apply import recover
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, Problem
from sync.core.plan import Decision
from sync.core.row import Lookup, RowRef, Side
from sync.core.view import Context
from sync.core.write import Write
from sync.engine.disputes import disputes_of, lookups_given
from sync.engine.lines import look_at_lines
from sync.engine.loading import Batch
from sync.engine.redrive import event_in
from sync.engine.referring import demanded, load_references
from sync.engine.rules import rules_of
from sync.engine.taking_in import take_in
from sync.engine.times import text
from sync.engine.whereabouts import place_of
from sync.ports import Clock, Connector, DeadLetter, Store


class PlannedWrite(msgspec.Struct, frozen=True):
    """One row that would be written.

    Attributes:
        side: Where.
        op: `create`, `update`, `delete` or `action`.
        table: The entity set.
        row_id: The row; empty where the system draws the key.
        values: Column → value; a lookup is the row it points to.
        action: The system's own action, if it is one.
    """

    side: Side
    op: str
    table: str
    row_id: str
    values: dict[str, Any]
    action: str | None = None


class Outlook(msgspec.Struct, frozen=True):
    """What would become of one link.

    Attributes:
        link_id: The link.
        kind: Its kind.
        key: Its key.
        state: Where it would stand, once everything that would be written is.
        writes: What would be written, in order.
        conflicts: What would be found to disagree, in words.
        waiting_on: What it would wait for.
        problem: Why it would not be settled.
        together: Whether it would be made with other records, all or none, which a dry run does
            not follow.
    """

    link_id: str
    kind: str
    key: str
    state: str
    writes: tuple[PlannedWrite, ...] = ()
    conflicts: tuple[str, ...] = ()
    waiting_on: tuple[str, ...] = ()
    problem: Problem | None = None
    together: bool = False


class _GivenUp(Exception):
    """Ends a transaction that is to leave nothing behind."""


async def dry_run(
    kinds: Kinds,
    store: Store,
    connectors: Mapping[Side, Connector],
    letter: DeadLetter,
    clock: Clock,
) -> list[Outlook]:
    """What a redrive of a dead letter would do now.

    Raises:
        InputUnusable: It could not be read, and was not edited.
        RemoteError: A system cannot be read.
    """
    batch, running, strays = await _loaded(kinds, store, letter, clock)
    await _look(batch, store, connectors)
    unread = await look_at_lines(kinds, batch, connectors, store)
    for _, error in unread.values():
        raise error
    async with store.transaction() as tx:
        disputes = await disputes_of(tx, batch.links)
        given = lookups_given(kinds, batch.links, disputes)
        refs = await load_references(kinds, tx, batch, given)
        wanted = await demanded(tx, batch.links.values())
        rules = await rules_of(tx)
    outlooks = [_of_stray(link) for link in strays]
    for link in batch.links.values():
        view = batch.view(link)
        context = Context(
            now=text(clock.now()),
            running=running,
            map_id=kinds[link.kind].for_stage(link.stage).map.id,
            sources=batch.sources(link, view),
            awaited=link.id in wanted,
            disputes=disputes.get(link.id, {}),
            rules=rules,
        )
        try:
            recover(kinds[link.kind], link, view, refs)
            decision = decide(kinds[link.kind], link, view, refs, context)
        except Exception as error:
            # As in the real run, where it would be a dead letter again.
            outlooks.append(_undecidable(link, error))
        else:
            outlooks.append(_outlook(link, decision))
    return outlooks


async def _loaded(
    kinds: Kinds, store: Store, letter: DeadLetter, clock: Clock
) -> tuple[Batch, set[str], Sequence[Link]]:
    """The links that a redrive would wake, as they would be then; the maps that run; the strays."""
    event = event_in(letter) if letter.link_id is None else None
    batch, running, strays = Batch(kinds, ()), set[str](), list[Link]()
    try:
        async with store.transaction() as tx:
            ids = [letter.link_id] if letter.link_id is not None else []
            if event is not None and await tx.unseen([event.id]):
                await take_in(kinds, tx, [event], clock.now())
                known = (await tx.rows([event.ref])).get(event.ref)
                ids = [known.link_id] if known is not None and known.link_id else []
            links = (await tx.links(ids)).values()
            strays = [link for link in links if link.is_stray]
            batch = Batch(kinds, [link for link in links if not link.is_stray])
            await batch.load(tx)
            runs = (await tx.map_runs()).values()
            running = {run.map_id for run in runs if run.runs}
            raise _GivenUp
    except _GivenUp:
        return batch, running, strays


async def _look(batch: Batch, store: Store, connectors: Mapping[Side, Connector]) -> None:
    for side, refs in batch.to_read(connectors).items():
        batch.learn(await connectors[side].read(refs))
    if batch.has_joins():
        async with store.transaction() as tx:
            fresh = await batch.load_joined(tx)
        late: dict[Side, list[RowRef]] = {}
        for ref in fresh:
            late.setdefault(ref.side, []).append(ref)
        for side, refs in late.items():
            batch.learn(await connectors[side].read(refs))


def _of_stray(link: Link) -> Outlook:
    return Outlook(
        link.id,
        link.kind,
        link.key,
        link.state.value,
        waiting_on=link.waiting_on,
        problem=link.problem,
    )


def _undecidable(link: Link, error: Exception) -> Outlook:
    message = f"No decision can be made ({type(error).__name__} at {place_of(error)})."
    problem = Problem("decision_failed", message, "Undo the last change of its map.")
    return Outlook(link.id, link.kind, link.key, LinkState.DEAD.value, problem=problem)


def _outlook(link: Link, decision: Decision) -> Outlook:
    parts = decision.plan.parts if decision.plan is not None else ()
    return Outlook(
        link.id,
        link.kind,
        link.key,
        decision.state.value,
        tuple(_planned(write) for part in parts for write in part.writes),
        tuple(conflict.message for conflict in decision.conflicts),
        decision.waits,
        decision.problem,
        decision.together is not None,
    )


def _planned(write: Write) -> PlannedWrite:
    values = {
        column: f"{value.table}({value.row_id})" if isinstance(value, Lookup) else value
        for column, value in write.values.items()
    }
    ref = write.ref
    return PlannedWrite(ref.side, write.op.value, ref.table, ref.row_id, values, write.action)
