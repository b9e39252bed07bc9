"""Blocks of a shared sequence that are handed over whole, for a side to give the numbers itself."""

from __future__ import annotations

import msgspec

from sync.core.leases import Lease, SharedSequence
from sync.core.row import Side


class BlockAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for.

    Attributes:
        side: Which side will give the numbers.
        request: The request's key: asked again, it gets the same block.
        size: How many numbers, in a row.
        by: Who asks.
    """

    side: Side
    request: str
    size: int
    by: str


def handed_over(
    sequence: SharedSequence, newest: Lease | None, first: int, asked: BlockAsked, now: str
) -> list[Lease]:
    """The leases with which a block is handed over.

    What lies between the newest block and this one is a block of the side as any other, to draw
    from, so that nothing is lost.

    Args:
        sequence: The sequence.
        newest: Its newest lease.
        first: The first value of the block.
        asked: What was asked for.
        now: When.
    """
    start = sequence.next(newest)
    block = Lease(
        sequence=sequence.id,
        position=newest.position + 1 if newest is not None else 1,
        side=asked.side,
        first=first,
        last=first + (asked.size - 1) * sequence.step,
        left=0,
        at=now,
        request=asked.request,
        by=asked.by,
    )
    passed = abs(first - start)
    if not passed:
        return [block]
    before = msgspec.structs.replace(
        block, first=start, last=first - sequence.step, left=passed, request=None, by=None
    )
    return [before, msgspec.structs.replace(block, position=block.position + 1)]
