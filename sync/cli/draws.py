"""`dualwrite numbers shared`, `draw` and `leases`: sequences that the service keeps for both."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES
from sync.cli.output import page, print_json, print_table, say
from sync.core.row import Side
from sync.errors import InputUnusable

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.core.leases import Lease, SharedSequence

Name = Annotated[str, typer.Argument(metavar="SEQUENCE", help="Id of a shared sequence.")]


class DrawSide(StrEnum):
    """Where the numbers will be used."""

    CRM = "crm"
    ERP = "erp"


def add_to(numbers: typer.Typer) -> None:
    """Add the commands to the group."""
    for command in (shared, draw, leases):
        numbers.command(epilog=EXIT_CODES)(command)


def shared(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Every shared sequence: what is left of it, and until when at the rate of the last 30 days."""
    from sync.engine.draw_views import standing_view  # noqa: PLC0415

    async def action(opened: State) -> list[dict[str, Any]]:
        return [standing_view(one) for one in await opened.draws.standings(opened.store)]

    standings = with_state(settings, action)
    if as_json:
        print_json({"items": standings, "next": None})
        return
    print_table(
        ("sequence", "company", "format", "left", "crm", "erp", "per day", "used up"),
        [
            (
                *(one["id"], one["company"] or "all", one["format"], one["left"]),
                *(one["leased"]["crm"], one["leased"]["erp"], one["per_day"]),
                one["exhausted_at"] or "not in sight",
            )
            for one in standings
        ],
        empty="There is none: the setting shared_sequences names them.",
    )


def draw(
    sequence: Name,
    side: Annotated[DrawSide, typer.Option(help="Where the numbers will be used.")],
    count: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 1,
    key: Annotated[
        str | None,
        typer.Option(help="The request's key: repeated, it gives the same numbers."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Draw numbers; exit code 1 when there are not so many left."""
    from sync.engine.draw_views import draw_view  # noqa: PLC0415
    from sync.engine.draws import Asked  # noqa: PLC0415

    asked = Asked(side=Side(side.value), request=key or uuid.uuid4().hex, count=count)

    async def action(opened: State) -> dict[str, Any]:
        wanted = opened.draws.named(sequence)
        return draw_view(wanted, await opened.draws.draw(opened.store, wanted, asked))

    drawn = with_state(settings, action)
    if as_json:
        print_json(drawn)
        return
    for number in drawn["numbers"]:
        say(number)
    if drawn["skipped"]:
        typer.echo(f"Skipped, records have them: {', '.join(drawn['skipped'])}", err=True)
    typer.echo(f"Key: {drawn['request']}", err=True)


def leases(
    sequence: Name,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """The blocks of a shared sequence, and whose they are."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
        raise InputUnusable(
            "The cursor is not one that a page gave.", cure="Use `next` of the page before."
        )

    from sync.engine.draw_views import lease_view  # noqa: PLC0415

    async def action(opened: State) -> tuple[SharedSequence, list[Lease]]:
        wanted = opened.draws.named(sequence)
        after = (wanted.id, int(cursor or 0))
        async with opened.store.transaction() as tx:
            return wanted, await tx.leases(wanted.id, after=after, limit=limit + 1)

    wanted, found = with_state(settings, action)
    views = [lease_view(wanted, lease) for lease in found]
    shown = page(views, limit, [str(lease.position) for lease in found])
    if as_json:
        print_json(shown)
        return
    print_table(
        ("block", "side", "first", "last", "left", "since"),
        [
            (one["position"], one["side"], one["first"], one["last"], one["left"], one["at"])
            for one in shown["items"]
        ],
        empty="Nothing was drawn from it yet.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")
