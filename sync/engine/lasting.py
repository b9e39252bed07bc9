"""Lasting: how long every number sequence lasts, of either system and shared ones."""

from __future__ import annotations

from sync.engine.draws import Draws
from sync.ports import Store


async def lasting(store: Store, draws: Draws) -> dict[str, tuple[int, float | None]]:
    """Sequence → how many values are left, and how many days they last at the rate of late.

    What the two systems have is as the last check met it.
    """
    async with store.transaction() as tx:
        report = await tx.number_report()
    told = report.sequences if report is not None else ()
    found = {one.id: (one.left, one.days_left) for one in told if not one.cyclical}
    return found | {
        one.sequence.id: (one.forecast.left, one.forecast.days_left)
        for one in await draws.standings(store)
    }
