"""`dualwrite conflicts`: what a person has to decide, and what was decided."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, Group
from sync.cli.output import page, print_json, print_table, say
from sync.core.conflict import ConflictState

if TYPE_CHECKING:
    from sync.bootstrap import State

conflicts = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)


class Asked(StrEnum):
    """Which conflicts are asked for."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(conflicts, name="conflicts", help="Conflicts: list.")


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
