"""The service's own state: checkpoints, which maps run, sequences."""

from __future__ import annotations

from functools import cache

import msgspec
from sqlalchemy import Executable, select

from sync.core.row import Side
from sync.ports import Checkpoint, MapRun
from sync.store.schema import checkpoint, map_run, sequence
from sync.store.statements import Insert, insert_into, upsert
from sync.store.unit import Unit


class Sequences(Unit):
    """Numbers that are given out once, in the order of the transactions that draw them."""

    async def draw_number(self, sequence: str, count: int = 1) -> int:
        """The next value of one of the service's own sequences; of several, the last."""
        return await self._draw(f"own:{sequence}", count)

    async def _draw(self, name: str, count: int) -> int:
        """Draw that many numbers; returns the last of them."""
        await self._write()
        result = await self._connection.execute(
            _draw(self._postgres), {"name": name, "value": count}
        )
        return int(result.scalar_one())


class ServiceState(Unit):
    """The part of a transaction for checkpoints and map runs."""

    async def checkpoints(self) -> list[Checkpoint]:
        """Every table's checkpoint, by side and table."""
        found = await self._select(_CHECKPOINTS)
        return [
            Checkpoint(
                side=Side(columns["side"]),
                table=columns["entity_set"],
                token=columns["token"],
                read_at=columns["read_at"],
                full_at=columns["full_at"],
            )
            for columns in found
        ]

    async def put_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Insert or replace."""
        columns = {
            "side": str(checkpoint.side),
            "entity_set": checkpoint.table,
            "token": checkpoint.token,
            "read_at": checkpoint.read_at,
            "full_at": checkpoint.full_at,
        }
        await self._change_each(_put_checkpoint(self._postgres), [columns])

    async def map_runs(self) -> dict[str, MapRun]:
        """Map id → whether it runs."""
        return {columns["map_id"]: MapRun(**columns) for columns in await self._select(_MAP_RUNS)}

    async def put_map_run(self, run: MapRun) -> None:
        """Insert or replace."""
        await self._change_each(_put_map_run(self._postgres), [msgspec.structs.asdict(run)])


_CHECKPOINTS = select(checkpoint).order_by(checkpoint.c.side, checkpoint.c.entity_set)
_MAP_RUNS = select(map_run).order_by(map_run.c.map_id)


@cache
def _put_checkpoint(postgres: bool) -> Insert:
    return upsert(checkpoint, postgres=postgres)


@cache
def _put_map_run(postgres: bool) -> Insert:
    return upsert(map_run, postgres=postgres)


@cache
def _draw(postgres: bool) -> Executable:
    statement = insert_into(sequence, postgres=postgres)
    drawn = sequence.c.value + statement.excluded["value"]
    return statement.on_conflict_do_update(
        index_elements=["name"], set_={"value": drawn}
    ).returning(sequence.c.value)
