"""What every part of a transaction needs: a connection, and the writer's turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from sync.store.engine import STATE, Database
from sync.store.statements import texts


class Unit:
    """The base of the parts of a transaction."""

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        self._database = database
        self._connection = connection
        self._postgres = database.postgres
        self._writing = False

    async def _write(self) -> None:
        """Take the writer's turn, before the first change."""
        if not self._writing:
            await self._database.lock(self._connection, STATE)
            self._writing = True

    async def _select(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[Mapping[str, Any]]:
        result = await self._connection.execute(statement, parameters)
        return cast(Sequence[Mapping[str, Any]], result.mappings().all())

    async def _change(self, statement: Executable, parameters: Mapping[str, Any]) -> int:
        await self._write()
        result = await self._connection.execute(statement, parameters)
        return int(result.rowcount)

    async def _change_each(
        self, statement: Executable, parameters: Sequence[Mapping[str, Any]]
    ) -> None:
        if parameters:
            await self._write()
            await self._connection.execute(statement, list(parameters))

    def _texts(self, values: Iterable[str]) -> list[str] | str:
        return texts(values, postgres=self._postgres)
