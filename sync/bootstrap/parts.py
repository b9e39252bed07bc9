"""What the service is made of, put together from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappings.loader import load_maps
from sync.bootstrap.sequences import shared_sequences
from sync.bootstrap.systems import kafka_options, open_systems
from sync.clock import SystemClock
from sync.core.kinds import Kinds
from sync.core.leases import SharedSequence
from sync.core.row import Side
from sync.engine.breakers import Breakers
from sync.engine.business import Business
from sync.engine.draws import OWN, Draws
from sync.engine.guarding import GuardedTeller
from sync.engine.lasting import lasting
from sync.engine.options import ServiceOptions
from sync.engine.said_sequences import SaidSequence
from sync.engine.sequences import NumberCheck
from sync.engine.service import Service
from sync.errors import ConfigurationWrong
from sync.log.embedded import EmbeddedLog
from sync.log.kafka import KafkaLog
from sync.metrics import Metrics
from sync.observing import LogObserver
from sync.ports import ChangeLog, Clock, Observer, TellsSequences
from sync.settings import Settings
from sync.store.engine import Database
from sync.store.log_tables import SqlLogTables
from sync.store.sql_store import SqlStore
from sync.store.urls import sqlite_file


@dataclass(frozen=True)
class State:
    """The service's state and rules, without the two systems: enough to look and to administrate.

    Attributes:
        settings: What it was made from.
        kinds: The compiled maps.
        database: Where the state is; closed with the store.
        store: The state.
        clock: Time.
        draws: Draws numbers of shared sequences.
    """

    settings: Settings
    kinds: Kinds
    database: Database
    store: SqlStore
    clock: Clock
    draws: Draws


@dataclass(frozen=True)
class Parts(State):
    """Everything that runs.

    Attributes:
        log: The change log.
        observer: Writes the log lines and counts.
        business: The business view.
        metrics: What Prometheus reads.
        numbers: Checks the number sequences.
        service: The loops.
    """

    log: ChangeLog
    observer: LogObserver
    business: Business
    metrics: Metrics
    numbers: NumberCheck
    service: Service


def load_kinds(settings: Settings) -> Kinds:
    """The maps of the chosen flavour, with the operator's folder laid over them.

    Raises:
        MapInvalid: A map breaks a rule.
        ConfigurationWrong: The folder does not exist.
    """
    if settings.maps_dir is not None and not settings.maps_dir.is_dir():
        raise ConfigurationWrong(
            f"maps_dir {settings.maps_dir} is no folder.",
            cure="Name a folder of table maps, or leave it out.",
        )
    return Kinds(load_maps(gab=settings.gab, overlay=settings.maps_dir))


def open_state(settings: Settings) -> State:
    """The state and the rules. The database is not reached before it is used.

    Raises:
        ConfigurationWrong: Settings, maps or the data folder are unusable.
    """
    kinds = load_kinds(settings)
    sequences = shared_sequences(settings, kinds)
    database = open_database(settings)
    clock = SystemClock()
    draws = Draws(sequences, clock)
    return State(settings, kinds, database, SqlStore(database), clock, draws)


def open_database(settings: Settings) -> Database:
    """The database that the settings name.

    Raises:
        ConfigurationWrong: The URL or the data folder is unusable.
    """
    if settings.database_url is None:
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationWrong(
                f"The data folder {settings.data_dir} cannot be made: {error.strerror}.",
                cure="Set DUALWRITE_DATA_DIR to a folder that this user may write to.",
            ) from error
    elif (file := sqlite_file(settings.database)) is not None:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationWrong(
                f"The folder {file.parent} of the database cannot be made: {error.strerror}.",
                cure="Set DUALWRITE_DATABASE_URL to a file where this user may write.",
            ) from error
    return Database(settings.database, durable=settings.kafka_bootstrap is not None)


def open_log(settings: Settings, database: Database) -> ChangeLog:
    """The change log: on Kafka where brokers are set, else in the state's database."""
    if settings.kafka_bootstrap:
        return KafkaLog(kafka_options(settings))
    return EmbeddedLog(SqlLogTables(database))


def build(settings: Settings) -> Parts:
    """Everything that runs; nothing is started, and nothing is sent yet.

    Raises:
        ConfigurationWrong: Settings or maps are unusable.
    """
    state = open_state(settings)
    crm, erp = open_systems(settings, state.kinds)
    counted: dict[Side, Any] = {Side.CRM: crm.counters, Side.ERP: erp.counters}

    def requests() -> dict[tuple[Side, str], int]:
        return {
            (side, outcome): count
            for side, counters in counted.items()
            for outcome, count in counters.outcomes.items()
        }

    business = Business(state.store, state.kinds, state.clock)
    metrics = Metrics(
        state.store,
        state.clock,
        requests,
        business.counts,
        lambda: lasting(state.store, state.draws),
    )
    observer = LogObserver([metrics.heard])
    log = open_log(settings, state.database)
    breakers = Breakers(state.clock, observer)
    tellers = {
        side: GuardedTeller(side, teller, breakers)
        for side, teller in ((Side.CRM, crm), (Side.ERP, erp))
    }
    numbers = number_check(settings, state, tellers, observer)
    service = Service(
        kinds=state.kinds,
        store=state.store,
        log=log,
        connectors={Side.CRM: crm, Side.ERP: erp},
        clock=state.clock,
        observer=observer,
        options=service_options(settings, tuple(state.draws.sequences.values())),
        numbers=numbers,
        breakers=breakers,
    )
    return Parts(
        state.settings,
        state.kinds,
        state.database,
        state.store,
        state.clock,
        state.draws,
        log,
        observer,
        business,
        metrics,
        numbers,
        service,
    )


def service_options(settings: Settings, sequences: tuple[SharedSequence, ...]) -> ServiceOptions:
    """Sizes and times of the loops, and the sequences that they draw from."""
    return ServiceOptions(
        workers=settings.workers,
        batch=settings.batch,
        person_prospect_id=settings.person_prospect_id,
        numbers_at=settings.numbers_at,
        shared_sequences=sequences,
        poll_seconds=settings.poll_seconds,
        reference_deadline_seconds=settings.reference_deadline_seconds,
        sweep_seconds=settings.sweep_seconds,
    )


def number_check(
    settings: Settings, state: State, tellers: Mapping[Side, TellsSequences], observer: Observer
) -> NumberCheck:
    """What proves that number sequences do not overlap.

    Raises:
        ConfigurationWrong: A sequence of the settings is none.
    """
    said = [
        SaidSequence(**{**one.model_dump(), "side": Side(one.side)}) for one in settings.sequences
    ]
    own = [OWN] if settings.person_prospect_id == "sequence" else []
    shared = [*state.draws.sequences.values(), *own]
    return NumberCheck(
        state.kinds,
        state.store,
        tellers,
        state.clock,
        observer,
        said=said,
        shared=shared,
    )
