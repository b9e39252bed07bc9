"""Work: claim links, fetch, decide, save the intent (T2), write, save the receipt (T3).

No remote call happens inside a database transaction; everything is done for a whole batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState
from sync.core.row import Side
from sync.engine.breakers import Breakers, wait_no_longer
from sync.engine.deciding import Deciding
from sync.engine.draws import Draws
from sync.engine.fetching import Fetching
from sync.engine.in_hand import InHand
from sync.engine.letters import tell
from sync.engine.lines import look_at_lines
from sync.engine.loading import Batch
from sync.engine.numbering import Numbering, Unnumbered
from sync.engine.options import ServiceOptions
from sync.engine.referring import load_references
from sync.engine.saving import Saving, needs_attention
from sync.engine.settling import Settling
from sync.engine.stamping import Stamping
from sync.engine.strays import settle_strays
from sync.engine.times import later
from sync.engine.together import Together
from sync.engine.writing import write_parts
from sync.errors import RemoteError
from sync.ports import ChangeLog, Claim, Clock, Connector, Observer, Settlement, Store, Transaction

_TOLD_AT_ONCE = 20


class Work:
    """Works on due links, a batch at a time.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
        clock: Time.
        observer: Hears what happens.
        options: Sizes and times.
        witness: Sees every decision with its answers (a replay's transcript).
        log: Where dead letters are told to other readers, if there are any.
        breakers: Which sides are asked; both, however often they fail, by default.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        observer: Observer,
        options: ServiceOptions,
        *,
        witness: Callable[[InHand], None] | None = None,
        log: ChangeLog | None = None,
        breakers: Breakers | None = None,
    ) -> None:
        self._kinds, self._store, self._connectors = kinds, store, connectors
        self._clock, self._observer, self._options = clock, observer, options
        self._witness, self._log = witness, log
        draws = Draws(options.shared_sequences, clock)
        self._numbering = Numbering(kinds, options.person_prospect_id, draws)
        self._breakers = breakers or Breakers(clock, observer)
        shared = (clock, options, self._breakers)
        self._stamping = Stamping(
            kinds, store, connectors, self._numbering, *shared, witness=self._seen
        )
        self._fetching = Fetching(store, connectors, everything=options.read_both)
        self._deciding = Deciding(kinds, self._numbering, clock, options, witness=self._seen)
        self._together = Together(kinds, store, connectors, *shared, witness=self._seen)

    async def once(self) -> int:
        """Work on one batch; returns how many links there were."""
        now = self._clock.now()
        lease = later(now, self._options.lease_seconds)
        async with self._breakers.releasing() as tokens, self._store.transaction() as tx:
            if tokens:
                await tx.release(tokens, now)
            claims = await tx.claim(now, self._options.batch, lease_until=lease)
            if not claims:
                return 0
            for claim in claims:
                wait_no_longer(claim.link)
            running = {r.map_id for r in (await tx.map_runs()).values() if r.runs}
            ours, stuck, unnumbered = await self._set_aside(tx, claims, running)
            await self._numbering.keep(tx, unnumbered)
            batch = Batch(self._kinds, [claim.link for claim in ours])
            await batch.load(tx)
        if unnumbered:
            stuck += await self._stamping.run(unnumbered, running, lease)
        self._tell(needs_attention(stuck))
        if ours:
            await self._work(batch, ours, running, lease)
        return len(claims)

    async def _set_aside(
        self, tx: Transaction, claims: Sequence[Claim], running: set[str]
    ) -> tuple[list[Claim], list[Link], list[Unnumbered]]:
        """Settle what needs no look at the systems: stray rows, and kinds that do not run.

        Returns:
            The claims that are left, the strays that need a person now, and those that need a
            number.
        """
        strays = [claim for claim in claims if claim.link.is_stray]
        stuck, unnumbered = await settle_strays(
            self._kinds, tx, strays, self._clock, self._options, running
        )
        ours: list[Claim] = []
        parked: list[Settlement] = []
        for claim in claims:
            if claim.link.is_stray:
                continue
            maps = self._kinds[claim.link.kind].maps if claim.link.kind in self._kinds else ()
            if any(compiled.map.id in running for compiled in maps):
                ours.append(claim)
            else:
                if claim.link.state is not LinkState.DEAD:  # its letter stays open with it
                    claim.link.state = LinkState.PARKED
                parked.append(Settlement(claim.link, claim.position, settled=False))
        await tx.settle(parked)
        return ours, stuck, unnumbered

    async def _work(
        self, batch: Batch, claims: list[Claim], running: set[str], lease: datetime
    ) -> None:
        failures = await self._fetching.fetch(batch)
        blocked = {c.link.id: why for c in claims if (why := self._unread(batch, c, failures))}
        blocked |= await look_at_lines(self._kinds, batch, self._connectors, self._store)
        settling = Settling(self._kinds, batch, self._clock, self._options, lease, self._breakers)
        async with self._store.transaction() as tx:
            held_on = await tx.held(batch.links, lease)
            claims = [claim for claim in claims if claim.link.id in held_on]
            decided = await self._deciding.decide(tx, batch, claims, settling, running, blocked)
            await self._numbering.keep(tx, decided.renumbered)
            await tx.update_links([held.claim.link for held in decided.to_write])
            await settling.saving.save_found(tx, decided.to_write)
            if not decided.to_write:
                await settling.saving.save(tx, decided.refs)
        if decided.to_write:
            await self._write(batch, decided.to_write, settling)
        await self._told(settling.saving)
        if decided.renumbered:
            stuck = await self._stamping.run(decided.renumbered, running, lease)
            self._tell(needs_attention(stuck))
        if decided.leaders:
            together = await self._together.run(
                decided.leaders, batch, decided.refs, running, lease
            )
            await self._told(together.saving)

    def _unread(
        self, batch: Batch, claim: Claim, failures: Mapping[Side, RemoteError]
    ) -> tuple[Side, RemoteError] | None:
        """The failure that keeps a link from being decided, if one does."""
        for side, error in failures.items():
            if batch.needs(claim.link, side, self._connectors[side].versions):
                return side, error
        return None

    async def _write(self, batch: Batch, in_hand: list[InHand], settling: Settling) -> None:
        """Write what is saved as intents, and save the receipts (T3)."""
        await write_parts(self._connectors, in_hand)
        await settling.find_existing(in_hand, self._connectors)
        settling.learn(in_hand)
        async with self._store.transaction() as tx:
            # Rows that are new have lookups that nobody could know of before.
            refs = await load_references(self._kinds, tx, batch)
            await settling.know_owners(tx)
            for held in in_hand:
                settling.answered(held, refs)
                self._seen(held)
            await settling.saving.save(tx, refs)

    async def _told(self, saved: Saving) -> None:
        """Tell what became of a batch that is saved."""
        saved.saved()
        if self._log is not None:
            await tell(self._log, saved.letters)
        self._observer.noticed("links_worked", **saved.counts())
        self._tell(saved.attention())

    def _tell(self, attention: list[dict[str, str | None]]) -> None:
        for facts in attention[:_TOLD_AT_ONCE]:
            self._observer.noticed("attention_needed", **facts)

    def _seen(self, held: InHand) -> None:
        if self._witness is not None:
            self._witness(held)
