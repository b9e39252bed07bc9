"""`dualwrite bench`: what the service does in a second, within one run on this machine."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer

from sync.cli.common import AsJson
from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json, print_table, say

Core = Annotated[int, typer.Option(min=0, help="Changes for the mapping core alone.")]
Memory = Annotated[int, typer.Option(min=0, help="Changes through the systems in memory.")]
Live = Annotated[int, typer.Option(min=0, help="Changes over HTTP, of as many records.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(bench)


def bench(
    core: Core = 20_000, memory: Memory = 10_000, live: Live = 2_000, as_json: AsJson = False
) -> None:
    """Measure the mapping core, the line in memory, and the service over HTTP; 0 leaves one out.

    Machines are noisy: compare figures of one run with each other, not with those of another.
    """
    results: dict[str, Any] = {}
    if core:
        from sync.cli.bench_core import measure_core  # noqa: PLC0415

        results["core"] = measure_core(core)
    if memory:
        from sync.cli.bench_memory import measure_memory  # noqa: PLC0415

        results["memory"] = asyncio.run(measure_memory(memory))
    if live:
        from sync.cli.bench_live import measure_live  # noqa: PLC0415

        results["live"] = measure_live(live)
    if "core" in results:
        reference = results["core"]["events_per_second"]
        for result in results.values():
            result["of_core"] = round(result["events_per_second"] / reference, 4)
    if as_json:
        print_json(results)
        return
    print_table(
        ("what", "changes", "per second", "of the core", "requests per change"),
        [
            (
                _NAMES[name],
                result["events"],
                result["events_per_second"],
                result.get("of_core"),
                result.get("requests_per_change"),
            )
            for name, result in results.items()
        ],
    )
    if "core" in results:
        say(f"The core alone runs at {results['core']['of_floor']:.0%} of a mapping by hand.")
    if "live" in results:
        counted = results["live"]["requests"]
        say(f"Requests of the service: {counted['crm']} to the CRM, {counted['erp']} to the ERP.")


_NAMES = {
    "core": "mapping core alone",
    "memory": "whole line, systems in memory, state in SQLite",
    "live": "service and systems over HTTP",
}
