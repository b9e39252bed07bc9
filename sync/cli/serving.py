"""`dualwrite serve` and `dualwrite migrate`."""

from __future__ import annotations

import asyncio
import json

import typer

from sync.cli.common import AsJson, SettingsFile
from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json, say


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=EXIT_CODES)(serve)
    app.command(epilog=EXIT_CODES)(migrate)


def serve(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Run the service: capture, decide, write, and the API. SIGTERM drains and stops it.

    Refuses to start on a schema that is not current. Nothing is written before a map is started.
    """
    from sync import bootstrap  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    def listening(url: str) -> None:
        if as_json:
            say(json.dumps({"api": {"url": url}}))
        else:
            say(f"The API answers at {url}.")

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(bootstrap.serve(load(settings), listening=listening))


def migrate(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Bring the database's schema up to what this version needs; may be run at any time."""
    from sync.bootstrap import migrate_database  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    before, after = asyncio.run(migrate_database(load(settings)))
    if as_json:
        print_json({"before": before, "after": after, "changed": before != after})
    elif before == after:
        say(f"The schema is current: revision {after}.")
    else:
        say(f"The schema went from {before or 'nothing'} to revision {after}.")


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed; it is not for every platform."""
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.Loop
