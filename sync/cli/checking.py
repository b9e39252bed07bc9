"""`dualwrite check`: proves settings, maps, state, log and both systems before anything moves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import typer

from sync.cli.common import AsJson, SettingsFile
from sync.cli.exits import EXIT_CODES, ExitCode, exit_code
from sync.cli.output import print_json, print_table


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(check)


def check(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Check settings, maps, database, log, and the identity and tables of both systems.

    Changes nothing. Exit code: of the first thing that is wrong.
    """
    findings = asyncio.run(_findings(settings))
    if as_json:
        print_json({"ok": all(f["ok"] for f in findings), "checks": findings})
    else:
        print_table(
            ("what", "", "detail", "cure"),
            [(f["what"], "ok" if f["ok"] else f["code"], f["detail"], f["cure"]) for f in findings],
        )
    wrong = [ExitCode(f["exit"]) for f in findings if not f["ok"]]
    if wrong:
        raise typer.Exit(wrong[0])


async def _findings(file: Path | None) -> list[dict[str, Any]]:
    from sync.bootstrap.checking import checks  # noqa: PLC0415

    findings = []
    async for what, detail, error in checks(file):
        findings.append(
            {
                "what": what,
                "ok": error is None,
                "detail": detail if error is None else error.message,
                "code": error.code if error is not None else None,
                "cure": error.cure if error is not None else None,
                "exit": exit_code(error) if error is not None else ExitCode.OK,
            }
        )
    return findings
