"""Resolving: what persons decide about conflicts, kept with who and when, for the next decision.

A resolution is no write. It is kept on the conflict, the link becomes due, and the next decision
merges the rows as they are then; only while each side still has what the person saw is it done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sync.core.choosing import check_take, unit_of
from sync.core.conflict import FIELD_KINDS, Conflict, ConflictKind, ConflictState, Take
from sync.core.given import check_fits, given
from sync.core.kinds import Kinds
from sync.core.link import Link, Neutral, link_id
from sync.core.mapping import FieldMap, Owner
from sync.core.row import Side
from sync.engine.rules import check_rule, put_rule
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.ports import Act, Clock, Store, Transaction

_BATCH = 200
"""How many conflicts are decided in one transaction."""


class Resolution(msgspec.Struct, frozen=True):
    """What a person decides.

    Attributes:
        take: What is taken.
        by: Who decides.
        value: The value, where one is given: a field's, or a group's by field.
        why: The reason, in the person's words.
        as_rule: Whether that side owns the field from now on.
    """

    take: Take
    by: str
    value: Any = None
    why: str | None = None
    as_rule: bool = False


class NotResolved(msgspec.Struct, frozen=True):
    """A conflict of which that could not be decided.

    Attributes:
        id: The conflict.
        code: Stable error code.
        message: Why not.
        cure: What to do instead.
    """

    id: str
    code: str
    message: str
    cure: str | None


class Resolved(msgspec.Struct, frozen=True):
    """What became of a resolution of several conflicts.

    Attributes:
        done: The conflicts, with what is decided of them.
        refused: The others, with the reason.
    """

    done: list[Conflict]
    refused: list[NotResolved]


async def resolve(
    store: Store, kinds: Kinds, ids: Iterable[str], resolution: Resolution, clock: Clock
) -> Resolved:
    """Decide conflicts; the service does it at once, each for itself.

    They are decided in batches, each in one transaction. One of which that cannot be decided is
    told and stops none of the others; a batch that the store does not take is decided for none.

    Args:
        store: The state.
        kinds: All kinds.
        ids: The conflicts.
        resolution: What is decided of each.
        clock: Time.
    """
    found = Resolved([], [])
    named = [*dict.fromkeys(ids)]
    for first in range(0, len(named), _BATCH):
        async with store.transaction() as tx:
            batch = _Batch(tx, kinds, resolution, clock)
            done = await batch.decide(named[first : first + _BATCH])
        found.done.extend(done.done)
        found.refused.extend(done.refused)
    return found


class _Batch:
    """One decision about several conflicts, in one transaction."""

    def __init__(self, tx: Transaction, kinds: Kinds, resolution: Resolution, clock: Clock) -> None:
        self._tx, self._kinds, self._resolution, self._clock = tx, kinds, resolution, clock
        self._ruled: set[tuple[str, str]] = set()

    async def decide(self, ids: Sequence[str]) -> Resolved:
        """Decide each of them, or say why not."""
        known = await known_conflicts(self._tx, ids, self._clock)
        found = Resolved([], [])
        acts: list[Act] = []
        for conflict_id in ids:
            try:
                conflict, link = must_be_open(conflict_id, known.get(conflict_id))
                asked = await self._decided(conflict, link)
            except InputUnusable as error:
                refused = NotResolved(conflict_id, error.code, error.message, error.cure)
                found.refused.append(refused)
            else:
                found.done.append(asked)
                acts.append(self._act(asked))
        await self._tx.put_conflicts(found.done)
        await self._tx.add_acts(acts)
        return found

    async def _decided(self, conflict: Conflict, link: Link) -> Conflict:
        resolution, kinds = self._resolution, self._kinds
        if link.kind not in kinds:
            raise InputUnusable(f"No map handles {link.kind}.", cure="Put its map back first.")
        check_take(conflict, resolution.take, kinds[link.kind], link)
        value = None
        if resolution.take is Take.VALUE:
            compiled, unit = unit_of(conflict, kinds[link.kind], link)
            value = given(compiled, unit, resolution.value, link.company, kinds.company_kinds)
            await _check_lookups(self._tx, compiled.fields, value)
        elif conflict.kind is ConflictKind.UNFIT and resolution.take is not Take.LEAVE:
            compiled, unit = unit_of(conflict, kinds[link.kind], link)
            taken = conflict.of(Side(resolution.take.value))
            given(compiled, unit, taken, link.company, kinds.company_kinds)
        elif conflict.kind in FIELD_KINDS and resolution.take in (Take.CRM, Take.ERP):
            compiled, unit = unit_of(conflict, kinds[link.kind], link)
            side = Side(resolution.take.value)
            check_fits(compiled, unit, conflict.found(side), side.other)
        if resolution.as_rule:
            await self._rule(conflict, link)
        return conflict.decided(resolution.take, resolution.by, text(self._clock.now()), value)

    def _act(self, asked: Conflict) -> Act:
        said = {"take": asked.asked, "value": asked.asked_value, "why": self._resolution.why}
        said["crm"], said["erp"] = asked.of(Side.CRM), asked.of(Side.ERP)
        at, by = asked.asked_at or "", self._resolution.by
        return Act(at, by, "resolve", said, asked.id, asked.link_id)

    async def _rule(self, conflict: Conflict, link: Link) -> None:
        """Let the side own the field from now on; said once for all conflicts about it."""
        resolution, kinds = self._resolution, self._kinds
        if resolution.take not in (Take.CRM, Take.ERP):
            raise InputUnusable(
                f"{resolution.take} is nothing that can hold for every later clash.",
                cure="Take crm or erp as a rule; dualwrite conflicts set-rule knows the other "
                "owners.",
            )
        if conflict.field is None:
            raise InputUnusable(
                "A rule is about a field, and this conflict is about the record as a whole.",
                cure="Resolve it for this time.",
            )
        map_id, owner = unit_of(conflict, kinds[link.kind], link)[0].map.id, Owner(resolution.take)
        if (map_id, conflict.field) not in self._ruled:
            check_rule(kinds, map_id, conflict.field, owner)
            by, clock = resolution.by, self._clock
            await put_rule(self._tx, kinds, map_id, conflict.field, owner, by=by, clock=clock)
            self._ruled.add((map_id, conflict.field))


def must_be_open(conflict_id: str, known: tuple[Conflict, Link] | None) -> tuple[Conflict, Link]:
    """An open conflict with its link.

    Raises:
        InputUnusable: There is none of that id, or it is settled.
    """
    conflict, link = must_be_known(conflict_id, known)
    if conflict.state is not ConflictState.OPEN:
        raise InputUnusable(
            f"The conflict {conflict_id} is settled already, by {conflict.resolved_by}.",
            cure="Reopen it first, if what was decided is wrong.",
        )
    return conflict, link


def must_be_known(conflict_id: str, known: tuple[Conflict, Link] | None) -> tuple[Conflict, Link]:
    """A conflict with its link.

    Raises:
        InputUnusable: There is none of that id.
    """
    if known is None:
        raise InputUnusable(
            f"There is no conflict {conflict_id}.", cure="List them: dualwrite conflicts list."
        )
    return known


async def known_conflicts(
    tx: Transaction, ids: Sequence[str], clock: Clock
) -> dict[str, tuple[Conflict, Link]]:
    """Conflicts with their links, which are due from now on; those that there are, by id."""
    first = await tx.conflicts(ids=ids, limit=len(ids))
    # Who works on the links is done with them after this, and has closed what they close.
    await tx.wake(sorted({conflict.link_id for conflict in first}), clock.now())
    found = await tx.conflicts(ids=ids, limit=len(ids))
    links = await tx.links(sorted({conflict.link_id for conflict in found}))
    return {conflict.id: (conflict, links[conflict.link_id]) for conflict in found}


async def _check_lookups(
    tx: Transaction, fields: Mapping[str, FieldMap], values: Mapping[str, Neutral]
) -> None:
    for name, value in values.items():
        lookup = fields[name].lookup
        ids = [link_id(kind, str(value)) for kind in lookup if value is not None]
        if ids and not await tx.links(ids):
            raise InputUnusable(
                f"{name}: there is no {' or '.join(lookup).replace('_', ' ')} {value}.",
                cure="Give the number of a record that is known, or let that record cross first.",
            )
