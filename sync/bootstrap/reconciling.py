"""Reconciling from outside the service, which may go on meanwhile."""

from __future__ import annotations

from sync.bootstrap.parts import open_log, open_state
from sync.bootstrap.systems import open_systems
from sync.core.row import Side
from sync.engine.duties import JOBS, Duties
from sync.engine.reconcile import Reconcile, Report
from sync.observing import LogObserver, configure_logging
from sync.ports import Connector
from sync.settings import Settings

_GROUP = "-reconcile"


async def reconcile_systems(settings: Settings, *, repair: bool) -> Report:
    """Read both systems afresh and compare every mapped field.

    Args:
        settings: The settings of the service.
        repair: Whether to feed in what differs, as change events that the service then works on.

    Raises:
        ConfigurationWrong: Settings, maps or the schema are unusable.
        JobRunning: A job of the service, or another reconciliation, is going on.
        RemoteError: A system, the database or the broker is not reached.
    """
    configure_logging("warning", settings.log_format)
    # Nothing is registered, and the service keeps its share of the topics: another group.
    own = {"webhook_url": None, "kafka_group": settings.kafka_group + _GROUP}
    settings = settings.model_copy(update=own)
    state = open_state(settings)
    crm, erp = open_systems(settings, state.kinds)
    log = open_log(settings, state.database)
    try:
        await state.store.start()
        if repair:
            await log.start()
        connectors: dict[Side, Connector] = {Side.CRM: crm, Side.ERP: erp}
        reconcile = Reconcile(state.kinds, state.store, log, connectors, state.clock, LogObserver())
        duties = Duties(state.store, state.clock)
        return await duties.alone(JOBS, lambda _duty: reconcile.run(repair=repair))
    finally:
        await log.close()
        await crm.close()
        await erp.close()
        await state.store.close()
