"""Lasting: how long every number sequence lasts, of either system and shared ones."""

from __future__ import annotations

from sync.core.number_format import MOST
from sync.engine.draws import Draws
from sync.ports import Store


async def lasting(store: Store, draws: Draws) -> dict[str, tuple[int, float | None]]:
    """Sequence → how many values are left, and how many days they last at the rate of late.

    What the two systems have is as the last check met it; one without an end is not among them.
    """
    async with store.transaction() as tx:
        report = await tx.number_report()
    told = report.sequences if report is not None else ()
    ending = [one for one in told if one.end < MOST and not one.cyclical]
    found = {one.id: (one.left, one.days_left) for one in ending}
    return found | {
        one.sequence.id: (one.forecast.left, one.forecast.days_left)
        for one in await draws.standings(store)
    }
