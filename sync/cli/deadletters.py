"""`dualwrite deadletters`: what cannot go on by itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.letter_display import show_letter, show_letters, show_outlooks
from sync.cli.output import page, print_json, say

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.engine.redrive import Chosen
    from sync.ports import DeadLetter, LetterFilter

deadletters = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
LetterId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…")]
Code = Annotated[str | None, typer.Option(help="Only of this error code.")]
Kind = Annotated[str | None, typer.Option(help="Only of this kind of record, e.g. account.")]
Since = Annotated[str | None, typer.Option(help="Only died since (ISO 8601, UTC).")]
By = Annotated[str, typer.Option("--by", help="Who asks, for the record.")]
Why = Annotated[str | None, typer.Option("--why", help="The reason, for the record.")]


class Asked(StrEnum):
    """Which dead letters are asked for."""

    OPEN = "open"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(
        deadletters,
        name="deadletters",
        help="Dead letters: list, show, edit, dry-run, redrive, discard.",
    )


@deadletters.command("list", epilog=EXIT_CODES)
def list_letters(
    state: Annotated[Asked, typer.Option(help="In which state.")] = Asked.OPEN,
    everything: Annotated[bool, typer.Option("--all", help="The same as --state all.")] = False,
    code: Code = None,
    kind: Kind = None,
    since: Since = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Dead letters that pass the filter, each with what to do about it."""
    wanted = None if everything or state is Asked.ALL else state.value
    passing = _filter(wanted, code, kind, since)

    async def action(opened: State) -> Any:
        async with opened.store.transaction() as tx:
            return await tx.find_letters(passing, after=cursor, limit=limit + 1)

    found = with_state(settings, action)
    shown = page(found, limit, [letter.id for letter in found])
    if as_json:
        print_json(shown)
        return
    show_letters(shown["items"])
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


@deadletters.command(epilog=EXIT_CODES)
def show(letter: LetterId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """One dead letter whole; exit code 1 when there is none of that id."""
    from sync.engine.redrive import find_dead_letter  # noqa: PLC0415

    async def action(opened: State) -> DeadLetter | None:
        return await find_dead_letter(opened.store, letter)

    found = _found(with_state(settings, action), letter)
    if as_json:
        print_json(found)
    else:
        show_letter(found)


@deadletters.command(epilog=EXIT_CODES)
def edit(
    letter: LetterId,
    file: Annotated[Path, typer.Argument(help="The corrected change event, as JSON.")],
    by: By = "an admin",
    why: Why = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Correct a record that could not be read; what it was stays beside it."""
    from sync.core import exact_json  # noqa: PLC0415
    from sync.engine.redrive import edit as edit_it  # noqa: PLC0415
    from sync.errors import InputUnusable  # noqa: PLC0415

    try:
        event = exact_json.decode(file.read_bytes())
    except (OSError, ValueError) as error:
        raise InputUnusable(f"{file} cannot be read: {error}.", cure="Name a JSON file.") from error

    async def action(opened: State) -> DeadLetter:
        await _known(opened, [letter])
        who = (by, why)
        return await edit_it(opened.store, opened.kinds, letter, event, *who, opened.clock)

    _told([with_state(settings, action)], as_json)


@deadletters.command("dry-run", epilog=EXIT_CODES)
def dry_run(letter: LetterId, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """What a redrive would decide and write now; both systems are read, nothing is changed."""
    import asyncio  # noqa: PLC0415

    from sync.bootstrap.trying import try_dead_letter  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    outlooks = asyncio.run(try_dead_letter(load(settings), letter))
    if as_json:
        print_json({"items": outlooks})
    else:
        show_outlooks(outlooks)


@deadletters.command(epilog=EXIT_CODES)
def redrive(
    ids: Ids = None,
    code: Code = None,
    kind: Kind = None,
    since: Since = None,
    by: By = "an admin",
    why: Why = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Try dead letters again, by ids or all open ones that pass a filter, in one transaction.

    Exit code 1 when there is none of an id.
    """
    from sync.engine import redrive as use_case  # noqa: PLC0415

    chosen = _chosen(ids, code, kind, since)

    async def action(opened: State) -> list[DeadLetter]:
        await _known(opened, ids)
        who = (by, why)
        return await use_case.redrive(opened.store, opened.kinds, chosen, *who, opened.clock)

    _told(with_state(settings, action), as_json)


@deadletters.command(epilog=EXIT_CODES)
def discard(
    why: Annotated[str, typer.Option("--why", help="The reason; it stays on record.")],
    by: Annotated[str, typer.Option("--by", help="Who decides that; it stays on record.")],
    ids: Ids = None,
    code: Code = None,
    kind: Kind = None,
    since: Since = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Set dead letters aside for good, by ids or all open ones that pass a filter.

    Exit code 1 when there is none of an id.
    """
    from sync.engine import redrive as use_case  # noqa: PLC0415

    chosen = _chosen(ids, code, kind, since)

    async def action(opened: State) -> list[DeadLetter]:
        await _known(opened, ids)
        return await use_case.discard(opened.store, chosen, by, why, opened.clock)

    _told(with_state(settings, action), as_json)


def _filter(
    state: str | None, code: str | None, kind: str | None, since: str | None
) -> LetterFilter:
    from sync.engine.times import asked_since  # noqa: PLC0415
    from sync.ports import LetterFilter  # noqa: PLC0415

    return LetterFilter(state, code, kind, asked_since(since))


def _chosen(ids: list[str] | None, code: str | None, kind: str | None, since: str | None) -> Chosen:
    if bool(ids) == any((code, kind, since)):
        typer.echo("usage: name dead letters either by ids or by a filter.", err=True)
        raise typer.Exit(ExitCode.UNUSABLE)
    return ids or _filter("open", code, kind, since)


async def _known(opened: State, ids: list[str] | None) -> None:
    """End with exit code 1 when there is no dead letter of one of the ids."""
    from sync.engine.redrive import find_dead_letter  # noqa: PLC0415

    for wanted in ids or ():
        _found(await find_dead_letter(opened.store, wanted), wanted)


def _found(letter: DeadLetter | None, wanted: str) -> DeadLetter:
    if letter is None:
        typer.echo(f"dead_letter_unknown: there is no dead letter {wanted}.", err=True)
        raise typer.Exit(ExitCode.FINDING)
    return letter


def _told(letters: list[DeadLetter], as_json: bool) -> None:
    if as_json:
        print_json({"items": letters})
        return
    for letter in letters:
        say(f"{letter.id} is {letter.history[-1].what}.")
    if not letters:
        say("No dead letter passes the filter.")
