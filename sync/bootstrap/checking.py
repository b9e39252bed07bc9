"""Checking an installation before anything moves: one thing after the other, changing nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from sync.bootstrap.checking_numbers import look_at_numbers
from sync.bootstrap.parts import load_kinds, open_database
from sync.bootstrap.systems import kafka_options, open_systems
from sync.core.kinds import Kinds
from sync.engine.maps import require_known
from sync.errors import DualWriteError, NumbersOverlap, Unavailable
from sync.log.kafka_producer import KafkaAppender
from sync.ports import Connector
from sync.settings import Settings, load
from sync.store.migrate import head, require_current
from sync.store.sql_store import SqlStore

Check = tuple[str, str, DualWriteError | None]
"""What was checked, what was found, and what is wrong with it."""


async def checks(file: Path | None) -> AsyncIterator[Check]:
    """Check settings, maps, state, log and both systems, in that order.

    What cannot be checked because something before it is wrong is left out.
    """
    try:
        settings = load(file)
    except DualWriteError as error:
        yield "settings", "", error
        return
    yield "settings", str(file) if file else "environment", None
    kinds: Kinds | None = None
    try:
        kinds = load_kinds(settings)
    except DualWriteError as error:
        yield "maps", "", error
    else:
        yield "maps", f"{len(kinds.table_maps)} maps", None
    database = await _database(settings, kinds)
    yield database
    yield await _log(settings)
    if kinds is not None:
        reached = database[2] is None
        async for found in _systems(settings, kinds):
            reached = reached and found[2] is None
            yield found
        if reached:
            yield await _numbers(settings)


async def _database(settings: Settings, kinds: Kinds | None) -> Check:
    try:
        database = open_database(settings)
        try:
            await require_current(database)
            if kinds is not None:
                await require_known(SqlStore(database), kinds)
        finally:
            await database.close()
    except DualWriteError as error:
        return "database", "", error
    return "database", f"revision {head()}", None


async def _log(settings: Settings) -> Check:
    if not settings.kafka_bootstrap:
        return "log", "embedded in the database", None
    try:
        appender = KafkaAppender(kafka_options(settings))
        try:
            await appender.start()
        finally:
            await appender.close()
    except DualWriteError as error:
        return "log", "", error
    except Exception as error:  # the client library's own; only its kind is told
        name = type(error).__name__
        return (
            "log",
            "",
            Unavailable(
                f"Kafka cannot be reached at {settings.kafka_bootstrap} ({name}).",
                cure="Check DUALWRITE_KAFKA_BOOTSTRAP and the kafka_* settings.",
            ),
        )
    return "log", f"Kafka at {settings.kafka_bootstrap}", None


async def _numbers(settings: Settings) -> Check:
    try:
        report, overlaps = await look_at_numbers(settings)
    except DualWriteError as error:
        return "numbers", "", error
    found = f"{len(report.sequences)} sequences, {len(overlaps)} overlaps"
    found += "".join(f"; {name} is not known" for name in report.untold)
    stopping = [str(one.overlap) for one in overlaps if one.acceptance is None]
    if not stopping:
        return "numbers", found, None
    return (
        "numbers",
        found,
        NumbersOverlap(
            f"{'; '.join(stopping)}.",
            cure="Give one of them another format or range, or set it past the numbers that "
            "records have, or accept it with `dualwrite numbers accept`.",
        ),
    )


async def _systems(settings: Settings, kinds: Kinds) -> AsyncIterator[Check]:
    try:
        # Without the webhook's address nothing is registered.
        quiet = settings.model_copy(update={"webhook_url": None})
        crm, erp = open_systems(quiet, kinds)
    except DualWriteError as error:
        yield "systems", "", error
        return
    systems: list[tuple[str, str | None, Connector]] = [
        ("CRM", settings.crm_url, crm),
        ("ERP", settings.erp_url, erp),
    ]
    for name, url, connector in systems:
        wrong: DualWriteError | None = None
        try:
            await connector.prepare()
        except DualWriteError as error:
            wrong = error
        finally:
            await connector.close()
        yield name, str(url), wrong
