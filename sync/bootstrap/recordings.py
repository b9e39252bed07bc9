"""Recording what a service saw, and replaying it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from mappings.loader import load_maps
from sync.bootstrap.parts import open_database, open_log
from sync.core.kinds import Kinds
from sync.engine.recording import read_recording, record
from sync.engine.replay import Replay
from sync.errors import InputUnusable
from sync.settings import Settings
from sync.store.sql_store import SqlStore
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore


async def record_service(settings: Settings) -> AsyncIterator[bytes]:
    """The lines of a recording of the service that the settings describe; it may be running.

    Raises:
        SchemaNotCurrent: The database needs `dualwrite migrate`.
        Unavailable: The database or the broker is not reached.
    """
    database = open_database(settings)
    store, log = SqlStore(database), open_log(settings, database)
    try:
        await store.start()
        async for line in record(store, log, gab=settings.gab, numbers=settings.person_prospect_id):
            yield line
    finally:
        await store.close()


async def replay_file(file: Path, maps: Path | None) -> bytes:
    """The transcript of a replay.

    Args:
        file: The recording.
        maps: A folder of maps laid over the shipped ones; `None` for the shipped ones.

    Raises:
        InputUnusable: The file is missing, or no recording: file, line and cure.
        MapInvalid: A map breaks a rule.
    """
    try:
        with file.open("rb") as lines:
            recording = read_recording(lines, str(file))
    except OSError as error:
        raise InputUnusable(
            f"{file} cannot be read: {error.strerror}.", cure="Name a file of `dualwrite record`."
        ) from None
    kinds = Kinds(load_maps(gab=recording.gab, overlay=maps))
    return await Replay(kinds, MemoryStore(), MemoryLog(), recording).run()
