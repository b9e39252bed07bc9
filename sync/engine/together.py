"""Together: a document's step that is made with other records in one change set, or not at all.

An order that the CRM makes of a quotation needs the customer, the confirmed quotation, the order
and its lines in the ERP, whole or nothing. Each of these links decides for itself as always; their
parts for the ERP are sent as one change set, and each link gets its own receipt. Source: "create
order", `docs/decisions.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sync.core.conflict import UNDO, Conflict
from sync.core.kinds import Kinds
from sync.core.link import Link
from sync.core.references import References
from sync.core.row import Side
from sync.core.values import Unresolved
from sync.core.write import Refused
from sync.engine.breakers import Breakers
from sync.engine.companions import Companions, Company
from sync.engine.disputes import disputes_of
from sync.engine.held_orders import asked_of
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.options import ServiceOptions
from sync.engine.referring import load_references
from sync.engine.rules import rules_of
from sync.engine.shared_settling import SharedSettling
from sync.engine.step import Step
from sync.engine.step_deciding import StepTold, decide_step, lacking
from sync.engine.times import text
from sync.engine.undoing import Undoing
from sync.errors import RemoteError
from sync.ports import Clock, Connector, Store


class Together:
    """Makes the steps that several links make together.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
        clock: Time.
        options: Sizes and times.
        breakers: Which sides are asked.
        witness: Sees every decision with its answer.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        connectors: Mapping[Side, Connector],
        clock: Clock,
        options: ServiceOptions,
        breakers: Breakers,
        *,
        witness: Callable[[InHand], None],
    ) -> None:
        self._witness = witness
        self._kinds, self._store, self._connectors = kinds, store, connectors
        self._clock, self._options, self._breakers = clock, options, breakers
        self._companions = Companions(kinds, store, connectors)
        self._undoing = Undoing(kinds, store, connectors)

    async def run(
        self,
        leaders: Sequence[InHand],
        seen: Batch,
        refs: References,
        running: set[str],
        lease: datetime,
    ) -> SharedSettling:
        """Make the steps of documents that are claimed under the lease already.

        Args:
            leaders: The documents, each with the step that it decided to make.
            seen: The batch in which they were looked at.
            refs: What that batch's lookups resolve to.
            running: The ids of the maps that run.
            lease: Until when they are held.
        """
        try:
            found = await self._companions.find(leaders, seen, refs)
        except RemoteError as error:
            settling = self._settling([held.claim.link for held in leaders], seen, lease)
            for held in leaders:
                settling.failed(held.claim, Side.CRM, error)
            return await self._saved(settling)
        async with self._store.transaction() as tx:
            asked = await asked_of(tx, [held.claim.link.id for held in leaders])
        undone = {link: conflict for link, conflict in asked.items() if conflict.asked == UNDO}
        if undone:
            return await self._undo(found, undone, seen, lease)
        ready = [company for company in found if not company.waits]
        complete, late, spare = await self._companions.claim(ready, self._clock.now(), lease)
        claims = [*spare, *(claim for company in complete for claim in company.claims.values())]
        links = [held.claim.link for held in leaders] + [claim.link for claim in claims]
        settling = self._settling(links, seen, lease)
        settling.retried = asked
        settling.untouched(spare)
        for company in late:
            settling.postponed(company.leader, [])
        for company in found:
            if company.waits:
                settling.postponed(company.leader, company.waits)
        if not complete:
            return await self._saved(settling)
        return await self._step(complete, settling, running, lease)

    async def _undo(
        self,
        companies: Sequence[Company],
        undone: Mapping[str, Conflict],
        seen: Batch,
        lease: datetime,
    ) -> SharedSettling:
        """Take back what a person asked to take back; the other documents come again at once."""
        asked: list[tuple[Company, Conflict]] = []
        settling = self._settling([one.leader.claim.link for one in companies], seen, lease)
        async with self._store.transaction() as tx:
            await settling.batch.load(tx)
        for company in companies:
            conflict = undone.get(company.leader.claim.link.id)
            if conflict is None:
                settling.untouched([company.leader.claim])
            elif company.waits:
                settling.held_back(company.leader, conflict, company.waits)
            else:
                asked.append((company, conflict))
        await self._undoing.run(asked, seen, settling)
        return await self._saved(settling)

    async def _step(
        self,
        companies: Sequence[Company],
        settling: SharedSettling,
        running: set[str],
        lease: datetime,
    ) -> SharedSettling:
        batch = settling.batch
        async with self._store.transaction() as tx:
            await batch.load(tx)
        for side, refs_of_side in batch.to_read(self._connectors).items():
            try:
                batch.learn(await self._connectors[side].read(refs_of_side))
            except RemoteError as error:
                for company in companies:
                    settling.failed(company.leader.claim, side, error)
                    settling.untouched(company.claims.values())
                return await self._saved(settling)
        async with self._store.transaction() as tx:
            held_on = await tx.held(batch.links, lease)
            refs = await load_references(self._kinds, tx, batch)
            told = StepTold(
                text(self._clock.now()),
                running,
                self._options.rewrite_budget,
                await disputes_of(tx, batch.links),
                await rules_of(tx),
            )
            heard = settling.saving.provenance.established
            steps: list[Step] = []
            for company in companies:
                if not {company.leader.claim.link.id, *company.ids} <= held_on:
                    continue
                try:
                    step = decide_step(self._kinds, company, batch, refs, told, heard)
                except Exception as error:
                    # One document that breaks a rule of the code must stop no other.
                    settling.undecidable(company.leader.claim, error)
                    settling.untouched(company.claims.values())
                    continue
                if not self._held_back(step, settling):
                    steps.append(step)
            for held in (held for step in steps for held in step.written):
                link, plan = held.claim.link, held.decision.plan
                link.intent = plan.intent(held.context.now) if plan else None
                link.rows = {**link.rows, **held.decision.bind}
            written = [held for step in steps for held in step.written]
            await tx.update_links([held.claim.link for held in written])
            await settling.saving.save_found(tx, written)
        await self._write(steps)
        for step in steps:
            settling.learn(step.written)
        async with self._store.transaction() as tx:
            refs = await load_references(self._kinds, tx, batch)
            for step in steps:
                settling.untouched([held.claim for held in step.quiet])
                outcome = step.leader.outcomes[Side.ERP]
                for held in step.written:
                    self._witness(held)
                if isinstance(outcome, Refused):
                    settling.refused_together(step.leader, step.written, outcome)
                else:
                    for held in step.written:
                        settling.answered(held, refs)
            await settling.saving.save(tx, refs)
        return settling

    def _held_back(self, step: Step, settling: SharedSettling) -> bool:
        """Whether a part of the step is missing; the document then waits, or a person is asked."""
        lack = lacking(step)
        if lack is None:
            return False
        settling.untouched([m.claim for m in step.members if m is not step.leader])
        if lack.disputed is not None:
            settling.held(step.leader, lack.message, None, step.written)
        else:
            waits = lack.held.decision.waits
            settling.postponed(step.leader, [Unresolved(waits, lack.message)])
        return True

    async def _write(self, steps: Sequence[Step]) -> None:
        """One change set a step, all in one call; each link gets its part of the answer."""
        if not steps:
            return
        outcomes = await self._connectors[Side.ERP].write([step.changeset() for step in steps])
        for step, outcome in zip(steps, outcomes, strict=True):
            step.answered(outcome)

    def _settling(self, links: Sequence[Link], seen: Batch, lease: datetime) -> SharedSettling:
        batch = Batch(self._kinds, links)
        # A leader may have been bound since it was claimed, and nobody was told.
        batch.before |= {i: before for i, before in seen.before.items() if i in batch.links}
        batch.look_at(seen.looked_at)
        return SharedSettling(self._kinds, batch, self._clock, self._options, lease, self._breakers)

    async def _saved(self, settling: SharedSettling) -> SharedSettling:
        async with self._store.transaction() as tx:
            await settling.saving.save(tx, None)
        return settling
