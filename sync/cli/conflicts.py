"""`dualwrite conflicts`: what a person has to decide, and what was decided."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import page, print_json, print_table, say
from sync.core.conflict import RETRY, UNDO, Conflict, ConflictState

if TYPE_CHECKING:
    from sync.bootstrap import State

ConflictId = Annotated[str, typer.Argument(metavar="ID", help="The conflict's id.")]
By = Annotated[str, typer.Option("--by", help="Who asks, for the record.")]

conflicts = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)


class Asked(StrEnum):
    """Which conflicts are asked for."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(conflicts, name="conflicts", help="Conflicts: list, show, retry, undo.")


@conflicts.callback()
def group() -> None:
    """Where two people disagreed, or a system refused."""


@conflicts.command("list", epilog=EXIT_CODES)
def list_conflicts(
    state: Annotated[Asked, typer.Option(help="Which ones.")] = Asked.OPEN,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Conflicts, with both values."""
    wanted = None if state is Asked.ALL else ConflictState(state.value)

    async def action(opened: State) -> Any:
        async with opened.store.transaction() as tx:
            return await tx.conflicts(state=wanted, after=cursor, limit=limit + 1)

    found = with_state(settings, action)
    shown = page(found, limit, [conflict.id for conflict in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("id", "kind", "field", "crm", "erp", "state", "message"),
        [(c.id, c.kind, c.field, c.crm, c.erp, c.state, c.message) for c in shown["items"]],
        empty="There is none.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@conflicts.command(epilog=EXIT_CODES)
def show(conflict: ConflictId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """One conflict whole; exit code 1 when there is none of that id."""
    from sync.engine.held_orders import find_conflict  # noqa: PLC0415

    async def action(opened: State) -> Conflict | None:
        return await find_conflict(opened.store, conflict)

    found = _found(with_state(settings, action), conflict)
    if as_json:
        print_json(found)
        return
    say(f"{found.kind} ({found.state}, {found.at}): {found.message}")
    if found.asked:
        say(f"  {found.asked_by} asked for: {found.asked}")
    print_json({"crm": found.crm, "erp": found.erp, "policy": found.policy})


@conflicts.command(epilog=EXIT_CODES)
def retry(
    conflict: ConflictId,
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Try a held order again once its cause is cured; exit code 1 when there is none."""
    _ask(conflict, RETRY, by, settings, as_json)


@conflicts.command(epilog=EXIT_CODES)
def undo(
    conflict: ConflictId,
    by: By = "an admin",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a held order back in the CRM: the order is cancelled, its quote revised."""
    _ask(conflict, UNDO, by, settings, as_json)


def _ask(conflict: str, what: str, by: str, settings: SettingsFile, as_json: bool) -> None:
    from sync.engine import held_orders  # noqa: PLC0415

    async def action(opened: State) -> Conflict | None:
        return await held_orders.ask(opened.store, conflict, what, by, opened.clock)

    asked = _found(with_state(settings, action), conflict)
    if as_json:
        print_json(asked)
    else:
        say(f"{asked.id}: {asked.asked} is asked for; the running service does it at once.")


def _found(conflict: Conflict | None, wanted: str) -> Conflict:
    if conflict is None:
        typer.echo(f"conflict_unknown: there is no conflict {wanted}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    return conflict
