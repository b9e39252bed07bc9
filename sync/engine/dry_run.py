"""A dry run: what would be decided and written now, without writing or changing anything.

The systems are only read. What a corrected event would change in the state is done in a transaction
that is then given up. A document whose step needs other records is followed to all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.core.apply import recover
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.restoring import begin_restore
from sync.core.row import Side
from sync.core.view import Context
from sync.engine.disputes import disputes_of, lookups_given
from sync.engine.dry_step import DrySteps
from sync.engine.fetching import Fetching
from sync.engine.in_hand import InHand
from sync.engine.lines import look_at_lines
from sync.engine.loading import Batch
from sync.engine.numbering import numbered_by_us
from sync.engine.outlooks import Outlook, of_stray, outlook_of, undecidable
from sync.engine.redrive import event_in
from sync.engine.referring import demanded, load_references
from sync.engine.rules import rules_of
from sync.engine.taking_in import take_in
from sync.engine.times import text
from sync.ports import Claim, Clock, Connector, DeadLetter, Store


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
    for error in (await Fetching(store, connectors, everything=False).fetch(batch)).values():
        raise error
    unread = await look_at_lines(kinds, batch, connectors, store)
    for _, error in unread.values():
        raise error
    async with store.transaction() as tx:
        disputes = await disputes_of(tx, batch.links)
        given = lookups_given(kinds, batch.links, disputes)
        refs = await load_references(kinds, tx, batch, given)
        wanted = await demanded(tx, batch.links.values())
        views = [(link, batch.view(link).crm) for link in batch.links.values()]
        assigned = await numbered_by_us(kinds, tx, views)
        rules = await rules_of(tx)
    outlooks = [of_stray(link) for link in strays]
    leaders: list[InHand] = []
    for link in batch.links.values():
        view = batch.view(link)
        context = Context(
            now=text(clock.now()),
            running=running,
            map_id=kinds[link.kind].for_stage(link.stage).map.id,
            sources=batch.sources(link, view),
            awaited=link.id in wanted,
            assigned=link.id in assigned,
            disputes=disputes.get(link.id, {}),
            rules=rules,
        )
        try:
            recover(kinds[link.kind], link, view, refs, assigned=context.assigned)
            begin_restore(kinds[link.kind], link, view, context.disputes)
            decision = decide(kinds[link.kind], link, view, refs, context)
        except Exception as error:
            # As in the real run, where it would be a dead letter again.
            outlooks.append(undecidable(link, error))
            continue
        if decision.plan is None and decision.together is not None:
            leaders.append(InHand(Claim(link, 0), context, decision))
        else:
            outlooks.append(outlook_of(link, decision))
    if leaders:
        outlooks += await DrySteps(kinds, store, connectors).run(leaders, batch, refs)
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
