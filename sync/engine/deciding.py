"""Deciding: every link of a batch decides for itself, on rows that are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from sync.core.apply import recover
from sync.core.conflict import Conflict
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.references import References
from sync.core.restoring import begin_restore
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.core.view import Context
from sync.engine.disputes import disputes_of, lookups_given
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.numbering import Numbering, Unnumbered, numbered_by_us
from sync.engine.options import ServiceOptions
from sync.engine.referring import demanded, load_references
from sync.engine.rules import rules_of
from sync.engine.settling import Settling
from sync.engine.times import later, text
from sync.errors import RemoteError
from sync.ports import Claim, Clock, Transaction

Blocked = Mapping[str, tuple[Side, RemoteError]]
"""Link id → the side that could not be read for it, and why."""


class Decided(msgspec.Struct):
    """What a batch has decided, beside the links that have nothing to write and are settled.

    Attributes:
        refs: What the batch's lookups resolve to.
        to_write: Links with a plan, which stands as their intent.
        leaders: Documents whose step is made together with other records.
        renumbered: Rows whose number turned out to be somebody else's.
    """

    refs: References
    to_write: list[InHand] = []
    leaders: list[InHand] = []
    renumbered: list[Unnumbered] = []


class _Told(msgspec.Struct):
    """What a batch's decisions are told beside the rows."""

    now: str
    running: set[str]
    refs: References
    awaited: frozenset[str]
    assigned: frozenset[str]
    disputes: Mapping[str, Mapping[str, Conflict]]
    rules: Mapping[str, Mapping[str, OwnerRule]]


class Deciding:
    """Lets the links of batches decide.

    Args:
        kinds: All kinds.
        numbering: Knows which numbers the service made, and makes the next one.
        clock: Time.
        options: Sizes and times.
        witness: Sees every decision that has nothing to write.
    """

    def __init__(
        self,
        kinds: Kinds,
        numbering: Numbering,
        clock: Clock,
        options: ServiceOptions,
        *,
        witness: Callable[[InHand], None],
    ) -> None:
        self._kinds, self._numbering = kinds, numbering
        self._clock, self._options, self._witness = clock, options, witness

    async def decide(
        self,
        tx: Transaction,
        batch: Batch,
        claims: Sequence[Claim],
        settling: Settling,
        running: set[str],
        blocked: Blocked,
    ) -> Decided:
        """Decide about every claimed link.

        Args:
            tx: The transaction that will keep the intents (T2).
            batch: The rows.
            claims: The links, all held.
            settling: Settles the links that have nothing to write, cannot be read or decided.
            running: The ids of the maps that run.
            blocked: The links that cannot be decided, since a side could not be read.
        """
        told = await self._load(tx, batch, claims, running)
        decided = Decided(told.refs)
        for claim in claims:
            if claim.link.id in blocked:
                settling.failed(claim, *blocked[claim.link.id])
            else:
                self._one(claim, batch, settling, told, decided)
        return decided

    async def _load(
        self, tx: Transaction, batch: Batch, claims: Sequence[Claim], running: set[str]
    ) -> _Told:
        disputes = await disputes_of(tx, batch.links)
        given = lookups_given(self._kinds, batch.links, disputes)
        views = [(claim.link, batch.view(claim.link).crm) for claim in claims]
        return _Told(
            text(self._clock.now()),
            running,
            await load_references(self._kinds, tx, batch, given),
            frozenset(await demanded(tx, batch.links.values())),
            frozenset(await numbered_by_us(self._kinds, tx, views)),
            disputes,
            await rules_of(tx),
        )

    def _one(
        self, claim: Claim, batch: Batch, settling: Settling, told: _Told, decided: Decided
    ) -> None:
        link, intent = claim.link, claim.link.intent
        kind, view = self._kinds[link.kind], batch.view(link)
        context = Context(
            now=told.now,
            running=told.running,
            map_id=kind.for_stage(link.stage).map.id,
            sources=batch.sources(link, view),
            awaited=link.id in told.awaited,
            assigned=link.id in told.assigned,
            rewrite_budget=self._options.rewrite_budget,
            disputes=told.disputes.get(link.id, {}),
            rules=told.rules,
        )
        link.actors = {**link.actors, **view.actors()}
        self._calm(link)
        try:
            found = recover(kind, link, view, told.refs, assigned=context.assigned)
            begin_restore(kind, link, view, context.disputes)
            settling.saving.provenance.established(link, found, context)
            decision = decide(kind, link, view, told.refs, context)
        except Exception as error:
            # One link that breaks a rule of the code must stop no other.
            link.intent = intent
            settling.undecidable(claim, error)
            return
        held = InHand(claim, context, decision)
        if decision.renumber and view.crm is not None:
            decided.renumbered.append(self._numbering.renumber(claim, view.crm))
        elif decision.plan is not None:
            link.intent = decision.plan.intent(context.now)
            # What was seen is known from now on: a row that goes meanwhile was deleted.
            link.rows = {**link.rows, **decision.bind}
            decided.to_write.append(held)
        elif decision.together is not None:
            decided.leaders.append(held)
        else:
            settling.decided(held)
            self._witness(held)

    def _calm(self, link: Link) -> None:
        """After a quiet while, rewrites are counted anew."""
        quiet = later(self._clock.now(), -self._options.quiet_seconds)
        if link.rewrites and link.settled_at is not None and link.settled_at < text(quiet):
            link.rewrites = {}
