"""`dualwrite numbers`: number sequences, the proof that they never meet, what people accepted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli import draws
from sync.cli.common import AsJson, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES, ExitCode, Group
from sync.cli.output import print_json, print_table, say

if TYPE_CHECKING:
    from sync.bootstrap import State
    from sync.core.sequences import Sequence
    from sync.engine.held_maps import JudgedOverlap

numbers = typer.Typer(cls=Group, no_args_is_help=True, epilog=EXIT_CODES)
OverlapId = Annotated[str, typer.Argument(metavar="OVERLAP", help="Id of an overlap.")]
By = Annotated[str, typer.Option(metavar="WHO", help="Who decides it.")]


def register(app: typer.Typer) -> None:
    """Add the group."""
    draws.add_to(numbers)
    app.add_typer(numbers, name="numbers", help="Number sequences: list, check, accept, draw.")


@numbers.command("list", epilog=EXIT_CODES)
def list_sequences(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Every number sequence that the last check met, and who of them can meet."""
    from sync.engine.held_maps import judged  # noqa: PLC0415
    from sync.engine.number_views import sequence_view  # noqa: PLC0415

    async def action(opened: State) -> tuple[tuple[Sequence, ...], list[JudgedOverlap]]:
        async with opened.store.transaction() as tx:
            report = await tx.number_report()
            return (report.sequences if report else ()), await judged(opened.kinds, tx)

    sequences, overlaps = with_state(settings, action)
    if as_json:
        shown = [sequence_view(one, overlaps) for one in sequences]
        print_json({"items": shown, "next": None})
        return
    print_table(
        ("sequence", "company", "numbers", "format", "next", "left", "days", "drawn by", "told by"),
        [
            (
                *(s.id, s.company or "all", "+".join(s.kinds), s.format.text),
                *(s.next_number or s.next, s.left, days_left(s.days_left), s.drawn_by, s.told),
            )
            for s in sequences
        ],
        empty="No check has run yet: `dualwrite numbers check` reads both systems.",
    )
    _say_overlaps(overlaps)


@numbers.command(epilog=EXIT_CODES)
def check(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Read the sequences of both systems and prove that they never give a number twice.

    The service may be running. Maps that an overlap concerns stop, those that none concerns any
    more go on. Exit code 1: sequences overlap with each other or with numbers of records and
    nobody has accepted it, or some are not known.
    """
    from sync.bootstrap.checking_numbers import check_numbers  # noqa: PLC0415
    from sync.engine.number_views import check_view  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    report, overlaps = asyncio.run(check_numbers(load(settings)))
    if as_json:
        print_json(check_view(report, overlaps))
    else:
        for name, why in report.untold.items():
            say(f"Not known: {name}: {why}")
        if report.untold:
            say("  Let the service read them, or say them in the setting sequences.")
        print_table(
            ("sequence", "would give", "after draws", "of link"),
            [(a.sequence, a.number, a.draws, a.link_id) for a in report.ahead],
        )
        _say_overlaps(overlaps)
        many = f"{len(overlaps)} overlaps" if overlaps else "nothing overlaps"
        say(f"{len(report.sequences)} sequences, {report.records} records: {many}.")
    if report.untold or any(one.acceptance is None for one in overlaps):
        raise typer.Exit(ExitCode.FINDING)


@numbers.command(epilog=EXIT_CODES)
def accept(
    overlap: OverlapId,
    by: By,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why it does no harm.")],
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Accept an overlap in writing: the maps that it stopped go on."""
    from sync.engine import held_maps  # noqa: PLC0415

    async def action(opened: State) -> JudgedOverlap:
        store, kinds, clock = opened.store, opened.kinds, opened.clock
        return await held_maps.accept(store, kinds, overlap, by=by, reason=reason, clock=clock)

    _told(with_state(settings, action), as_json)


@numbers.command(epilog=EXIT_CODES)
def withdraw(
    overlap: OverlapId, by: By, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Withdraw an acceptance: the maps that the overlap concerns stop again."""
    from sync.engine import held_maps  # noqa: PLC0415

    async def action(opened: State) -> JudgedOverlap:
        store, kinds, clock = opened.store, opened.kinds, opened.clock
        return await held_maps.withdraw(store, kinds, overlap, by=by, clock=clock)

    _told(with_state(settings, action), as_json)


def _told(one: JudgedOverlap, as_json: bool) -> None:
    from sync.engine.number_views import overlap_view  # noqa: PLC0415

    if as_json:
        print_json(overlap_view(one))
    else:
        _say_overlaps([one])


def _say_overlaps(overlaps: Iterable[JudgedOverlap]) -> None:
    for one in overlaps:
        overlap, said = one.overlap, one.acceptance
        say(f"{overlap.id}: {overlap}.")
        if said is None:
            say(f"  It stops {', '.join(one.maps)}.")
        else:
            say(f"  Accepted by {said.by} on {said.at}: {said.reason}")


def days_left(days: float | None) -> str:
    """How long a sequence lasts, for people."""
    return "" if days is None else f"{days:,.0f}"
