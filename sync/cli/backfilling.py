"""`dualwrite backfill`: ask the running service to read tables whole, and see how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES
from sync.cli.output import page, print_json, print_table, say
from sync.core.row import Side

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.ports import Job


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(backfill)


def backfill(
    maps: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MAP]…", help="The maps whose tables are read; none: list."),
    ] = None,
    side: Annotated[Side | None, typer.Option(help="Read this system only.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Ask the running service to read the tables of maps whole; without a map, list backfills.

    What was not known is taken in as change events, and a map that runs decides on it. One at a
    time; when the service is stopped meanwhile, it goes on where it was.
    """
    if maps:
        job = with_state(settings, lambda opened: _ask(opened, maps, side))
        if as_json:
            print_json(job)
        else:
            say(f"Backfill {job.id} is asked for: {job.tables} tables. The service does it.")
        return
    found = with_state(settings, lambda opened: _listed(opened, limit, cursor))
    shown = page(found, limit, [job.id for job in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("id", "state", "maps", "side", "tables", "events", "reason"),
        [_line(job) for job in shown["items"]],
        empty="No backfill was asked for.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")


async def _ask(opened: State, maps: list[str], side: Side | None) -> Job:
    from sync.engine.asking import ask_backfill  # noqa: PLC0415

    return await ask_backfill(opened.store, opened.kinds, maps, side, opened.clock)


async def _listed(opened: State, limit: int, cursor: str | None) -> list[Job]:
    from sync.ports import JobKind  # noqa: PLC0415

    async with opened.store.transaction() as tx:
        return await tx.jobs(kind=JobKind.BACKFILL, after=cursor, limit=limit + 1)


def _line(job: Job) -> tuple[Any, ...]:
    return (
        job.id,
        job.state,
        ", ".join(job.maps),
        job.side or "both",
        f"{len(job.read)} of {job.tables}",
        job.events,
        job.message,
    )
