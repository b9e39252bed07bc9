"""`dualwrite conflicts`: what a person has to decide, what was decided, and deciding it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer

from sync.cli import rules
from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.conflict_display import show_conflict, show_conflicts, show_resolved
from sync.cli.conflict_options import (
    Actor,
    By,
    Field,
    Kind,
    OfLink,
    OfMap,
    Record,
    Since,
    StuckAt,
    Why,
    Winner,
    wanted,
)
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import page, print_json, say
from sync.core.conflict import UNDO, Conflict, ConflictState, Take

if TYPE_CHECKING:
    from sync.bootstrap import State


Known = TypeVar("Known")
ConflictId = Annotated[str, typer.Argument(metavar="ID", help="The conflict's id.")]

conflicts = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
rules.register(conflicts)


class Asked(StrEnum):
    """Which conflicts are asked for."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(
        conflicts, name="conflicts", help="Conflicts: list, show, resolve, reopen, retry, undo."
    )


@conflicts.callback()
def group() -> None:
    """Where two people disagreed, or a system refused."""


@conflicts.command("list", epilog=EXIT_CODES)
def list_conflicts(
    state: Annotated[Asked, typer.Option(help="Which ones.")] = Asked.OPEN,
    kind: Kind = None,
    record: Record = None,
    field: Field = None,
    winner: Winner = None,
    actor: Actor = None,
    since: Since = None,
    side: StuckAt = None,
    link: OfLink = None,
    map_id: OfMap = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Conflicts that pass the filter, side by side: both values and what was last agreed."""
    of_state = None if state is Asked.ALL else ConflictState(state.value)
    passing = wanted(of_state, kind, record, field, winner, actor, since, side, link, map_id)

    async def action(opened: State) -> Any:
        async with opened.store.transaction() as tx:
            return await tx.find_conflicts(passing, after=cursor, limit=limit + 1)

    found = with_state(settings, action)
    shown = page(found, limit, [conflict.id for conflict in found])
    if as_json:
        print_json(shown)
        return
    show_conflicts(shown["items"])
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@conflicts.command(epilog=EXIT_CODES)
def show(conflict: ConflictId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """One conflict side by side, with all that persons did; exit code 1 when there is none."""
    from sync.engine.dossier import Dossier, dossier_of  # noqa: PLC0415

    async def action(opened: State) -> Dossier | None:
        return await dossier_of(opened.store, opened.kinds, conflict)

    found = _found(with_state(settings, action), conflict)
    if as_json:
        seen = [{**msgspec.structs.asdict(row), "seen_at": at} for row, at in found.seen]
        told = msgspec.structs.asdict(found.conflict)
        print_json({**told, "seen": seen, "choices": found.choices, "acts": found.acts})
    else:
        show_conflict(found)


@conflicts.command(epilog=EXIT_CODES)
def resolve(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]…")] = None,
    take: Annotated[
        Take, typer.Option(help="The side to take; `value` with --value; `leave` each its own.")
    ] = ...,  # type: ignore[assignment]
    value: Annotated[
        str | None, typer.Option(help="The value; for a group of fields a JSON object.")
    ] = None,
    as_rule: Annotated[
        bool, typer.Option("--as-rule", help="That side owns the field from now on.")
    ] = False,
    kind: Kind = None,
    record: Record = None,
    field: Field = None,
    winner: Winner = None,
    actor: Actor = None,
    since: Since = None,
    side: StuckAt = None,
    link: OfLink = None,
    map_id: OfMap = None,
    by: By = "an admin",
    why: Why = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Decide open conflicts, by ids or all that pass a filter; exit code 1 when one is refused."""
    from sync.cli.conflict_options import parsed  # noqa: PLC0415
    from sync.engine.resolving import Resolution, Resolved  # noqa: PLC0415
    from sync.engine.resolving import resolve as resolve_them  # noqa: PLC0415
    from sync.paging import found_conflicts  # noqa: PLC0415

    filters = (kind, record, field, winner, actor, since, side, link, map_id)
    passing = wanted(ConflictState.OPEN, *filters)
    resolution = Resolution(take, by, parsed(value), why, as_rule)
    chosen = list(ids or [])
    if bool(chosen) == any(filters):
        typer.echo("usage: name conflicts either by ids or by a filter.", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)

    async def action(opened: State) -> Resolved:
        if not chosen:
            async with opened.store.transaction() as tx:
                chosen.extend(found.id for found in await found_conflicts(tx, passing))
        return await resolve_them(opened.store, opened.kinds, chosen, resolution, opened.clock)

    resolved = with_state(settings, action)
    if as_json:
        print_json(resolved)
    else:
        show_resolved(resolved)
    if resolved.refused:
        raise typer.Exit(ExitCode.FINDING)


@conflicts.command(epilog=EXIT_CODES)
def reopen(
    conflict: ConflictId,
    by: By = "an admin",
    why: Why = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Open a settled conflict again: nothing is written until it is resolved anew."""
    from sync.engine.held_orders import find_conflict  # noqa: PLC0415
    from sync.engine.reopening import reopen as reopen_it  # noqa: PLC0415

    async def action(opened: State) -> Conflict | None:
        if await find_conflict(opened.store, conflict) is None:
            return None
        return await reopen_it(opened.store, opened.kinds, conflict, by, why, opened.clock)

    opened = _found(with_state(settings, action), conflict)
    if as_json:
        print_json(opened)
    else:
        say(f"{opened.id} is open again. {opened.message}")


@conflicts.command(epilog=EXIT_CODES)
def retry(
    conflict: ConflictId,
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Try again what is in conflict once its cause is cured; a held order as a whole."""
    from sync.engine.held_orders import find_conflict  # noqa: PLC0415
    from sync.engine.reopening import retry as retry_it  # noqa: PLC0415

    async def action(opened: State) -> Conflict | None:
        if await find_conflict(opened.store, conflict) is None:
            return None
        return await retry_it(opened.store, conflict, by, opened.clock)

    again = _found(with_state(settings, action), conflict)
    if as_json:
        print_json(again)
    else:
        say(f"{again.id}: the running service looks at it at once.")


@conflicts.command(epilog=EXIT_CODES)
def undo(
    conflict: ConflictId,
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a held order back in the CRM: the order is cancelled, its quote revised."""
    from sync.engine import held_orders  # noqa: PLC0415

    async def action(opened: State) -> Conflict | None:
        return await held_orders.ask(opened.store, conflict, UNDO, by, opened.clock)

    asked = _found(with_state(settings, action), conflict)
    if as_json:
        print_json(asked)
    else:
        say(f"{asked.id}: {asked.asked} is asked for; the running service does it at once.")


def _found(known: Known | None, wanted_id: str) -> Known:
    if known is None:
        typer.echo(f"conflict_unknown: there is no conflict {wanted_id}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    return known
