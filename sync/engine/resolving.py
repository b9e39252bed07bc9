"""Resolving: what persons decide about conflicts, kept with who and when, for the next decision.

A resolution is no write. It is kept on the conflict, the link becomes due, and the next decision
merges the rows as they are then; only while each side still has what the person saw is it done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync.core.choosing import check_take, unit_of
from sync.core.conflict import Conflict, ConflictKind, ConflictState, Take
from sync.core.given import given
from sync.core.kinds import Kinds
from sync.core.link import Link, Neutral, link_id
from sync.core.mapping import FieldMap, Owner
from sync.core.row import Side
from sync.engine.rules import check_rule, put_rule
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.ports import Act, Clock, Store, Transaction


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

    Args:
        store: The state.
        kinds: All kinds.
        ids: The conflicts.
        resolution: What is decided of each.
        clock: Time.
    """
    found = Resolved([], [])
    for conflict_id in dict.fromkeys(ids):
        try:
            async with store.transaction() as tx:
                found.done.append(await _resolve(tx, kinds, conflict_id, resolution, clock))
        except InputUnusable as error:
            found.refused.append(NotResolved(conflict_id, error.code, error.message, error.cure))
    return found


async def _resolve(
    tx: Transaction, kinds: Kinds, conflict_id: str, resolution: Resolution, clock: Clock
) -> Conflict:
    conflict, link = await open_conflict(tx, conflict_id, clock)
    if link.kind not in kinds:
        raise InputUnusable(f"No map handles {link.kind}.", cure="Put its map back first.")
    check_take(conflict, resolution.take, kinds[link.kind], link)
    value = None
    if resolution.take is Take.VALUE:
        compiled, unit = unit_of(conflict, kinds[link.kind], link)
        value = given(compiled, unit, resolution.value, link.company, kinds.company_kinds)
        await _check_lookups(tx, compiled.fields, value)
    elif conflict.kind is ConflictKind.UNFIT and resolution.take is not Take.LEAVE:
        compiled, unit = unit_of(conflict, kinds[link.kind], link)
        taken = conflict.of(Side(resolution.take.value))
        given(compiled, unit, taken, link.company, kinds.company_kinds)
    if resolution.as_rule:
        await _as_rule(tx, kinds, conflict, link, resolution, clock)
    now = text(clock.now())
    asked = msgspec.structs.replace(
        conflict,
        asked=resolution.take.value,
        asked_by=resolution.by,
        asked_at=now,
        asked_value=value,
    )
    said = {"take": resolution.take.value, "value": value, "why": resolution.why}
    said["crm"], said["erp"] = conflict.of(Side.CRM), conflict.of(Side.ERP)
    await tx.put_conflicts([asked])
    await tx.add_acts([Act(now, resolution.by, "resolve", said, conflict.id, link.id)])
    return asked


async def open_conflict(tx: Transaction, conflict_id: str, clock: Clock) -> tuple[Conflict, Link]:
    """An open conflict with its link, which is due from now on.

    Raises:
        InputUnusable: There is none of that id, or it is settled.
    """
    conflict, link = await known_conflict(tx, conflict_id, clock)
    if conflict.state is not ConflictState.OPEN:
        raise InputUnusable(
            f"The conflict {conflict_id} is settled already, by {conflict.resolved_by}.",
            cure="Reopen it first, if what was decided is wrong.",
        )
    return conflict, link


async def known_conflict(tx: Transaction, conflict_id: str, clock: Clock) -> tuple[Conflict, Link]:
    """A conflict with its link, which is due from now on.

    Raises:
        InputUnusable: There is none of that id.
    """
    for known in await tx.conflicts(ids=[conflict_id], limit=1):
        # Who works on the link is done with it after this, and has closed what it closes.
        await tx.wake([known.link_id], clock.now())
    for known in await tx.conflicts(ids=[conflict_id], limit=1):
        links = await tx.links([known.link_id])
        return known, links[known.link_id]
    raise InputUnusable(
        f"There is no conflict {conflict_id}.", cure="List them: dualwrite conflicts list."
    )


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


async def _as_rule(
    tx: Transaction,
    kinds: Kinds,
    conflict: Conflict,
    link: Link,
    resolution: Resolution,
    clock: Clock,
) -> None:
    if resolution.take not in (Take.CRM, Take.ERP):
        raise InputUnusable(
            f"{resolution.take} is nothing that can hold for every later clash.",
            cure="Take crm or erp as a rule; dualwrite conflicts set-rule knows the other owners.",
        )
    if conflict.field is None:
        raise InputUnusable(
            "A rule is about a field, and this conflict is about the record as a whole.",
            cure="Resolve it for this time.",
        )
    map_id, owner = unit_of(conflict, kinds[link.kind], link)[0].map.id, Owner(resolution.take)
    check_rule(kinds, map_id, conflict.field, owner)
    await put_rule(tx, kinds, map_id, conflict.field, owner, by=resolution.by, clock=clock)
