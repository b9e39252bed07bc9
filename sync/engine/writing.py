"""Writing: every part of every plan of a batch, one call a side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from sync.core.plan import Plan
from sync.core.row import Side
from sync.engine.in_hand import InHand
from sync.ports import Connector


async def write_parts(connectors: Mapping[Side, Connector], in_hand: Sequence[InHand]) -> None:
    """Write the parts, both sides at once; each link in hand gets its answers."""
    plans = [(held, held.decision.plan) for held in in_hand if held.decision.plan is not None]
    await asyncio.gather(
        *(_write(side, connector, plans) for side, connector in connectors.items())
    )


async def _write(side: Side, connector: Connector, plans: Sequence[tuple[InHand, Plan]]) -> None:
    parts = [(held, plan, p) for held, plan in plans for p in plan.parts if p.side is side]
    if not parts:
        return
    outcomes = await connector.write([part.changeset(plan.id) for _, plan, part in parts])
    for (held, _, _), outcome in zip(parts, outcomes, strict=True):
        held.outcomes[side] = outcome
