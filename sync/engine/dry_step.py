"""A dry run of steps that links make together: who takes part, and what each would write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from sync.core.conflict import UNDO
from sync.core.kinds import Kinds
from sync.core.link import LinkState, Problem
from sync.core.references import References
from sync.core.row import Side
from sync.engine.companions import Companions, Company
from sync.engine.disputes import disputes_of
from sync.engine.fetching import Fetching
from sync.engine.held_orders import asked_of
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.outlooks import Outlook, outlook_of, undecidable
from sync.engine.referring import load_references
from sync.engine.rules import rules_of
from sync.engine.step_deciding import StepTold, decide_step, lacking
from sync.ports import Claim, Connector, Store

_UNDONE = "a person has asked to undo it: the CRM would take the order back"
_CURE = "It goes on by itself once that is settled."


class DrySteps:
    """Tells what steps would come to; claims nobody and writes nothing.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
    """

    def __init__(self, kinds: Kinds, store: Store, connectors: Mapping[Side, Connector]) -> None:
        self._kinds, self._store = kinds, store
        self._companions = Companions(kinds, store, connectors)
        self._fetching = Fetching(store, connectors, everything=False)

    async def run(self, leaders: Sequence[InHand], seen: Batch, refs: References) -> list[Outlook]:
        """What would become of documents that decided to make a step, and of who takes part.

        Args:
            leaders: The documents.
            seen: The batch in which they were looked at.
            refs: What that batch's lookups resolve to.

        Raises:
            RemoteError: A system cannot be read.
        """
        async with self._store.transaction() as tx:
            asked = await asked_of(tx, [held.claim.link.id for held in leaders])
        undone = {link for link, conflict in asked.items() if conflict.asked == UNDO}
        outlooks: list[Outlook] = []
        for company in await self._companions.find(leaders, seen, refs):
            if company.leader.claim.link.id in undone:
                told = outlook_of(company.leader.claim.link, company.leader.decision)
                outlooks.append(replace(told, untried=_UNDONE))
            elif company.waits:
                tokens = tuple(token for wait in company.waits for token in wait.tokens)
                message = "; ".join(wait.message for wait in company.waits)
                outlooks.append(_waiting(company.leader, message, tokens))
            else:
                outlooks += await self._try(company, seen)
        return outlooks

    async def _try(self, company: Company, seen: Batch) -> list[Outlook]:
        leader = company.leader
        links = [link for link in (company.converted, *company.created) if link is not None]
        company.claims = {link.id: Claim(link, 0) for link in links}
        batch = Batch(self._kinds, [leader.claim.link, *links])
        batch.before |= {i: before for i, before in seen.before.items() if i in batch.links}
        batch.look_at(seen.looked_at)
        async with self._store.transaction() as tx:
            await batch.load(tx)
        for error in (await self._fetching.fetch(batch)).values():
            raise error
        async with self._store.transaction() as tx:
            refs = await load_references(self._kinds, tx, batch)
            told = StepTold(
                leader.context.now,
                leader.context.running,
                leader.context.rewrite_budget,
                await disputes_of(tx, batch.links),
                await rules_of(tx),
            )
        try:
            step = decide_step(self._kinds, company, batch, refs, told, lambda *_: None)
        except Exception as error:
            # As in the real run, where the document would be a dead letter again.
            return [undecidable(leader.claim.link, error)]
        lack = lacking(step)
        if lack is None:
            return [outlook_of(m.claim.link, m.decision, together=True) for m in step.members]
        waiting = _waiting(step.leader, lack.message, lack.held.decision.waits)
        if lack.disputed is None:
            return [waiting]
        return [replace(waiting, state=LinkState.CONFLICT.value, conflicts=(lack.message,))]


def _waiting(leader: InHand, message: str, tokens: tuple[str, ...]) -> Outlook:
    """A step that is not made: the document waits, and nothing is written."""
    link = leader.claim.link
    return Outlook(
        link.id,
        link.kind,
        link.key,
        LinkState.WAITING.value,
        waiting_on=tuple(dict.fromkeys(tokens)),
        problem=Problem("dependency_missing", f"{message}.", _CURE),
    )
