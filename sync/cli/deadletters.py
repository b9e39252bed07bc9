"""`dualwrite deadletters`: what cannot go on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import page, print_json, print_table, say

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.ports import DeadLetter

deadletters = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
LetterId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(
        deadletters, name="deadletters", help="Dead letters: list, show, redrive, discard."
    )


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
    letter: LetterId,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """One dead letter whole; exit code 1 when there is none of that id."""
    from sync.engine.redrive import find_dead_letter  # noqa: PLC0415

    async def action(opened: State) -> DeadLetter | None:
        return await find_dead_letter(opened.store, letter)

    found = _found(with_state(settings, action), letter)
    if as_json:
        print_json(found)
        return
    say(f"{found.code} ({found.state}, {found.at}): {found.message}")
    if found.cure:
        say(f"  {found.cure}")
    print_json(found.payload)


@deadletters.command(epilog=EXIT_CODES)
def redrive(letter: LetterId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Try a dead letter again once its cause is cured; exit code 1 when there is none."""
    from sync.engine import redrive as use_case  # noqa: PLC0415

    async def action(opened: State) -> DeadLetter | None:
        found = await use_case.find_dead_letter(opened.store, letter)
        return found and await use_case.redrive(opened.store, found, opened.clock)

    _told(_found(with_state(settings, action), letter), as_json)


@deadletters.command(epilog=EXIT_CODES)
def discard(letter: LetterId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Set a dead letter aside for good; it stays on record. Exit code 1 when there is none."""
    from sync.engine import redrive as use_case  # noqa: PLC0415

    async def action(opened: State) -> DeadLetter | None:
        found = await use_case.find_dead_letter(opened.store, letter)
        return found and await use_case.discard(opened.store, found)

    _told(_found(with_state(settings, action), letter), as_json)


def _found(letter: DeadLetter | None, wanted: str) -> DeadLetter:
    if letter is None:
        typer.echo(f"dead_letter_unknown: there is no dead letter {wanted}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    return letter


def _told(letter: DeadLetter, as_json: bool) -> None:
    if as_json:
        print_json(letter)
    else:
        say(f"{letter.id} is {letter.state}.")
