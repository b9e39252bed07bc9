"""Saving: what a batch of links ends with, collected link by link and saved at once (T3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from sync.core import finding
from sync.core.apply import bound_rows
from sync.core.conflict import ConflictKind
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, Problem
from sync.core.references import References
from sync.core.row import RowRef, Side
from sync.engine.breakers import Breakers
from sync.engine.disputes import Disputes
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.options import ServiceOptions
from sync.engine.overdue import deadline_of, missing_reference, overdue
from sync.engine.postponing import postpone
from sync.engine.provenance import Provenances
from sync.engine.redrive import OPEN, REDRIVEN
from sync.engine.relating import relate
from sync.engine.times import later, text
from sync.engine.waking import Waking
from sync.errors import DualWriteError, RemoteError
from sync.ports import Claim, Clock, DeadLetter, Receipt, Settlement, Transaction

MISSING_REFERENCE = ConflictKind.MISSING_REFERENCE.value
_NEEDS_A_PERSON = (LinkState.CONFLICT, LinkState.DEAD)


class Saving:
    """Collects how the links of one batch are given back, and saves it with everything they learnt.

    Args:
        kinds: All kinds.
        batch: The batch, as it was claimed.
        clock: Time.
        options: Sizes and times.
        lease: Until when the links are held.
        breakers: Which sides are asked.

    Attributes:
        disputes: The conflicts of the batch.
        provenance: What the batch's decisions establish without a write.
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
        self._kinds, self._batch, self._clock, self._options = kinds, batch, clock, options
        self._lease, self._breakers = lease, breakers
        self.disputes = Disputes()
        self.provenance = Provenances(batch.links.values())
        self._settlements: list[Settlement] = []
        self._receipts: list[Receipt] = []
        self._letters: list[DeadLetter] = []
        self._waking = Waking(batch, kinds.watched)
        self._were_dead = {i for i, link in batch.links.items() if link.state is LinkState.DEAD}
        self._problems = {
            link.id: (link.problem.code, link.problem.field)
            for link in batch.links.values()
            if link.problem is not None
        }

    @property
    def letters(self) -> Sequence[DeadLetter]:
        """What has died."""
        return self._letters

    def counts(self) -> dict[str, int]:
        """How many links ended in each state, for the observer."""
        found: dict[str, int] = {}
        for settlement in self._settlements:
            state = settlement.link.state.value
            found[state] = found.get(state, 0) + 1
        return found | {"conflicts_found": len(self.disputes)}

    def attention(self) -> list[dict[str, str | None]]:
        """The links that need a person now and did not before: id, kind, code, field, side."""
        return needs_attention(
            link
            for link in (settlement.link for settlement in self._settlements)
            if link.problem is not None
            and (link.state in _NEEDS_A_PERSON or link.problem.code == MISSING_REFERENCE)
            and self._problems.get(link.id) != (link.problem.code, link.problem.field)
        )

    def receipt(self, receipt: Receipt) -> None:
        """What a system answered to what was written."""
        self._receipts.append(receipt)

    def give_back(
        self, claim: Claim, due_at: datetime | None = None, *, settled: bool = True
    ) -> None:
        """Give a link back as it is now.

        Args:
            claim: The link.
            due_at: When it comes again by itself; `None` for not before something happens.
            settled: Whether the events seen with the claim are done with.
        """
        link = claim.link
        if due_at is None and link.state is LinkState.WAITING:
            due_at, settled = later(self._clock.now(), self._options.wait_seconds), False
        if link.state in (LinkState.PARKED, LinkState.DUE):
            settled = False
        now = self._clock.now()
        tokens = overdue(link, now, deadline_of(self._kinds, link, self._options))
        if tokens:
            view = self._batch.view(link)
            sources = self._batch.sources(link, view)
            missing = missing_reference(self._kinds, link, view, sources, tokens, now)
            self.disputes.add(link, missing)
        self._settlements.append(Settlement(link, claim.position, due_at, settled))

    def again(self, claim: Claim, wait: float = 0.0) -> None:
        """Give a link back to be decided again after so many seconds."""
        claim.link.state = LinkState.DUE
        self.give_back(claim, later(self._clock.now(), wait), settled=False)

    def retry(self, claim: Claim, side: Side, error: RemoteError) -> None:
        """Give a link back whose side could not be asked, for a later attempt."""
        link, now = claim.link, self._clock.now()
        link.outcome = f"{side} {error.code}"
        due = postpone(link, side, error, now, self._breakers, self._batch.event(link))
        self.give_back(claim, due, settled=False)

    def dead(
        self, claim: Claim, error: DualWriteError, payload: dict[str, Any], side: Side | None = None
    ) -> None:
        """Give a link back that only a person can set going again, with its dead letter."""
        link, now = claim.link, text(self._clock.now())
        cure = error.cure or "Correct the map or the system, then redrive it."
        message = f"{finding.name_of(link)}: {error.message}"
        link.state = LinkState.DEAD
        link.problem = Problem(error.code, message, cure, side, at=now)
        self._letters.append(
            DeadLetter(link.id, link.id, error.code, message, cure, payload, now, kind=link.kind)
        )
        self.give_back(claim, settled=False)

    async def save_found(self, tx: Transaction, in_hand: Sequence[InHand]) -> None:
        """Save what decisions found before anything is written (T2).

        A write may overwrite a value that somebody typed, and the process may die right after it:
        the conflict that keeps the value must be there already.
        """
        found = [conflict for held in in_hand for conflict in held.decision.conflicts]
        await self.disputes.keep(tx, found)
        links = [held.claim.link for held in in_hand]
        await tx.add_provenance(self.provenance.taken(links, text(self._clock.now())))

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
        await self.disputes.save(tx, links, text(now))
        await tx.add_receipts(self._receipts)
        await tx.add_provenance(self.provenance.ended(links, text(now)))
        await self._remember(tx)
        await tx.put_dead_letters([*self._letters, *await self._revived(tx)])
        await tx.settle(self._settlements)
        if refs is not None:
            await relate(self._kinds, tx, self._batch, links, refs)
        await self._waking.after(tx, links, now)

    def saved(self) -> None:
        """It is committed: who waits for a side that answered meanwhile is let go."""
        self._breakers.owe(self._settlements)

    async def _drop_lost(self, tx: Transaction) -> None:
        """Leave links alone that were held for too long and are somebody else's now."""
        held = await tx.held([s.link.id for s in self._settlements], self._lease)
        self._settlements = [s for s in self._settlements if s.link.id in held]

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

    async def _remember(self, tx: Transaction) -> None:
        """A link that died before keeps what people did about it then."""
        ids = [letter.id for letter in self._letters]
        if ids:
            known = await tx.dead_letters(ids=ids, state=None, limit=len(ids))
            told = {letter.id: letter.history for letter in known}
            self._letters = [
                msgspec.structs.replace(letter, history=told.get(letter.id, ()))
                for letter in self._letters
            ]

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
