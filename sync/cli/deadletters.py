"""`dualwrite deadletters`: what cannot go on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import page, print_json, print_table, say

if TYPE_CHECKING:
    from sync.bootstrap import State

deadletters = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
_PAGE = 1000


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(deadletters, name="deadletters", help="Dead letters: list, show.")


@deadletters.command("list", epilog=EXIT_CODES)
def list_letters(
    everything: Annotated[
        bool, typer.Option("--all", help="Redriven and discarded ones too.")
    ] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Dead letters, each with what to do about it."""
    state = None if everything else "open"

    async def action(opened: State) -> Any:
        async with opened.store.transaction() as tx:
            return await tx.dead_letters(state=state, after=cursor, limit=limit + 1)

    found = with_state(settings, action)
    shown = page(found, limit, [letter.id for letter in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("id", "code", "state", "at", "message", "cure"),
        [(d.id, d.code, d.state, d.at, d.message, d.cure) for d in shown["items"]],
        empty="There is none.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@deadletters.command(epilog=EXIT_CODES)
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="Its id.")],
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """One dead letter whole; exit code 1 when there is none of that id."""

    async def action(opened: State) -> Any:
        async with opened.store.transaction() as tx:
            after: str | None = None
            while True:
                found = await tx.dead_letters(state=None, after=after, limit=_PAGE)
                for one in found:
                    if one.id == letter:
                        return one
                if len(found) < _PAGE:
                    return None
                after = found[-1].id

    found = with_state(settings, action)
    if found is None:
        typer.echo(f"dead_letter_unknown: there is no dead letter {letter}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    if as_json:
        print_json(found)
        return
    say(f"{found.code} ({found.state}, {found.at}): {found.message}")
    if found.cure:
        say(f"  {found.cure}")
    print_json(found.payload)
