"""`dualwrite status`: how everything stands, in numbers, and what both systems have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from msgspec.structs import asdict

from sync.cli.common import AsJson, SettingsFile, with_state
from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json, print_table, say
from sync.core.row import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.bootstrap import State
    from sync.engine.business import Companies
    from sync.engine.overview import Overview
    from sync.ports import Balance


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(status)


def status(settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Maps, links, conflicts and backlog in numbers, and the business view of both systems."""
    from sync.engine.business import count  # noqa: PLC0415
    from sync.engine.overview import overview  # noqa: PLC0415

    async def action(state: State) -> Any:
        found = await overview(state.store, state.kinds, state.clock)
        return found, await count(state.store, state.kinds)

    found, companies = with_state(settings, action)
    if as_json:
        print_json(
            {
                "maps": found.maps,
                "links": found.links,
                "conflicts": found.conflicts,
                "dead_letters": found.dead_letters,
                "backlog": found.pending_events,
                "balance": {**asdict(found.balance), "missing": found.balance.missing},
                "business": {"companies": companies},
            }
        )
        return
    _print(found)
    say()
    print_table(
        ("company", "figure", "crm", "", "erp", ""),
        _business(companies),
        empty="Neither system has a prospect, a customer or a document yet.",
    )


def _print(found: Overview) -> None:
    running = sum(m.state == "running" for m in found.maps)
    say(f"{running} of {len(found.maps)} maps run, {found.pending_events} change events wait")
    say(balance_line(found.balance))
    say(f"open conflicts: {found.conflicts['open']}, dead letters: {found.dead_letters}")
    say()
    print_table(
        ("links", "state", "number"),
        [(kind, s, n) for kind, states in found.links.items() for s, n in sorted(states.items())],
        empty="Nothing is linked yet.",
    )


def balance_line(balance: Balance) -> str:
    """What became of everything that was taken in, in a line."""
    parts = f"{balance.settled} settled, {balance.waiting} wait, {balance.dead} dead"
    lost = f", {balance.missing} UNACCOUNTED FOR" if balance.missing else ""
    return f"{balance.taken} change events taken in: {parts}{lost}"


def _business(companies: Companies) -> Iterator[tuple[object, ...]]:
    for company, sides in companies.items():
        crm, erp = sides[Side.CRM], sides[Side.ERP]
        for name in crm:
            yield (
                company,
                name.replace("_", " "),
                crm[name].count,
                _amounts(crm[name].amounts),
                erp[name].count,
                _amounts(erp[name].amounts),
            )


def _amounts(amounts: dict[str, Any]) -> str:
    return ", ".join(f"{amount} {currency}" for currency, amount in sorted(amounts.items()))
