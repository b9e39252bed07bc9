"""Settling: how each link of a batch ends, by its decision and the systems' answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from sync.core import finding
from sync.core.apply import contest, learn_decision, learn_filled, learn_receipt
from sync.core.backoff import soon
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import Intent, Link, LinkState, Problem, changed_token
from sync.core.plan import Part
from sync.core.references import References
from sync.core.row import Row, Side
from sync.core.write import Outcome, Refused, Written
from sync.engine.breakers import Breakers
from sync.engine.existing import Existing
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.options import ServiceOptions
from sync.engine.receipts import receipt_of
from sync.engine.refusing import refused_conflict
from sync.engine.saving import Saving
from sync.engine.whereabouts import place_of
from sync.errors import (
    AlreadyExists,
    ContractBroken,
    DecisionFailed,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
)
from sync.ports import Claim, Clock, Connector, Transaction

_FOR_GOOD = (Rejected, ContractBroken)


class Settling:
    """Decides how the links of one batch end, by what was decided and what the systems answered.

    Args:
        kinds: All kinds.
        batch: The batch, as it was claimed.
        clock: Time.
        options: Sizes and times.
        lease: Until when the links are held.
        breakers: Which sides are asked.

    Attributes:
        batch: The batch.
        saving: Saves how they end.
    """

    def __init__(
        self,
        kinds: Kinds,
        batch: Batch,
        clock: Clock,
        options: ServiceOptions,
        lease: datetime,
        breakers: Breakers,
    ) -> None:
        self._kinds, self._clock = kinds, clock
        self.batch = batch
        self.saving = Saving(kinds, batch, clock, options, lease, breakers)
        self._existing = Existing(kinds)

    async def find_existing(
        self, in_hand: Iterable[InHand], connectors: Mapping[Side, Connector]
    ) -> None:
        """Where a create met an existing row, find that row by its key."""
        refused = [
            (held.claim.link, part)
            for held in in_hand
            for part in held.parts
            if _error(held.outcomes.get(part.side), AlreadyExists)
        ]
        await self._existing.find(refused, connectors)

    async def know_owners(self, tx: Transaction) -> None:
        """See whose the rows are that creates have met."""
        await self._existing.know_owners(tx)

    def failed(self, claim: Claim, side: Side, error: RemoteError) -> None:
        """A side could not be read: try again later."""
        self.saving.retry(claim, side, error)

    def undecidable(self, claim: Claim, error: Exception) -> None:
        """No decision can be made: the link stands as a dead letter, and no other is stopped."""
        place = place_of(error)
        failure = DecisionFailed(
            f"No decision can be made ({type(error).__name__} at {place}).",
            cure="Undo the last change of its map, or report this place; then redrive it.",
        )
        self.saving.dead(claim, failure, {"error": repr(error), "at": place})

    def decided(self, held: InHand) -> None:
        """Nothing is to be written."""
        link, decision = held.claim.link, held.decision
        self.saving.disputes.begin(link, decision.conflicts, held.context.disputes)
        learn_decision(link, decision, held.context.now)
        self.saving.provenance.decided(link, decision, held.context)
        link.outcome = link.state.value
        if decision.look:
            self.saving.again(held.claim)
        else:
            self.saving.give_back(held.claim)

    def learn(self, in_hand: Iterable[InHand]) -> None:
        """Take in the rows that were written, as they are now."""
        for held in in_hand:
            for part in held.parts:
                outcome = held.outcomes[part.side]
                if isinstance(outcome, Written):
                    self._learn_rows(part, outcome.rows)

    def answered(self, held: InHand, refs: References) -> None:
        """The systems answered: learn from it, and see whether something is left to do."""
        link = held.claim.link
        self.saving.disputes.begin(link, held.decision.conflicts, held.context.disputes)
        link.waiting_on = held.decision.waits
        refused: list[tuple[Part, Refused]] = []
        for part in held.parts:
            outcome = held.outcomes[part.side]
            self.saving.receipt(receipt_of(link, held.decision, part, outcome, held.context))
            if isinstance(outcome, Written):
                learn_receipt(link, part, outcome.rows)
            else:
                refused.append((part, outcome))
        link.intent = _unanswered(link.intent, refused)
        if not refused:
            self._look_again(held, refs)
        else:
            self._refused(held, refused)

    def _look_again(self, held: InHand, refs: References) -> None:
        """Decide once more on what was read back; what still differs is due at once."""
        link = held.claim.link
        kind, view = self._kinds[link.kind], self.batch.view(link)
        try:
            for part in held.parts:
                learn_filled(kind, link, view, refs, part)
            context = held.context
            done = self.saving.disputes.done(link, held.decision.followed)
            again = decide(kind, link, view, refs, context)
            if done and again.plan is not None:
                left = {i: c for i, c in context.disputes.items() if i not in done}
                context = msgspec.structs.replace(context, disputes=left)
                again = decide(kind, link, view, refs, context)
        except Exception as error:
            self.undecidable(held.claim, error)
            return
        self.saving.disputes.add(link, *again.conflicts)
        learn_decision(link, again, held.context.now)
        self.saving.provenance.decided(link, again, context)
        link.attempts = 0
        if again.plan is not None or again.look or again.together is not None:
            self.saving.again(held.claim)
        else:
            link.outcome = "written"
            self.saving.give_back(held.claim)

    def _refused(self, held: InHand, refused: list[tuple[Part, Refused]]) -> None:
        link = held.claim.link
        self.saving.disputes.add(link, *held.decision.followed)
        # What may still succeed is tried again; what is refused for good comes up once more then.
        part, outcome = min(refused, key=lambda one: isinstance(one[1].error, _FOR_GOOD))
        error = outcome.error
        link.outcome = f"{part.side} {error.code}"
        match error:
            case AlreadyExists() | PreconditionFailed() | RowMissing():
                self._met_another(held, part)
            case Rejected():
                self._rejected(held, part, error)
            case ContractBroken():
                writes = [str(write.ref) for write in part.writes]
                self.saving.dead(held.claim, error, {"writes": writes}, part.side)
            case _:
                self.saving.retry(held.claim, part.side, error)

    def _met_another(self, held: InHand, part: Part) -> None:
        """The row is not as it was thought to be: read it and decide again."""
        link = held.claim.link
        if held.context.assigned and part.side is Side.ERP:
            # Somebody else has the number that we made: the next decision sees it there. Nothing
            # of what it has is ours, whatever happens to be equal.
            link.intent = None
            self._soon(held.claim)
            return
        if self._existing.several(link) or self._existing.owner(link) is not None:
            met = self._existing.conflict(link, self.batch.view(link), held.context)
            self.saving.disputes.add(link, met)
            link.state, link.intent = LinkState.CONFLICT, None
            contest(link)
            self.saving.give_back(held.claim)
            return
        found = self._existing.rows(link)
        if not all(self._kinds[link.kind].takes(known.row) for known in found):
            link.intent = None  # what it met is of another type, and nothing of it is ours
            found = []
        for known in found:
            self.batch.adopt(known)
            link.bind(known.row.ref.side, self._existing.member(link, part), known.row.ref.row_id)
        self._soon(held.claim)

    def _soon(self, claim: Claim) -> None:
        """Decide again at once; later where that did not help."""
        link = claim.link
        link.attempts += 1
        self.saving.again(claim, soon(link.attempts, link.id))

    def _rejected(self, held: InHand, part: Part, error: Rejected) -> None:
        link = held.claim.link
        message = f"{finding.name_of(link)}: the {part.side.upper()} refused it: {error.message}"
        cure = error.cure or "Correct the record as it says; it is tried again with the next edit."
        self.saving.disputes.add(
            link, refused_conflict(link, part, f"{message} {cure}", error.message, held.context)
        )
        link.state = LinkState.CONFLICT
        link.waiting_on = (*link.waiting_on, *self._referred(link, part))
        link.problem = Problem(error.code, message, cure, part.side, at=held.context.now)
        self.saving.give_back(held.claim)

    def _referred(self, link: Link, part: Part) -> list[str]:
        """The records that a refused part refers to: a change of their rows may be the cure."""
        kind = self._kinds[link.kind]
        lookups = {f.name: f.lookup for m in kind.maps for f in m.map.fields if f.lookup}
        values = {n: a.of(part.side) for i in part.intended for n, a in i.fields.items()}
        values |= dict(link.natural)
        return [
            changed_token(kind_of, str(values[name]))
            for name, kinds_of in lookups.items()
            for kind_of in kinds_of
            if values.get(name)
        ]

    def _learn_rows(self, part: Part, rows: tuple[Row | None, ...]) -> None:
        self.batch.learn(
            {
                (row.ref if row is not None else write.ref): row
                for write, row in zip(part.writes, rows, strict=True)
            }
        )


def _error(outcome: Outcome | None, kind: type[RemoteError]) -> bool:
    return isinstance(outcome, Refused) and isinstance(outcome.error, kind)


def _unanswered(intent: Intent | None, refused: list[tuple[Part, Refused]]) -> Intent | None:
    """What of an intent must be looked at before the next decision."""
    if intent is None or not refused:
        return None
    again = (AlreadyExists, PreconditionFailed, RowMissing)
    sides = {
        part.side
        for part, outcome in refused
        if outcome.unknown or isinstance(outcome.error, again)
    }
    writes = tuple(write for write in intent.writes if write.ref.side in sides)
    return msgspec.structs.replace(intent, writes=writes) if writes else None
