"""A table map in its canonical form: everything said, in a fixed order, as a map file would.

Loading the canonical form of a shipped map gives a map with the same digest. A value table is
written out at the field.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import msgspec
from msgspec import UNSET
from ruamel.yaml import YAML

from sync.core.business import Business
from sync.core.lifecycle import Lifecycle, Move
from sync.core.mapping import Condition, Direction, FieldMap, Member, Step, TableMap
from sync.core.row import Side


def canonical(table_map: TableMap) -> dict[str, Any]:
    """The map as plain data: text, numbers, booleans, null, lists and dictionaries.

    What holds by default is left out, except a field's owner and direction.
    """
    said: dict[str, Any] = {
        "map": table_map.id,
        "version": table_map.version,
        "kind": table_map.kind,
    }
    if table_map.stage:
        said |= {"stage": table_map.stage, "rank": table_map.rank}
    if table_map.company:
        said["company"] = {"erp": table_map.company.erp, "crm": table_map.company.crm}
        if table_map.company.through:
            said["company"]["through"] = table_map.company.through
    said["delete"] = table_map.delete.value
    if table_map.on_demand:
        said.update(on_demand=True)
    if table_map.seldom:
        said.update(seldom=True)
    if table_map.reference_deadline_seconds is not UNSET:
        said.update(reference_deadline_seconds=table_map.reference_deadline_seconds)
    if table_map.direction is not Direction.BOTH:
        said["direction"] = table_map.direction.value
    said["crm"] = {table_map.crm.name: _member(table_map.crm)}
    said["erp"] = {member.name: _member(member) for member in table_map.erp}
    if table_map.enter:
        said["enter"] = [_step(step) for step in table_map.enter]
    if table_map.lifecycle:
        said["lifecycle"] = _lifecycle(table_map.lifecycle)
    if table_map.business:
        said["business"] = _business(table_map.business)
    said["fields"] = [_field(field, table_map.anchor.name) for field in table_map.fields]
    return said


def canonical_yaml(table_map: TableMap) -> str:
    """The canonical form as YAML, in block style."""
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.allow_unicode = True
    yaml.width = 4096
    out = StringIO()
    yaml.dump(canonical(table_map), out)
    return out.getvalue()


def _member(member: Member) -> dict[str, Any]:
    said: dict[str, Any] = {"table": member.table, "ids": list(member.ids)}
    if member.where:
        said["where"] = _filter(member.where)
    if member.create:
        said["create"] = dict(member.create)
    if member.alias:
        said["alias"] = member.alias
    if member.joins:
        said["joins"] = member.joins
    if member.prefer:
        said["prefer"] = _filter(member.prefer)
    return said


def _filter(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    return {condition.column: _condition(condition) for condition in conditions}


def _condition(condition: Condition) -> Any:
    if condition.values == (None,):
        return {"blank": not condition.negated}
    several = list(condition.values)
    value = several[0] if len(several) == 1 else several
    return {"not": value} if condition.negated else value


def _business(business: Business) -> dict[str, Any]:
    counts: Any = {name: list(states) for name, states in business.counts.items()}
    every = [name for name, states in business.counts.items() if not states]
    said: dict[str, Any] = {"counts": every[0] if len(counts) == len(every) == 1 else counts}
    if business.amount:
        said["amount"] = business.amount
    if business.currency:
        said["currency"] = business.currency
    return said


def _lifecycle(life: Lifecycle) -> dict[str, Any]:
    said: dict[str, Any] = {"initial": life.initial}
    if life.owner:
        said["owner"] = life.owner.value
    if life.crm_owns:
        said["crm_owns"] = [_filter(one) for one in life.crm_owns]
    for name in ("lines", "stays"):
        if getattr(life, name):
            said[name] = list(getattr(life, name))
    if life.led_by:
        said["led_by"] = {"kind": life.led_by, "crm": life.leader, "until": life.led_until}
    said["states"] = {
        state.name: {"erp": _filter(state.erp), "crm": _filter(state.crm)} for state in life.states
    }
    said["moves"] = [_move(move) for move in life.moves]
    return said


def _move(move: Move) -> dict[str, Any]:
    said: dict[str, Any] = {"from": move.origin, "to": move.to}
    for side in Side:
        way = move.way(side)
        if way is not None:
            parts = msgspec.structs.asdict(way)
            said[side.value] = {
                {"parameters": "with"}.get(name, name): list(part)
                if isinstance(part, tuple)
                else part
                for name, part in parts.items()
                if part
            }
    return said


def _step(step: Step) -> dict[str, Any]:
    if step.op == "create":
        return {"create": step.member}
    said: dict[str, Any] = {"update": step.member, "values": dict(step.values)}
    return said | ({"optional": True} if step.optional else {})


def _field(field: FieldMap, anchor: str) -> dict[str, Any]:
    member = "" if field.erp.member == anchor else f"{field.erp.member}."
    said: dict[str, Any] = {
        "name": field.name,
        "erp": f"{member}{field.erp.column}",
        "crm": field.crm.column,
        "type": field.type,
    }
    if field.type == "decimal":
        said["scale"] = field.scale
    if field.lookup:
        several = list(field.lookup)
        said["lookup"] = several if len(several) > 1 else several[0]
    if field.by_stage:
        said["by_stage"] = dict(field.by_stage)
    if field.within:
        said["within"] = field.within
    if field.without:
        said["without"] = dict([field.without])
    said |= {"owner": field.owner.value, "direction": field.direction.value}
    for flag in ("key", "deferred", "passive", "create_only", "calculated"):
        if getattr(field, flag):
            said[flag] = True
    if field.family:
        said["family"] = field.family
    if field.group:
        said["group"] = field.group
    if field.on_enter != "non_blank":
        said["on_enter"] = field.on_enter
    if field.assign:
        said["assign"] = field.assign
    if field.crm.split:
        said["split"] = dict(field.crm.split)
    limits = {side: limit for side, limit in _limits(field).items() if limit is not None}
    if limits:
        said["max"] = limits
    if field.type == "choice":
        said["values"] = _values(field)
        if field.crm.accept:
            said["accept"] = dict(sorted(field.crm.accept.items()))
    return said


def _limits(field: FieldMap) -> dict[str, int | None]:
    return {"erp": field.erp.limit, "crm": field.crm.limit}


def _values(field: FieldMap) -> dict[str, Any]:
    """ERP value → CRM value, or a list whose first is written."""
    crm: dict[object, list[Any]] = {}
    for neutral, value in field.crm.pairs:
        crm.setdefault(neutral, []).append(value)
    return {
        str(value): crm[neutral][0] if len(crm[neutral]) == 1 else crm[neutral]
        for neutral, value in field.erp.pairs
    }
