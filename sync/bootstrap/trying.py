"""Trying a dead letter beforehand, from outside the service, which may go on meanwhile."""

from __future__ import annotations

from sync.bootstrap.parts import open_state
from sync.bootstrap.systems import open_systems
from sync.core.row import Side
from sync.engine.dry_run import dry_run
from sync.engine.outlooks import Outlook
from sync.engine.redrive import find_dead_letter
from sync.errors import InputUnusable
from sync.observing import configure_logging
from sync.ports import Connector
from sync.settings import Settings


async def try_dead_letter(settings: Settings, letter_id: str) -> list[Outlook]:
    """What a redrive of a dead letter would do now; the systems are only read.

    Raises:
        ConfigurationWrong: Settings, maps or the schema are unusable.
        InputUnusable: There is no such dead letter, or it could not be read and was not edited.
        RemoteError: A system or the database is not reached.
    """
    configure_logging("warning", settings.log_format)
    state = open_state(settings)
    crm, erp = open_systems(settings, state.kinds)
    try:
        await state.store.start()
        letter = await find_dead_letter(state.store, letter_id)
        if letter is None:
            raise InputUnusable(
                f"There is no dead letter {letter_id}.",
                cure="Use an id of `dualwrite deadletters list --all`.",
            )
        connectors: dict[Side, Connector] = {Side.CRM: crm, Side.ERP: erp}
        return await dry_run(state.kinds, state.store, connectors, letter, state.clock)
    finally:
        await crm.close()
        await erp.close()
        await state.store.close()
