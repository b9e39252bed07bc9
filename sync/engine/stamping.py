"""Stamping: numbers kept for CRM rows are written on them, and the rows find their links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from sync.core.backoff import backoff, soon
from sync.core.event import upserted
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, Problem, link_id
from sync.core.plan import Decision, Part, Plan, plan_id
from sync.core.references import key_text
from sync.core.row import Row, RowRef, Side
from sync.core.values import Unfit
from sync.core.view import Context
from sync.core.write import Refused
from sync.engine.breakers import Breakers
from sync.engine.in_hand import InHand
from sync.engine.numbering import Numbering, Unnumbered
from sync.engine.options import ServiceOptions
from sync.engine.postponing import postpone
from sync.engine.receipts import receipt_of
from sync.engine.routing import stray
from sync.engine.strays import settle_strays
from sync.engine.times import later, text
from sync.errors import (
    AlreadyExists,
    ContractBroken,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
)
from sync.ports import Clock, Connector, KnownRow, Settlement, Store, Transaction

_MOVED_ON = (AlreadyExists, PreconditionFailed, RowMissing)
_FOR_A_PERSON = (Rejected, ContractBroken)


class Stamping:
    """Writes numbers on rows, and settles the links that held the rows.

    Args:
        kinds: All kinds.
        store: The state.
        connectors: Both systems.
        numbering: Makes the next number where one is refused.
        clock: Time.
        options: Sizes and times.
        breakers: Which sides are asked.
        witness: Sees every stamp with its answer.
    """

    def __init__(
        self,
        kinds: Kinds,
        store: Store,
        connectors: Mapping[Side, Connector],
        numbering: Numbering,
        clock: Clock,
        options: ServiceOptions,
        breakers: Breakers,
        *,
        witness: Callable[[InHand], None],
    ) -> None:
        self._kinds, self._store, self._crm = kinds, store, connectors[Side.CRM]
        self._numbering, self._clock, self._options = numbering, clock, options
        self._breakers, self._witness = breakers, witness

    async def run(
        self, wanted: Sequence[Unnumbered], running: Collection[str], lease: datetime
    ) -> list[Link]:
        """Stamp the rows and give their links back.

        Args:
            wanted: Claimed, with their numbers kept.
            running: The maps that run.
            lease: Until when the links are held.

        Returns:
            The links that need a person now.
        """
        stamps = [(one, part) for one in wanted if (part := one.part()) is not None]
        await self._write(stamps)
        async with self._store.transaction() as tx:
            held = await tx.held([one.link.id for one in wanted], lease)
            ours = [one for one in wanted if one.link.id in held]
            await self._numbering.refused(tx, ours)
            await self._learn(tx, ours)
            await self._note(tx, [(one, part) for one, part in stamps if one in ours], running)
            done = [one for one in ours if one.numbered is not None]
            strays = [one.claim for one in done if one.link.is_stray]
            stuck, _ = await settle_strays(
                self._kinds, tx, strays, self._clock, self._options, running
            )
            await self._let_go(tx, [one for one in done if not one.link.is_stray])
            again = [self._again(one) for one in ours if one.numbered is None]
            await tx.settle(again)
        self._breakers.owe(again)
        return stuck + [one.link for one in ours if one.link.state is LinkState.CONFLICT]

    async def _write(self, stamps: Sequence[tuple[Unnumbered, Part]]) -> None:
        """Write the numbers; what could not be written is read."""
        if not stamps:
            return
        outcomes = await self._crm.write([part.changeset(one.link.id) for one, part in stamps])
        for (one, _), outcome in zip(stamps, outcomes, strict=True):
            one.outcome = outcome
        refused = [one for one, _ in stamps if isinstance(one.outcome, Refused)]
        if refused:
            try:
                found = await self._crm.read([one.row.ref for one in refused])
            except RemoteError:
                return  # the feed tells of the rows, and they are tried again after a while
            for one in refused:
                one.seen = {one.row.ref: found.get(one.row.ref)}

    async def _learn(self, tx: Transaction, ours: Sequence[Unnumbered]) -> None:
        """Take in the rows as they are now."""
        known = await tx.rows([one.row.ref for one in ours])
        rows: dict[RowRef, Row | None] = {}
        for one in ours:
            rows |= one.seen
            if one.numbered is not None:
                rows[one.row.ref] = one.numbered
        there = {ref: row for ref, row in rows.items() if row is not None and ref in known}
        await tx.put_rows(
            [KnownRow(row, known[ref].link_id) for ref, row in there.items()], newer_only=True
        )
        gone = [known[ref] for ref, row in rows.items() if row is None and ref in known]
        await tx.put_rows([msgspec.structs.replace(one, deleted=True) for one in gone])

    async def _note(
        self,
        tx: Transaction,
        stamps: Sequence[tuple[Unnumbered, Part]],
        running: Collection[str],
    ) -> None:
        """Keep who got which number, and why, where the record is looked up later."""
        context = Context(now=text(self._clock.now()), running=running)
        receipts = []
        for one, part in stamps:
            digest = self._kinds[one.link.kind].maps[0].digest
            plan = Plan(plan_id(one.link.id, (part,)), digest, (part,))
            decision = Decision(LinkState.DUE, plan=plan, map_digest=digest)
            if one.outcome is None:  # every stamp was answered
                continue
            receipt = receipt_of(one.link, decision, part, one.outcome, context)
            receipts.append(msgspec.structs.replace(receipt, link_id=_home(one)))
            self._witness(InHand(one.claim, context, decision, {Side.CRM: one.outcome}))
        await tx.add_receipts(receipts)

    async def _let_go(self, tx: Transaction, done: Sequence[Unnumbered]) -> None:
        """Let rows go from links whose number is somebody else's: as strays they find their own."""
        now = self._clock.now()
        known = await tx.rows([one.row.ref for one in done])
        loose: list[Link] = []
        moved: list[KnownRow] = []
        for one in done:
            why = Unfit(f"its number is {one.kept.number if one.kept else ''} now", "")
            on_its_own = stray(self._kinds[one.link.kind], one.row.ref, why)
            loose.append(on_its_own)
            if one.row.ref in known:
                moved.append(msgspec.structs.replace(known[one.row.ref], link_id=on_its_own.id))
            one.link.rows, one.link.fields, one.link.problem = {}, {}, None
            one.link.waiting_on, one.link.attempts = (), 0
            one.link.state, one.link.outcome = LinkState.DUE, "let its row go"
        await tx.add_links(loose)
        await tx.put_rows(moved)
        await tx.wake([link.id for link in loose], now)
        await tx.settle(
            [Settlement(one.link, one.claim.position, now, settled=False) for one in done]
        )

    def _again(self, one: Unnumbered) -> Settlement:
        """Look again: at once where something moved on, after a while, or with a person's edit."""
        link, now = one.link, self._clock.now()
        if one.hopeless:
            return self._stuck(one, *_hopeless(one))
        error = one.outcome.error if isinstance(one.outcome, Refused) else None
        if error is not None and isinstance(error, _FOR_A_PERSON):
            message = f"{one.row.ref}: the CRM refused its number: {error.message}"
            return self._stuck(one, error.code, message, error.cure)
        # The event that told of the row spreads the tries, as it does those of records.
        event = upserted(one.row).id
        due: datetime | None
        if one.exhausted is not None:
            link.attempts += 1
            link.state, problem = LinkState.RETRY, one.exhausted
            link.problem = Problem(problem.code, problem.message, problem.cure, at=text(now))
            due = later(now, backoff(link.attempts, event))
        elif error is None or isinstance(error, _MOVED_ON):
            link.state = LinkState.DUE
            link.attempts += 1
            due = later(now, soon(link.attempts, event))
        else:
            due = postpone(link, Side.CRM, error, now, self._breakers, event)
        return Settlement(link, one.claim.position, due, settled=False)

    def _stuck(self, one: Unnumbered, code: str, message: str, cure: str | None) -> Settlement:
        link = one.link
        link.state = LinkState.CONFLICT
        link.problem = Problem(code, message, cure, Side.CRM, at=text(self._clock.now()))
        return Settlement(link, one.claim.position, None, settled=False)


def _hopeless(one: Unnumbered) -> tuple[str, str, str]:
    column = one.field.crm.column
    return (
        "identity_missing",
        f"{one.row.ref}: {column} is empty, and no number can be made of {one.field.assign}.",
        f"Fill {one.field.assign} or {column} in the CRM.",
    )


def _home(one: Unnumbered) -> str:
    """The link that the row will be of."""
    number = one.kept.number if one.kept is not None else ""
    return link_id(one.link.kind, key_text(one.company, (number,)))
