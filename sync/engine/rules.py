"""Rules: who owns a field from now on, as a person decided; set, taken back, and looked up."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.compiled import CompiledMap
from sync.core.conflict import ConflictKind, ConflictState
from sync.core.kinds import Kinds
from sync.core.mapping import Owner
from sync.core.row import Side
from sync.core.rule import OwnerRule
from sync.core.units import Unit
from sync.engine.times import text
from sync.errors import InputUnusable
from sync.paging import found_conflicts
from sync.ports import Act, Clock, ConflictFilter, Store, Transaction


async def rules_of(tx: Transaction) -> dict[str, Mapping[str, OwnerRule]]:
    """Map id → unit → the rule that holds for it."""
    found: dict[str, dict[str, OwnerRule]] = {}
    for rule in await tx.rules():
        if rule.owner is not None:
            found.setdefault(rule.map_id, {})[rule.field] = rule
    return dict(found)


async def rules_at(tx: Transaction, at: str) -> list[OwnerRule]:
    """The rules that held at an earlier time (ISO 8601, UTC)."""
    found: dict[tuple[str, str], OwnerRule] = {}
    for act in await tx.rulings():
        if act.at <= at:
            said = act.said
            rule = OwnerRule(
                said["map"],
                said["field"],
                Owner(said["owner"]) if said["owner"] else None,
                said["version"],
                act.by,
                act.at,
            )
            found[rule.map_id, rule.field] = rule
    return [rule for rule in found.values() if rule.owner is not None]


async def set_rule(
    store: Store, kinds: Kinds, map_id: str, field: str, owner: Owner, *, by: str, clock: Clock
) -> OwnerRule:
    """Let somebody own a field of a map from now on; open clashes of it are decided at once.

    Raises:
        InputUnusable: There is no such map or field, or the owner makes no sense for it.
    """
    check_rule(kinds, map_id, field, owner)
    async with store.transaction() as tx:
        return await put_rule(tx, kinds, map_id, field, owner, by=by, clock=clock)


async def remove_rule(
    store: Store, kinds: Kinds, map_id: str, field: str, *, by: str, clock: Clock
) -> OwnerRule:
    """Let the map say again who owns a field.

    Raises:
        InputUnusable: There is no rule for it.
    """
    async with store.transaction() as tx:
        if field not in (await rules_of(tx)).get(map_id, {}):
            raise InputUnusable(
                f"There is no rule for {field} of {map_id}.",
                cure="List the rules: dualwrite conflicts rules.",
            )
        return await put_rule(tx, kinds, map_id, field, None, by=by, clock=clock)


async def put_rule(
    tx: Transaction,
    kinds: Kinds,
    map_id: str,
    field: str,
    owner: Owner | None,
    *,
    by: str,
    clock: Clock,
) -> OwnerRule:
    """Keep the next version of a field's rule, with who said so, and wake whom it decides."""
    now = clock.now()
    before = {(rule.map_id, rule.field): rule for rule in await tx.rules()}.get((map_id, field))
    rule = OwnerRule(map_id, field, owner, before.version + 1 if before else 1, by, text(now))
    said = {"map": map_id, "field": field, "owner": owner and owner.value, "version": rule.version}
    await tx.put_rule(rule)
    await tx.add_acts([Act(rule.at, by, "rule" if owner else "remove_rule", said)])
    record = next((m.kind for m in kinds.table_maps if m.id == map_id), None)
    wanted = ConflictFilter(ConflictState.OPEN, ConflictKind.CLASH, record, field)
    await tx.wake([conflict.link_id for conflict in await found_conflicts(tx, wanted)], now)
    return rule


def check_rule(kinds: Kinds, map_id: str, field: str, owner: Owner) -> None:
    """Whether a rule makes sense.

    Raises:
        InputUnusable: It does not.
    """
    rule = _unit(_map(kinds, map_id), field).rule
    one_way = not (rule.direction.allows(Side.CRM) and rule.direction.allows(Side.ERP))
    if one_way or rule.calculated:
        raise InputUnusable(
            f"{field} of {map_id} goes one way only, so nobody's value competes with another's.",
            cure="Change its direction in the map, if it shall go both ways.",
        )
    if rule.create_only:
        raise InputUnusable(
            f"{field} of {map_id} is written only when a record is created.",
            cure="Set it back where it was changed.",
        )
    if owner is Owner.LATCH and rule.type != "boolean":
        raise InputUnusable(
            f"{field} of {map_id} is no yes or no, so it cannot be a latch.",
            cure="Use crm, erp, manual or prefer_non_blank.",
        )


def _map(kinds: Kinds, map_id: str) -> CompiledMap:
    for kind in kinds.values():
        for compiled in kind.maps:
            if compiled.map.id == map_id:
                return compiled
    raise InputUnusable(f"There is no map {map_id}.", cure="List them: dualwrite maps list.")


def _unit(compiled: CompiledMap, field: str) -> Unit:
    for unit in compiled.units:
        if unit.name == field:
            return unit
    raise InputUnusable(
        f"The map {compiled.map.id} has no field {field}.",
        cure=f"Use one of: {', '.join(unit.name for unit in compiled.units)}.",
    )
