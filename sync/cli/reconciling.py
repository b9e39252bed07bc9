"""`dualwrite reconcile`: the proof that both systems agree."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from sync.cli.common import AsJson, SettingsFile
from sync.cli.exits import EXIT_CODES, ExitCode
from sync.cli.output import print_json, print_table, say


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(reconcile)


def reconcile(
    repair: Annotated[
        bool, typer.Option("--repair", help="Feed what differs in as change events.")
    ] = False,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Read both systems afresh and report every mapped field that differs.

    The service may be running. Exit code 1: something differs that nobody has accepted; what is a
    conflict, waits, or is marked "not synchronised" is shown, and does not count.
    """
    from sync.bootstrap.reconciling import reconcile_systems  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    report = asyncio.run(reconcile_systems(load(settings), repair=repair))
    if as_json:
        print_json(
            {
                "equal": not report.open,
                "links": report.links,
                "fields": report.fields,
                "rows": report.rows,
                "repaired": report.repaired,
                "divergences": report.divergences,
            }
        )
    else:
        print_table(
            ("link", "field", "crm", "erp", "why", "accepted"),
            [(d.link, d.field, d.crm, d.erp, d.why, d.accepted) for d in report.divergences],
        )
        say(
            f"{report.fields} fields of {report.links} links compared: {len(report.open)} differ, "
            f"{len(report.divergences) - len(report.open)} are accepted."
        )
        if repair:
            say(f"{report.repaired} change events were fed in.")
    if report.open:
        raise typer.Exit(ExitCode.FINDING)
