"""Undoing: a held order is taken back in the CRM, because a person asked for it.

The order goes to a state in which it stays in the CRM, and the CRM's own action takes the quote
back (a revision). Source: "create order", `docs/decisions.md`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.core.conflict import Conflict
from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import FIELD
from sync.core.link import MAIN, IntendedWrite, LinkState
from sync.core.plan import Change, Decision, Part, Plan, plan_id
from sync.core.row import Lookup, Row, RowRef, Scalar, Side
from sync.core.write import Write, WriteOp, Written
from sync.engine.companions import Company
from sync.engine.in_hand import InHand
from sync.engine.loading import Batch
from sync.engine.shared_settling import SharedSettling
from sync.ports import Connector, Store

_NO_WAY = "its map names no action of the CRM that takes it back."
_NAME_ONE = "Add `undo` to the move in its map, or take the order back in the CRM by hand."


class Undoing:
    """Takes held orders back.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
    """

    def __init__(self, kinds: Kinds, store: Store, connectors: Mapping[Side, Connector]) -> None:
        self._kinds, self._store, self._connectors = kinds, store, connectors

    async def run(
        self,
        companies: Sequence[tuple[Company, Conflict]],
        seen: Batch,
        settling: SharedSettling,
    ) -> None:
        """Undo all of them, in one call; the settling is left to be saved.

        Args:
            companies: The documents with their orders, and the conflict that says who asked.
            seen: The batch in which the documents were looked at.
            settling: Where the documents' links are given back.
        """
        asked: list[tuple[InHand, Conflict]] = []
        for company, conflict in companies:
            held = self._decided(company, seen, conflict)
            if held is not None:
                asked.append((held, conflict))
            else:
                settling.not_undone(company.leader, conflict, _NO_WAY, _NAME_ONE)
        if not asked:
            return
        parts = [held.parts[0] for held, _ in asked]
        async with self._store.transaction() as tx:
            for held, _ in asked:
                plan = held.decision.plan
                held.claim.link.intent = plan.intent(held.context.now) if plan else None
            await tx.update_links([held.claim.link for held, _ in asked])
        outcomes = await self._connectors[Side.CRM].write(
            [
                part.changeset(f"undo-{held.claim.link.id}")
                for part, (held, _) in zip(parts, asked, strict=True)
            ]
        )
        for part, (held, conflict), outcome in zip(parts, asked, outcomes, strict=True):
            held.outcomes[Side.CRM] = outcome
            if isinstance(outcome, Written):
                self._learn(settling.batch, held, outcome)
            settling.undone(held, part, conflict)

    def _decided(self, company: Company, seen: Batch, conflict: Conflict) -> InHand | None:
        """What takes a document's step and its orders back, as a decision of its link."""
        leader, link = company.leader, company.leader.claim.link
        row = seen.view(link).crm
        if row is None or company.way.undo is None:
            return None
        writes: list[Write] = []
        for created, place in zip(company.created, company.rows, strict=True):
            writes += _stay(self._kinds[created.kind], place)
        writes.append(Write(WriteOp.ACTION, row.ref, {}, action=company.way.undo))
        changes = tuple(
            Change(
                FIELD,
                write.action or ", ".join(write.values),
                str(write.ref),
                reason=f"the order is undone, as {conflict.asked_by} asked",
            )
            for write in writes
        )
        intended = tuple(IntendedWrite(MAIN, row.ref, w.op.value, {}) for w in writes)
        part = Part(Side.CRM, tuple(writes), intended, changes)
        digest = self._kinds[link.kind].maps[0].digest
        plan = Plan(plan_id(link.id, (part,)), digest, (part,))
        return InHand(
            leader.claim, leader.context, Decision(LinkState.DUE, plan, map_digest=digest)
        )

    @staticmethod
    def _learn(batch: Batch, held: InHand, outcome: Written) -> None:
        """Know the document as it is now, so that it is not undone again."""
        own: dict[RowRef, Row | None] = {
            row.ref: row
            for row in outcome.rows
            if row is not None and row.ref.row_id == held.claim.link.row_id(Side.CRM, MAIN)
        }
        batch.learn(own)


def _stay(kind: Kind, row: Row) -> list[Write]:
    """The CRM's way of a record to a state in which it stays there."""
    life = kind.maps[0].map.lifecycle
    state = life.state(Side.CRM, row.image) if life is not None else None
    if life is None or state is None:
        return []
    for end in life.stays:
        values: dict[str, Scalar | Lookup] = {}
        for move in life.path(Side.CRM, state, end) or ():
            way = move.way(Side.CRM)
            values |= way.update if way is not None else {}
        if values:
            return [Write(WriteOp.UPDATE, row.ref, values, row.version)]
    return []
