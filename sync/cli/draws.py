"""`dualwrite numbers shared`, `draw`, `draws`, `lease`, `leases`: the service's sequences."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sync.cli.common import AsJson, Cursor, Limit, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES
from sync.cli.output import page, print_json, print_table, say
from sync.core.drawn import Use
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
    for command in (shared, draw, draws, lease, leases):
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
    from sync.engine.drawing import Asked  # noqa: PLC0415

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


def draws(
    sequence: Name,
    use: Annotated[Use | None, typer.Option(help="Only those of which that became.")] = None,
    older_than: Annotated[
        int | None,
        typer.Option(min=0, max=36_500, metavar="DAYS", help="Only those drawn so long ago."),
    ] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """The numbers that were drawn, and what became of each."""
    from sync.engine.draw_views import drawn_view  # noqa: PLC0415
    from sync.engine.drawn_numbers import Wanted, drawn_numbers  # noqa: PLC0415

    async def action(opened: State) -> tuple[list[dict[str, Any]], str | None]:
        wanted = Wanted.of(use, older_than, opened.clock.now())
        named = opened.draws.named(sequence)
        found, following = await drawn_numbers(
            opened.store, named, wanted, after=cursor, limit=limit
        )
        return [drawn_view(one) for one in found], following

    items, following = with_state(settings, action)
    if as_json:
        print_json({"items": items, "next": following})
        return
    print_table(
        ("number", "side", "drawn", "use", "link", "request"),
        [
            (one["number"], one["side"], one["at"], one["use"], one["link_id"], one["request"])
            for one in items
        ],
        empty="No such number was drawn.",
    )
    if following:
        say(f"More: --cursor {following}")


def lease(
    sequence: Name,
    side: Annotated[DrawSide, typer.Option(help="Which side gives the numbers itself.")],
    size: Annotated[int, typer.Option(min=1, max=100_000, help="How many, in a row.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who asks for them.")],
    key: Annotated[
        str | None,
        typer.Option(help="The request's key: repeated, it gives the same block."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Hand a whole block over to a side; exit code 1 when not so many are left in a row.

    Set a number sequence of the system to it, or number an import with it: the service never
    draws from it.
    """
    from sync.core.blocks import BlockAsked  # noqa: PLC0415
    from sync.engine.draw_views import lease_view  # noqa: PLC0415
    from sync.engine.handing_over import hand_over  # noqa: PLC0415

    request = key or uuid.uuid4().hex
    asked = BlockAsked(side=Side(side.value), request=request, size=size, by=by)

    async def action(opened: State) -> dict[str, Any]:
        wanted = opened.draws.named(sequence)
        return lease_view(wanted, await hand_over(opened.store, wanted, asked, opened.clock))

    block = with_state(settings, action)
    if as_json:
        print_json(block)
        return
    say(f"{block['first']} to {block['last']}")
    typer.echo(f"Key: {request}", err=True)


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
        ("block", "side", "first", "last", "left", "handed over to", "since"),
        [
            (
                *(one["position"], one["side"], one["first"], one["last"], one["left"]),
                *(one["by"] or "", one["at"]),
            )
            for one in shown["items"]
        ],
        empty="Nothing was drawn from it yet.",
    )
    if shown["next"]:
        say(f"More: --cursor {shown['next']}")
