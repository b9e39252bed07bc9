"""The metrics: exactly the documented names, labels and types, with the right numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from sync.core.conflict import Conflict, ConflictKind
from sync.core.link import Link, LinkState
from sync.core.overlaps import Overlap
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.metrics import Metrics
from sync.ports import Acceptance, Balance, Checkpoint, DeadLetter, InboxEvent, NumberReport
from sync.testing.clock import ManualClock
from sync.testing.contracts.samples import change
from sync.testing.memory_store import MemoryStore
from tests.deploy.files import yaml
from tests.engine.between import Between

DOCUMENTED: dict[str, Any] = yaml("prometheus/metrics.yaml")


OVERLAP = Overlap(
    space=NumberSpace("USMF", ("quote",)),
    one="crm-quote",
    other="erp-sq",
    number="q-1",
    one_draws=1,
    other_draws=1,
)
ACCEPTED = replace(OVERLAP, other="erp-other")


async def figures() -> dict[tuple[str, Side, str], int]:
    return {("USMF", Side.CRM, "prospects"): 4, ("USMF", Side.ERP, "prospects"): 3}


async def lasting() -> dict[str, tuple[int, float | None]]:
    """Two shared sequences: one is drawn from."""
    return {"customers": (40, 2.5), "orders": (99, None)}


async def filled() -> Metrics:
    store, clock = MemoryStore(), ManualClock()
    async with store.transaction() as tx:
        await tx.add_links(
            [
                Link("1" * 32, "account", "a", {}, state=LinkState.SETTLED),
                Link("2" * 32, "account", "b", {}, state=LinkState.WAITING),
                Link("3" * 32, "party", "c", {}, state=LinkState.SETTLED),
            ]
        )
        await tx.put_conflicts([Conflict("c1", "1" * 32, ConflictKind.CLASH, "name")])
        await tx.put_dead_letters([DeadLetter("d1", None, "event_malformed", "m", None, {}, "")])
        await tx.put_number_report(NumberReport(at="2026", overlaps=(OVERLAP, ACCEPTED)))
        said = Acceptance(overlap=ACCEPTED.id, by="Ada", reason="why", at="2026")
        gone = replace(said, overlap=OVERLAP.id, withdrawn_by="Ada", withdrawn_at="2026")
        await tx.put_acceptance(said)
        await tx.put_acceptance(gone)
        read_at = clock.now().isoformat()
        await tx.put_checkpoint(Checkpoint(Side.CRM, "accounts", "t", read_at, read_at))
    clock.advance(90)
    metrics = Metrics(
        store,
        clock,
        lambda: {(Side.ERP, "ok"): 7, (Side.ERP, "throttled"): 2},
        figures,
        lasting,
    )
    metrics.heard("events_ingested", {"crm": 3, "erp": 1, "repeated": 9})
    metrics.heard("links_worked", {"settled": 5, "waiting": 2, "conflicts_found": 1})
    metrics.heard("something_else", {"crm": 100})
    metrics.heard("side_unreachable", {"side": Side.CRM, "code": "unavailable", "failures": 5})
    metrics.heard("side_unreachable", {"side": Side.ERP, "code": "unavailable", "failures": 5})
    metrics.heard("side_answers", {"side": Side.ERP, "seconds": 7.0})
    return metrics


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_names_labels_and_types_are_the_documented_ones() -> None:
    text = (await (await filled()).exposition()).decode()
    found = {}
    for family in text_string_to_metric_families(text):
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = sorted({label for s in family.samples for label in s.labels})
        found[name] = (family.type, labels)
    assert found == {
        name: (entry["type"], sorted(entry["labels"])) for name, entry in DOCUMENTED.items()
    }


async def test_the_numbers_are_right() -> None:
    found = samples((await (await filled()).exposition()).decode())
    assert found["dualwrite_events_ingested_total", (("side", "crm"),)] == 3
    assert found["dualwrite_decisions_total", (("outcome", "settled"),)] == 5
    counted = (("company", "USMF"), ("figure", "prospects"), ("side", "erp"))
    assert found["dualwrite_business_records", counted] == 3
    assert found["dualwrite_decisions_total", (("outcome", "dead"),)] == 0
    assert found["dualwrite_links", (("kind", "account"), ("state", "waiting"))] == 1
    assert found["dualwrite_conflicts_open", ()] == 1
    assert found["dualwrite_dead_letters", ()] == 1
    assert found["dualwrite_side_open", (("side", "crm"),)] == 1
    assert found["dualwrite_side_open", (("side", "erp"),)] == 0
    # One overlap is accepted, the acceptance of the other one was withdrawn.
    assert found["dualwrite_number_overlaps", ()] == 1
    assert found["dualwrite_pending_events", ()] == 0
    # The dead letter was put there without having been taken in.
    assert found["dualwrite_balance_events", (("part", "dead"),)] == 1
    assert found["dualwrite_unaccounted_events", ()] == -1
    assert found["dualwrite_oldest_pending_seconds", ()] == 0
    assert found["dualwrite_capture_lag_seconds", (("side", "crm"), ("table", "accounts"))] == 90
    asked = ("dualwrite_remote_requests_total", (("outcome", "throttled"), ("side", "erp")))
    assert found[asked] == 2


async def test_a_sequence_that_nobody_draws_from_has_no_end() -> None:
    found = samples((await (await filled()).exposition()).decode())
    assert found["dualwrite_sequence_left", (("sequence", "customers"),)] == 40
    assert found["dualwrite_sequence_days_left", (("sequence", "customers"),)] == 2.5
    assert found["dualwrite_sequence_left", (("sequence", "orders"),)] == 99
    assert ("dualwrite_sequence_days_left", (("sequence", "orders"),)) not in found


async def test_a_link_state_that_is_no_more_is_not_told_any_longer() -> None:
    store, clock = MemoryStore(), ManualClock()
    metrics = Metrics(store, clock, dict, figures, lasting)
    link = Link("1" * 32, "account", "a", {}, state=LinkState.DUE)
    async with store.transaction() as tx:
        await tx.add_links([link])
    assert 'state="due"' in (await metrics.exposition()).decode()
    link.state = LinkState.SETTLED
    async with store.transaction() as tx:
        await tx.update_links([link])
    assert 'state="due"' not in (await metrics.exposition()).decode()


class Turned(ManualClock):
    """A clock that somebody puts back."""

    back = timedelta(0)

    def now(self) -> datetime:
        return super().now() - self.back


async def test_a_balance_that_takes_long_is_counted_seldom() -> None:
    store, clock, counted = MemoryStore(), Turned(), list[Balance]()

    class Slow(Between):
        async def balance(self) -> Balance:
            clock.advance(2)
            counted.append(await self._inner.balance())
            return counted[-1]

    class Large(Between):
        @asynccontextmanager
        async def transaction(self) -> AsyncIterator[Slow]:
            async with self._inner.transaction() as tx:
                yield Slow(tx)

    metrics = Metrics(Large(store), clock, dict, figures, lasting)  # type: ignore[arg-type]
    await metrics.exposition()
    async with store.transaction() as tx:
        await tx.add_events([InboxEvent(change("a"))])
    clock.advance(37)
    kept = samples((await metrics.exposition()).decode())
    assert kept["dualwrite_balance_events", (("part", "taken"),)] == 0
    clock.advance(1)
    anew = samples((await metrics.exposition()).decode())
    assert anew["dualwrite_balance_events", (("part", "taken"),)] == 1
    assert len(counted) == 2
    clock.back = timedelta(hours=1)
    await metrics.exposition()
    assert len(counted) == 3
