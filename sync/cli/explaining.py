"""`dualwrite links explain`: where a field's value comes from, and what it beat; now or then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode
from sync.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.engine.field_explained import FieldExplained, SideValue
    from sync.engine.moment import Cause, Moment

_ID_SHOWN = 12


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("explain", epilog=EXIT_CODES)(explain)


def explain(
    record: Annotated[
        str,
        typer.Argument(metavar="RECORD", help="Its link's id, kind:key, or a number of its own."),
    ],
    field: Annotated[
        str, typer.Argument(metavar="FIELD", help="The field, or a column of either system.")
    ],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="As of when: ISO 8601, UTC unless it says otherwise."),
    ] = None,
    moments: Annotated[int, typer.Option(min=0, max=1000, help="Moments at most.")] = 20,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Where a field's value comes from; exit code 1 when there is no such record."""
    from sync.engine.explain_field import explain_field  # noqa: PLC0415
    from sync.engine.times import asked_for  # noqa: PLC0415

    moment = asked_for(at) if at is not None else None

    async def action(opened: State) -> Any:
        return await explain_field(
            opened.store, opened.kinds, record, field, at=moment, moments=moments
        )

    found = with_state(settings, action)
    if found is None:
        told = f"link_unknown: there is no record {record}. Find it: dualwrite links list -q TEXT."
        typer.echo(told, err=True)
        raise typer.Exit(ExitCode.FINDING)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: FieldExplained) -> None:
    say(f"{found.field} of {found.record}" + (f", as of {found.at}" if found.at else ""))
    say(f"{found.standing}: {found.why}")
    for side, value in found.sides.items():
        say()
        say(f"{side.upper()}: {_shown(value.value)}")
        for line in _how(value, found):
            say(f"  {line}")
    if found.map is not None:
        rule = found.rule
        way = f"; {rule.direction}, owner {rule.owner}: {rule.crm} / {rule.erp}" if rule else ""
        say(f"\nmap: {_map(found, found.map.digest)}{way}")
    if found.owner_rule is not None:
        say(f"owner: {found.owner_rule.owner}, {found.owner_rule.words}")
    for beaten in found.beaten:
        say(f"\nbeaten: {_shown(beaten.value)} of the {beaten.side.upper()}: {beaten.why}")
        say(f"  conflict {beaten.conflict}, {beaten.at}")
    say()
    print_table(
        ("when", "what", "crm", "erp", "why"),
        [
            (
                moment.at,
                f"{moment.what} {moment.side or ''}".strip(),
                *(_shown(moment.values[s]) if s in moment.values else None for s in _sides()),
                _why(moment),
            )
            for moment in found.moments
        ],
        empty="Nothing is known of it.",
    )


def _how(value: SideValue, found: FieldExplained) -> list[str]:
    how = value.how
    lines = []
    if how is None:
        lines.append("as it was read last; no event told of it")
    elif how.what == "written":
        instead = f" in place of {_shown(how.before)}" if how.before is not None else ""
        by = f" by {how.column}" if how.column else ""
        lines.append(f"written {how.at}{by}{instead}: {how.reason}")
        lines.append(f"through {_map(found, how.map_digest)}, plan {how.plan}")
    elif how.what in ("agreed", "created"):
        lines.append(f"{how.what} {how.at}: {how.reason}")
    if value.cause is not None:
        lines.append(_origin(value.cause))
    return lines


def _origin(cause: Cause) -> str:
    told = f"event {cause.event}" if cause.event else "read there before any event told of it"
    who = f" by {cause.actor}" if cause.actor else ""
    when = f" {cause.changed_at}" if cause.changed_at else ""
    return f"from the {cause.side.upper()}{who}{when}: {told}, {cause.row}"


def _map(found: FieldExplained, digest: str | None) -> str:
    used = found.maps.get(digest or "") or found.map
    if used is None or used.id is None:
        return f"a map version that was not kept (digest {digest})"
    return f"{used.id} {used.version} (digest {used.digest})"


def _why(moment: Moment) -> str:
    parts = [moment.reason]
    for cause in moment.causes.values():
        if moment.what == "seen":
            parts.append(f"event {(cause.event or '')[:_ID_SHOWN]}")
            parts.append(cause.actor or "")
    if moment.conflict is not None:
        parts.append(f"conflict {moment.conflict[:_ID_SHOWN]}")
    return ", ".join(part for part in parts if part)


def _sides() -> tuple[Any, ...]:
    from sync.core.row import Side  # noqa: PLC0415

    return (Side.CRM, Side.ERP)


def _shown(value: object) -> str:
    if value is None or value == "":
        return "(blank)"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
