"""Settling: how each link of a batch is given back, and everything saved with it (T3)."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from sync.core import finding
from sync.core.apply import bound_rows, learn_decision, learn_receipt
from sync.core.backoff import backoff
from sync.core.conflict import ConflictKind
from sync.core.decide import decide
from sync.core.kinds import Kinds
from sync.core.link import (
    Intent,
    Link,
    LinkState,
    Problem,
    changed_token,
)
from sync.core.plan import Decision, Part
from sync.core.references import References
from sync.core.row import Row, RowRef, Side
from sync.core.view import Context
from sync.core.write import Outcome, Refused, Written
from sync.engine.disputes import Disputes
from sync.engine.existing import Existing
from sync.engine.loading import Batch
from sync.engine.options import ServiceOptions
from sync.engine.receipts import receipt_of
from sync.engine.redrive import OPEN, REDRIVEN
from sync.engine.relating import relate
from sync.engine.times import later, text
from sync.engine.waking import Waking
from sync.errors import (
    AlreadyExists,
    ContractBroken,
    DecisionFailed,
    DualWriteError,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
    Throttled,
)
from sync.ports import (
    Claim,
    Clock,
    Connector,
    DeadLetter,
    Receipt,
    Settlement,
    Transaction,
)

_NEEDS_A_PERSON = (LinkState.CONFLICT, LinkState.DEAD)
_FOR_GOOD = (Rejected, ContractBroken)


class InHand(msgspec.Struct):
    """A claimed link, what was decided for it, and what the systems answered."""

    claim: Claim
    context: Context
    decision: Decision
    outcomes: dict[Side, Outcome] = {}


class Settling:
    """Collects how the links of one batch end, and saves all of it in one transaction."""

    def __init__(
        self,
        kinds: Kinds,
        batch: Batch,
        clock: Clock,
        options: ServiceOptions,
        lease: datetime,
    ) -> None:
        self._kinds, self._batch, self._clock, self._options = kinds, batch, clock, options
        self.batch = batch
        self._lease = lease
        self._settlements: list[Settlement] = []
        self._disputes = Disputes()
        self._receipts: list[Receipt] = []
        self._letters: list[DeadLetter] = []
        self._waking = Waking(batch, kinds.watched)
        self._were_dead = {i for i, link in batch.links.items() if link.state is LinkState.DEAD}
        self._problems = {
            link.id: (link.problem.code, link.problem.field)
            for link in batch.links.values()
            if link.problem is not None
        }
        self._existing = Existing(kinds)

    @property
    def letters(self) -> list[DeadLetter]:
        """What has died."""
        return self._letters

    def counts(self) -> dict[str, int]:
        """How many links ended in each state, for the observer."""
        found: dict[str, int] = {}
        for settlement in self._settlements:
            state = settlement.link.state.value
            found[state] = found.get(state, 0) + 1
        return found | {"conflicts_found": len(self._disputes)}

    def attention(self) -> list[dict[str, str | None]]:
        """The links that need a person now and did not before: id, kind, code, field, side."""
        return needs_attention(
            link
            for link in (settlement.link for settlement in self._settlements)
            if link.problem is not None
            and link.state in _NEEDS_A_PERSON
            and self._problems.get(link.id) != (link.problem.code, link.problem.field)
        )

    async def find_existing(
        self, in_hand: Iterable[InHand], connectors: Mapping[Side, Connector]
    ) -> None:
        """Where a create met an existing row, find that row by its key."""
        refused = [
            (held.claim.link, part)
            for held in in_hand
            for part in (held.decision.plan.parts if held.decision.plan else ())
            if _error(held.outcomes.get(part.side), AlreadyExists)
        ]
        await self._existing.find(refused, connectors)

    async def know_owners(self, tx: Transaction) -> None:
        """See whose the rows are that creates have met."""
        await self._existing.know_owners(tx)

    def failed(self, claim: Claim, side: Side, error: RemoteError) -> None:
        """A side could not be read: try again later."""
        self._retry(claim, side, error)

    def undecidable(self, claim: Claim, error: Exception) -> None:
        """No decision can be made: the link stands as a dead letter, and no other is stopped."""
        trace = traceback.extract_tb(error.__traceback__)
        place = f"{Path(trace[-1].filename).name}:{trace[-1].lineno}" if trace else "unknown"
        failure = DecisionFailed(
            f"No decision can be made ({type(error).__name__} at {place}).",
            cure="Undo the last change of its map, or report this place; then redrive it.",
        )
        self._dead(claim, failure, {"error": repr(error), "at": place})

    def decided(self, held: InHand) -> None:
        """Nothing is to be written."""
        link, decision = held.claim.link, held.decision
        self._disputes.begin(link, decision.conflicts)
        learn_decision(link, decision, held.context.now)
        link.outcome = link.state.value
        if decision.look:
            link.state = LinkState.DUE
        self._give_back(held.claim, self._clock.now() if decision.look else None)

    def learn(self, in_hand: Iterable[InHand]) -> None:
        """Take in the rows that were written, as they are now."""
        for held in in_hand:
            for part in held.decision.plan.parts if held.decision.plan else ():
                outcome = held.outcomes[part.side]
                if isinstance(outcome, Written):
                    self._learn_rows(part, outcome.rows)

    def answered(self, held: InHand, refs: References) -> None:
        """The systems answered: learn from it, and see whether something is left to do."""
        link, plan = held.claim.link, held.decision.plan
        self._disputes.begin(link, held.decision.conflicts)
        link.waiting_on = held.decision.waits
        refused: list[tuple[Part, Refused]] = []
        for part in plan.parts if plan else ():
            outcome = held.outcomes[part.side]
            self._receipts.append(receipt_of(link, held.decision, part, outcome, held.context.now))
            if isinstance(outcome, Written):
                learn_receipt(link, part, outcome.rows)
            else:
                refused.append((part, outcome))
        link.intent = _unanswered(link.intent, refused)
        if not refused:
            self._look_again(held, refs)
        else:
            self._refused(held, refused)

    async def save_found(self, tx: Transaction, in_hand: Iterable[InHand]) -> None:
        """Save what decisions found before anything is written (T2).

        A write may overwrite a value that somebody typed, and the process may die right after it:
        the conflict that keeps the value must be there already.
        """
        found = [conflict for held in in_hand for conflict in held.decision.conflicts]
        await self._disputes.keep(tx, found)

    async def save(self, tx: Transaction, refs: References | None) -> None:
        """Save everything, and wake whoever was waiting (T3).

        Args:
            tx: The transaction.
            refs: What the batch's lookups resolve to; `None` when its rows were not looked at.
        """
        now = self._clock.now()
        await self._drop_lost(tx)
        await self._save_rows(tx)
        links = [settlement.link for settlement in self._settlements]
        await self._disputes.save(tx, links, text(now))
        await tx.add_receipts(self._receipts)
        await tx.put_dead_letters([*self._letters, *await self._revived(tx)])
        await tx.settle(self._settlements)
        if refs is not None:
            await relate(self._kinds, tx, self._batch, links, refs)
        await self._waking.after(tx, links, now)

    async def _drop_lost(self, tx: Transaction) -> None:
        """Leave links alone that were held for too long and are somebody else's now."""
        held = await tx.held([s.link.id for s in self._settlements], self._lease)
        self._settlements = [s for s in self._settlements if s.link.id in held]

    def _look_again(self, held: InHand, refs: References) -> None:
        """Decide once more on what was read back; what still differs is due at once."""
        link = held.claim.link
        try:
            again = decide(self._kinds[link.kind], link, self._batch.view(link), refs, held.context)
        except Exception as error:
            self.undecidable(held.claim, error)
            return
        self._disputes.add(link, *again.conflicts)
        learn_decision(link, again, held.context.now)
        link.attempts = 0
        if again.plan is not None or again.look or again.together is not None:
            link.state = LinkState.DUE
            self._give_back(held.claim, self._clock.now())
        else:
            link.outcome = "written"
            self._give_back(held.claim, None)

    def _refused(self, held: InHand, refused: list[tuple[Part, Refused]]) -> None:
        link = held.claim.link
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
                self._dead(held.claim, error, {"writes": writes}, part.side)
            case _:
                self._retry(held.claim, part.side, error)

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
            self._disputes.add(link, self._existing.conflict(link, held.context))
            link.state, link.intent = LinkState.CONFLICT, None
            self._give_back(held.claim, None)
            return
        for known in self._existing.rows(link):
            self._batch.adopt(known)
            link.bind(known.row.ref.side, self._existing.member(link, part), known.row.ref.row_id)
        self._soon(held.claim)

    def _soon(self, claim: Claim) -> None:
        """Decide again at once; later where that did not help."""
        link = claim.link
        link.attempts += 1
        link.state = LinkState.DUE
        wait = 0.0 if link.attempts == 1 else backoff(link.attempts - 1, link.id)
        self._give_back(claim, later(self._clock.now(), wait), settled=False)

    def _rejected(self, held: InHand, part: Part, error: Rejected) -> None:
        link = held.claim.link
        message = f"{finding.name_of(link)}: the {part.side.upper()} refused it: {error.message}"
        cure = error.cure or "Correct the record as it says; it is tried again with the next edit."
        values = tuple(sorted(repr(write.values) for write in part.writes))
        self._disputes.add(
            link,
            finding.of_kind(
                link,
                ConflictKind.REFUSED,
                held.context,
                message=f"{message} {cure}",
                policy="a business rule of the system",
                detail=(part.side, error.message, *values),
            ),
        )
        link.state = LinkState.CONFLICT
        link.waiting_on = (*link.waiting_on, *self._referred(link, part))
        link.problem = Problem(error.code, message, cure, part.side, at=held.context.now)
        self._give_back(held.claim, None)

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

    def _dead(
        self, claim: Claim, error: DualWriteError, payload: dict[str, Any], side: Side | None = None
    ) -> None:
        link, now = claim.link, text(self._clock.now())
        cure = error.cure or "Correct the map or the system, then redrive it."
        message = f"{finding.name_of(link)}: {error.message}"
        link.state = LinkState.DEAD
        link.problem = Problem(error.code, message, cure, side, at=now)
        self._letters.append(DeadLetter(link.id, link.id, error.code, message, cure, payload, now))
        self._give_back(claim, None, settled=False)

    def _retry(self, claim: Claim, side: Side, error: RemoteError) -> None:
        link = claim.link
        link.attempts += 1
        link.state = LinkState.RETRY
        link.outcome = f"{side} {error.code}"
        now = self._clock.now()
        link.problem = Problem(error.code, error.message, error.cure, side, at=text(now))
        wait = backoff(link.attempts, link.id)
        if isinstance(error, Throttled):
            wait = max(wait, error.retry_after)
        self._give_back(claim, later(now, wait), settled=False)

    def _give_back(self, claim: Claim, due_at: datetime | None, *, settled: bool = True) -> None:
        link = claim.link
        if due_at is None and link.state is LinkState.WAITING:
            due_at, settled = later(self._clock.now(), self._options.wait_seconds), False
        if link.state in (LinkState.PARKED, LinkState.DUE):
            settled = False
        self._settlements.append(Settlement(link, claim.position, due_at, settled))

    def _learn_rows(self, part: Part, rows: tuple[Row | None, ...]) -> None:
        self._batch.learn(
            {
                (row.ref if row is not None else write.ref): row
                for write, row in zip(part.writes, rows, strict=True)
            }
        )

    async def _save_rows(self, tx: Transaction) -> None:
        owners: dict[RowRef, str] = {}
        for settlement in self._settlements:
            link = settlement.link
            kind = self._kinds[link.kind]
            tables = {f"{Side.ERP}.{name}": m.table for name, m in kind.erp_members.items()}
            tables[f"{Side.CRM}.{kind.maps[0].map.crm.name}"] = kind.crm_table
            owners.update(dict.fromkeys(bound_rows(link, tables), link.id))
        changed = self._batch.changed_rows(owners)
        await tx.put_rows(changed, newer_only=True)
        known = self._batch.known
        self._waking.bound(
            row.row.ref
            for row in changed
            if row.link_id is not None
            and (row.row.ref not in known or known[row.row.ref].link_id is None)
        )
        await tx.put_rows(self._batch.vanished_rows())

    async def _revived(self, tx: Transaction) -> list[DeadLetter]:
        """The dead letters of links that were decided after all, by a later edit."""
        over = [s.link.id for s in self._settlements if s.link.id in self._were_dead and s.settled]
        if not over:
            return []
        letters = await tx.dead_letters(state=OPEN, link_ids=over, limit=len(over))
        return [msgspec.structs.replace(letter, state=REDRIVEN) for letter in letters]


def needs_attention(links: Iterable[Link]) -> list[dict[str, str | None]]:
    """Which links need a person, and for what; without a value of theirs."""
    return [
        {
            "link": link.id,
            "kind": link.kind,
            "code": link.problem.code,
            "field": link.problem.field,
            "side": link.problem.side,
        }
        for link in links
        if link.problem is not None
    ]


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
