"""Conflicts as a shell shows them: side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sync.cli.output import print_table, say
from sync.core.choosing import CURES
from sync.core.conflict import Conflict, ConflictState, Values
from sync.core.row import Side

if TYPE_CHECKING:
    from sync.engine.dossier import Dossier
    from sync.engine.resolving import Resolved


_BRIEF = 3
"""How many fields of a record stand in a line of a list; `show` has all of them."""


def show_conflicts(found: Sequence[Conflict]) -> None:
    """A line each, both sides beside each other."""
    print_table(
        ("id", "kind", "field", "crm", "erp", "crm by", "erp by", "state", "message"),
        [
            (
                c.id,
                c.kind,
                c.field,
                _brief(c.crm),
                _brief(c.erp),
                c.crm_actor,
                c.erp_actor,
                c.state,
                c.message,
            )
            for c in found
        ],
        empty="There is none.",
    )


def show_conflict(found: Dossier) -> None:
    """One conflict whole: both sides beside each other, then what persons did."""
    conflict = found.conflict
    say(f"{conflict.kind} ({conflict.state}, {conflict.at}): {conflict.message}")
    rows: list[tuple[Any, ...]] = [
        (
            name,
            _of(conflict.crm, name),
            _of(conflict.erp, name),
            _of(conflict.base_crm, name),
            _of(conflict.base_erp, name),
        )
        for name in _names(conflict)
    ]
    rows.append(("by", conflict.crm_actor, conflict.erp_actor, None, None))
    rows.append(("changed at", conflict.crm_at, conflict.erp_at, None, None))
    print_table(("field", "crm", "erp", "agreed crm", "agreed erp"), rows, empty="")
    if conflict.reopened_at is not None:
        say(
            f"Opened again by {conflict.reopened_by} at {conflict.reopened_at}; since then "
            f"CRM: {shown(conflict.now_crm)}, ERP: {shown(conflict.now_erp)}"
        )
    taken = f"; taken: {conflict.winner}" if conflict.winner else ""
    say(f"Policy: {conflict.policy}{taken}")
    say(f"Map: {conflict.map_id or 'unknown'}; stuck at: {conflict.side or 'neither alone'}")
    _show_seen(found)
    if conflict.resolved_by:
        say(f"Settled by {conflict.resolved_by} at {conflict.resolved_at}")
    if conflict.asked:
        say(f"{conflict.asked_by} asked for: {conflict.asked} {shown(conflict.asked_value)}")
    if conflict.state is ConflictState.OPEN:
        say(_what_now(found))
    for act in found.acts:
        why = f": {act.said['why']}" if act.said.get("why") else ""
        say(f"  {act.at} {act.by}: {act.what} {act.said.get('take') or ''}{why}")


def _show_seen(found: Dossier) -> None:
    """The rows that it is about: who changed each and when, and the event that told of it."""
    print_table(
        ("row", "as", "by", "changed at", "told at", "event"),
        [
            (
                row.row,
                row.member or "gone, or another one",
                row.actor,
                row.changed_at,
                learned,
                row.event,
            )
            for row, learned in found.seen
        ],
        empty=f"Events: {', '.join(found.conflict.events) or 'none'}",
    )


def show_resolved(resolved: Resolved) -> None:
    """What became of a resolution of several conflicts."""
    for conflict in resolved.done:
        say(f"{conflict.id}: {conflict.asked} is taken; the running service writes it at once.")
    for refused in resolved.refused:
        say(f"{refused.id}: {refused.code}: {refused.message} {refused.cure or ''}")
    if not resolved.done and not resolved.refused:
        say("There is none.")


def shown(values: Values) -> str:
    """A side's value, or its values by field."""
    if values is None:
        return ""
    if isinstance(values, dict):
        if len(values) == 1:
            return _text(next(iter(values.values())))
        return ", ".join(f"{name}: {_text(value)}" for name, value in values.items())
    return _text(values)


def _brief(values: Values) -> str:
    """What a side has in a line of a list: the first few fields that are not blank."""
    if not isinstance(values, dict) or len(values) <= _BRIEF:
        return shown(values)
    said = [f"{name}: {_text(value)}" for name, value in values.items() if _text(value)]
    more = len(said) - _BRIEF
    return ", ".join([*said[:_BRIEF], *([f"and {more} more"] if more > 0 else [])])


def _what_now(found: Dossier) -> str:
    conflict = found.conflict
    if found.choices:
        taken = "|".join(found.choices)
        return f"Resolve it: dualwrite conflicts resolve {conflict.id} --take {taken}"
    cure = CURES.get(conflict.kind, "Settle it in the CRM or the ERP.")
    return f"{cure} Retry it: dualwrite conflicts retry {conflict.id}"


def _names(conflict: Conflict) -> list[str]:
    names = dict.fromkeys((*conflict.found(Side.CRM), *conflict.found(Side.ERP)))
    return [*names] or [conflict.field or "record"]


def _of(values: Values, name: str) -> str:
    return _text(values.get(name)) if isinstance(values, dict) else shown(values)


def _text(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ";".join(str(part) for part in value)
    return "" if value is None else str(value)
