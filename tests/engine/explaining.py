"""Asking the service why a field has its value, on the engine's bench."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sync.core.row import Side
from sync.engine.explain_field import explain_field
from sync.engine.field_explained import FieldExplained
from sync.engine.times import text
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench

CRM, ERP = Side.CRM, Side.ERP


async def explained(bench: Bench, field: str, record: str = "A-1", **asked: Any) -> FieldExplained:
    found = await explain_field(bench.store, bench.kinds, record, field, **asked)
    assert found is not None
    return found


def later(bench: Bench) -> str:
    """Let an hour pass; returns the moment before it."""
    now = bench.clock.now()
    bench.clock.advance_to(now + timedelta(hours=1))
    return text(now)


def unreachable(asked: Asked) -> Fault | None:
    """A system that tells what changed, and answers nothing else."""
    return None if asked is Asked.CHANGES else Fault.DOWN


def values(found: FieldExplained) -> dict[Side, Any]:
    return {side: one.value for side, one in found.sides.items()}
