"""Work: claim links, look, decide, save the intent (T2), write, save the receipt (T3).

No remote call happens inside a database transaction; everything is done for a whole batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sync.core.apply import recover
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState
from sync.core.restoring import begin_restore
from sync.core.row import Row, RowRef, Side
from sync.core.view import Context
from sync.core.write import Outcome
from sync.engine.breakers import Breakers, wait_no_longer
from sync.engine.disputes import disputes_of, lookups_given
from sync.engine.draws import Draws
from sync.engine.in_hand import InHand
from sync.engine.letters import tell
from sync.engine.lines import look_at_lines
from sync.engine.loading import Batch
from sync.engine.numbering import Numbering, Unnumbered
from sync.engine.options import ServiceOptions
from sync.engine.referring import demanded, load_references
from sync.engine.rules import rules_of
from sync.engine.saving import Saving, needs_attention
from sync.engine.settling import Settling
from sync.engine.stamping import Stamping
from sync.engine.strays import settle_strays
from sync.engine.times import later, text
from sync.engine.together import Together
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
        failures = await self._look(batch)
        unread = await look_at_lines(self._kinds, batch, self._connectors, self._store)
        settling = Settling(self._kinds, batch, self._clock, self._options, lease, self._breakers)
        async with self._store.transaction() as tx:
            held_on = await tx.held(batch.links, lease)
            claims = [claim for claim in claims if claim.link.id in held_on]
            disputes = await disputes_of(tx, batch.links)
            given = lookups_given(self._kinds, batch.links, disputes)
            refs = await load_references(self._kinds, tx, batch, given)
            wanted = await demanded(tx, batch.links.values())
            in_hand: list[InHand] = []
            leaders: list[InHand] = []
            renumbered: list[Unnumbered] = []
            views = [(claim.link, batch.view(claim.link).crm) for claim in claims]
            assigned = await self._numbering.assigned(tx, views)
            rules = await rules_of(tx)
            for claim in claims:
                link = claim.link
                blocked = unread.get(link.id) or self._blocked(batch, claim, failures)
                if blocked is not None:
                    settling.failed(claim, *blocked)
                    continue
                kind, view = self._kinds[link.kind], batch.view(link)
                context = Context(
                    now=text(self._clock.now()),
                    running=running,
                    sources=batch.sources(link, view),
                    awaited=link.id in wanted,
                    assigned=link.id in assigned,
                    rewrite_budget=self._options.rewrite_budget,
                    disputes=disputes.get(link.id, {}),
                    rules=rules,
                )
                link.actors = {**link.actors, **view.actors()}
                self._calm(link)
                intent = link.intent
                try:
                    found = recover(kind, link, view, refs, assigned=link.id in assigned)
                    begin_restore(kind, link, view, context.disputes)
                    settling.saving.provenance.established(link, found, context)
                    decision = decide(kind, link, view, refs, context)
                except Exception as error:
                    # One link that breaks a rule of the code must stop no other.
                    link.intent = intent
                    settling.undecidable(claim, error)
                    continue
                held = InHand(claim, context, decision)
                if decision.renumber and view.crm is not None:
                    renumbered.append(self._numbering.renumber(claim, view.crm))
                elif decision.together is not None and decision.plan is None:
                    leaders.append(held)
                elif decision.plan is None:
                    settling.decided(held)
                    self._seen(held)
                else:
                    link.intent = decision.plan.intent(context.now)
                    # What was seen is known from now on: a row that goes meanwhile was deleted.
                    link.rows = {**link.rows, **decision.bind}
                    in_hand.append(held)
            await self._numbering.keep(tx, renumbered)
            await tx.update_links([held.claim.link for held in in_hand])
            await settling.saving.save_found(tx, in_hand)
            if not in_hand:
                await settling.saving.save(tx, refs)
        if in_hand:
            await self._write(in_hand)
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
        await self._told(settling.saving)
        if renumbered:
            self._tell(needs_attention(await self._stamping.run(renumbered, running, lease)))
        if leaders:
            together = await self._together.run(leaders, batch, refs, running, lease)
            await self._told(together.saving)

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

    def _calm(self, link: Link) -> None:
        """After a quiet while, rewrites are counted anew."""
        quiet = later(self._clock.now(), -self._options.quiet_seconds)
        if link.rewrites and link.settled_at is not None and link.settled_at < text(quiet):
            link.rewrites = {}

    def _seen(self, held: InHand) -> None:
        if self._witness is not None:
            self._witness(held)

    async def _look(self, batch: Batch) -> dict[Side, RemoteError]:
        """Read what must be read before deciding; returns the sides that could not be read."""
        failures: dict[Side, RemoteError] = {}
        wanted = batch.to_read(self._connectors, everything=self._options.read_both)
        await self._read(batch, wanted, failures)
        if batch.has_joins():
            async with self._store.transaction() as tx:
                fresh = await batch.load_joined(tx)
            late: dict[Side, list[RowRef]] = {}
            for ref in fresh:
                late.setdefault(ref.side, []).append(ref)
            await self._read(batch, late, failures)
        return failures

    async def _read(
        self,
        batch: Batch,
        wanted: Mapping[Side, list[RowRef]],
        failures: dict[Side, RemoteError],
    ) -> None:
        async def one(side: Side, refs: list[RowRef]) -> dict[RowRef, Row | None]:
            try:
                return await self._connectors[side].read(refs)
            except RemoteError as error:
                failures[side] = error
                return {}

        for found in await asyncio.gather(*(one(side, refs) for side, refs in wanted.items())):
            batch.learn(found)

    def _blocked(
        self, batch: Batch, claim: Claim, failures: Mapping[Side, RemoteError]
    ) -> tuple[Side, RemoteError] | None:
        """The failure that keeps a link from being decided, if one does."""
        for side, error in failures.items():
            if batch.needs(claim.link, side, self._connectors[side].versions):
                return side, error
        return None

    async def _write(self, in_hand: list[InHand]) -> None:
        """Write every part of every plan, one call a side."""

        async def one(side: Side) -> None:
            parts = [
                (held, part)
                for held in in_hand
                if held.decision.plan is not None
                for part in held.decision.plan.parts
                if part.side is side
            ]
            if not parts:
                return
            changesets = [
                part.changeset(held.decision.plan.id if held.decision.plan else "")
                for held, part in parts
            ]
            outcomes: list[Outcome] = await self._connectors[side].write(changesets)
            for (held, _), outcome in zip(parts, outcomes, strict=True):
                held.outcomes[side] = outcome

        await asyncio.gather(*(one(side) for side in Side))
