"""A process that draws: `python -m tests.contracts.drawing URL NAME DRAWS` prints what it got."""

from __future__ import annotations

import asyncio
import json
import sys

from sync.clock import SystemClock
from sync.core.blocks import BlockAsked
from sync.core.leases import SharedSequence
from sync.core.number_format import parse_format
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.drawing import Asked
from sync.engine.draws import Draws
from sync.engine.handing_over import hand_over
from sync.store.engine import Database
from sync.store.sql_store import SqlStore

SEQUENCE = SharedSequence(
    id="customers",
    space=NumberSpace("USMF", ("account", "person")),
    numbers="account",
    format=parse_format("CU-######", Side.ERP),
    first=1,
    last=999_999,
    block=7,
)
_WORKERS = 4


async def draw(url: str, name: str, count: int) -> dict[str, list[str]]:
    """Request → its numbers; several workers at once, and every third key is everybody's.

    A block is handed over meanwhile.
    """
    store = SqlStore(Database(url))
    await store.start()
    draws, found = Draws([SEQUENCE], SystemClock()), dict[str, list[str]]()

    async def hand() -> None:
        asked = BlockAsked(side=Side.ERP, request=f"{name}-block", size=11, by=name)
        block = await hand_over(store, SEQUENCE, asked, SystemClock())
        values = range(block.first, block.last + 1)
        found[asked.request] = [SEQUENCE.format.number(value) for value in values]

    async def work(worker: int) -> None:
        for place in range(worker, count, _WORKERS):
            key = f"shared-{place}" if place % 3 == 0 else f"{name}-{place}"
            side = list(Side)[place % 2]
            asked = Asked(side=side, request=key, count=1 + place % 4)
            found[key] = list((await draws.draw(store, SEQUENCE, asked)).numbers)

    try:
        await asyncio.gather(*(work(worker) for worker in range(_WORKERS)), hand())
    finally:
        await store.close()
    return found


if __name__ == "__main__":
    url, name, count = sys.argv[1:]
    print(json.dumps(asyncio.run(draw(url, name, int(count)))))  # noqa: T201 - its answer
