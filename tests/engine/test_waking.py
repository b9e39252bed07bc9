"""Who is woken by what is new about a link, also when a process died in between."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sync.core.kinds import Kinds
from sync.core.link import Intent, Link, LinkState, link_id, linked_token, settled_token
from sync.core.row import Side
from sync.engine.loading import Batch
from sync.engine.waking import Waking
from sync.ports import Settlement
from sync.testing.memory_store import MemoryStore
from tests.simulation.systems import Systems

NOW = datetime.fromisoformat("2026-01-05T08:00:00+00:00")


def a_link(kind: str, key: str) -> Link:
    return Link(id=link_id(kind, key), kind=kind, key=key, natural={"code": key})


async def woken(store: MemoryStore, kinds: Kinds, quote: Link, batch: Batch) -> bool:
    """Whether a line that waits for the quote is due after the quote's batch."""
    line = a_link("quote_line", f"{quote.key}|1")
    async with store.transaction() as tx:
        await tx.add_links([quote, line])
        await tx.wake([line.id], NOW)
        (claim,) = await tx.claim(NOW, 9, lease_until=NOW + timedelta(seconds=30))
        claim.link.state = LinkState.WAITING
        claim.link.waiting_on = (linked_token("quote", quote.key),)
        await tx.settle([Settlement(claim.link, claim.position, settled=False)])
        waking = Waking(batch, kinds.watched)
        quote.bind(Side.ERP, "quotation", "usmf|Q-1")
        await waking.after(tx, [quote], NOW)
        return [c.link.id for c in await tx.claim(NOW, 9, lease_until=NOW)] == [line.id]


@pytest.fixture
def kinds() -> Kinds:
    return Systems(False, lambda: NOW).kinds


async def test_what_is_bound_wakes_who_waits(kinds: Kinds) -> None:
    quote = a_link("quote", "usmf|Q-1")
    assert await woken(MemoryStore(), kinds, quote, Batch(kinds, [quote]))


async def test_what_was_bound_before_wakes_nobody(kinds: Kinds) -> None:
    quote = a_link("quote", "usmf|Q-1")
    quote.bind(Side.ERP, "quotation", "usmf|Q-1")
    assert not await woken(MemoryStore(), kinds, quote, Batch(kinds, [quote]))


async def test_what_a_dead_process_bound_wakes_who_waits(kinds: Kinds) -> None:
    """It saved what it bound before its write, and had no time to wake anybody."""
    quote = a_link("quote", "usmf|Q-1")
    quote.bind(Side.ERP, "quotation", "usmf|Q-1")
    quote.intent = Intent("plan", NOW.isoformat(), ())
    batch = Batch(kinds, [quote])
    quote.intent = None  # it is recovered before it is decided
    assert await woken(MemoryStore(), kinds, quote, batch)


@pytest.mark.parametrize(
    ("was", "now", "wakes"),
    [
        (LinkState.DUE, LinkState.SETTLED, True),
        (LinkState.DUE, LinkState.GONE, True),
        (LinkState.DUE, LinkState.WAITING, False),
        (LinkState.SETTLED, LinkState.SETTLED, False),
    ],
)
async def test_a_line_that_rests_before_the_wait_for_it_is_saved(
    kinds: Kinds, was: LinkState, now: LinkState, wakes: bool
) -> None:
    """Who settled it did not know of the wait, and woke nobody."""
    store, quote, line = MemoryStore(), a_link("quote", "usmf|Q-1"), a_link("quote_line", "Q-1|1")
    batch = Batch(kinds, [quote])
    line.state = was
    async with store.transaction() as tx:
        await tx.add_links([quote, line])
        batch.look_at(await tx.links([line.id]))
        line.state = now
        await tx.update_links([line])
        quote.state, quote.waiting_on = LinkState.WAITING, (settled_token(line.kind, line.key),)
        await Waking(batch, kinds.watched).after(tx, [quote], NOW)
        claims = await tx.claim(NOW, 9, lease_until=NOW)
    assert [claim.link.id for claim in claims] == ([quote.id] if wakes else [])
