"""Checking the number sequences from outside the service, which may go on meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sync.bootstrap.parts import State, number_check, open_state
from sync.bootstrap.systems import open_systems
from sync.core.row import Side
from sync.engine.held_maps import JudgedOverlap, judged
from sync.engine.sequences import NumberCheck
from sync.observing import LogObserver, configure_logging
from sync.ports import NumberReport, TellsSequences
from sync.settings import Settings


async def check_numbers(settings: Settings) -> tuple[NumberReport, list[JudgedOverlap]]:
    """Read the sequences of both systems and prove them; stops and releases maps.

    Raises:
        ConfigurationWrong: Settings, maps or the schema are unusable.
        JobRunning: It is being done by the service.
        RemoteError: A system or the database is not reached.
    """
    configure_logging("warning", settings.log_format)
    async with _opened(settings) as (state, numbers):
        report = await numbers.once()
        async with state.store.transaction() as tx:
            return report, await judged(state.kinds, tx, report)


async def look_at_numbers(settings: Settings) -> tuple[NumberReport, list[JudgedOverlap]]:
    """The same, changing nothing.

    Raises:
        ConfigurationWrong: Settings, maps or the schema are unusable.
        RemoteError: A system or the database is not reached.
    """
    async with _opened(settings) as (state, numbers):
        report = await numbers.look()
        async with state.store.transaction() as tx:
            return report, await judged(state.kinds, tx, report)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[State, NumberCheck]]:
    # Without the webhook's address nothing is registered.
    state = open_state(settings.model_copy(update={"webhook_url": None}))
    crm, erp = open_systems(state.settings, state.kinds)
    try:
        await state.store.start()
        tellers: dict[Side, TellsSequences] = {Side.CRM: crm, Side.ERP: erp}
        yield state, number_check(state.settings, state, tellers, LogObserver())
    finally:
        await crm.close()
        await erp.close()
        await state.store.close()
