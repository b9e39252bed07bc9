"""What Prometheus reads. Names, labels and meanings: `deploy/prometheus/metrics.yaml`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import asdict
from prometheus_client import CollectorRegistry, Counter, Gauge, disable_created_metrics
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric

from sync.core.conflict import ConflictState
from sync.core.link import LinkState
from sync.core.row import Side
from sync.paging import count_dead_letters, count_overlaps
from sync.ports import Balance, Clock, Store, Transaction

_SHARE = 20
"""Counting the balance, which grows with all that was ever taken in, takes a twentieth of the time
at most: a database of one connection does nothing else meanwhile."""
_OPENS = {"side_unreachable": 1, "side_answers": 0}
Requests = Callable[[], Mapping[tuple[Side, str], int]]
"""(side, outcome) → HTTP requests so far."""
Counts = Callable[[], Awaitable[Mapping[tuple[str, Side, str], int]]]
"""(company, side, figure) → records of the business view."""

Lasting = Callable[[], Awaitable[Mapping[str, tuple[int, float | None]]]]
"""Number sequence → numbers left, and for how many days; `None` when nobody draws from it."""


class Metrics:
    """Counters that the observer feeds, and gauges read from the store at every scrape.

    Args:
        store: The state.
        clock: Time.
        requests: What the connectors have sent.
        business: Counts the business view.
        sequences: How long number sequences last.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        requests: Requests,
        business: Counts,
        sequences: Lasting,
    ) -> None:
        self._store, self._clock, self._business = store, clock, business
        self._sequences = sequences
        self._counted: tuple[Balance, datetime, timedelta] | None = None
        """The balance, when it was counted, and for how long it stands."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = registry = CollectorRegistry()
        self._ingested = Counter(
            "dualwrite_events_ingested", "Events taken in.", ["side"], registry=registry
        )
        self._decisions = Counter(
            "dualwrite_decisions", "Decisions on a link.", ["outcome"], registry=registry
        )
        self._links = Gauge("dualwrite_links", "Links.", ["kind", "state"], registry=registry)
        self._conflicts = Gauge("dualwrite_conflicts_open", "Open conflicts.", registry=registry)
        self._overlaps = Gauge(
            "dualwrite_number_overlaps", "Overlaps of number sequences.", registry=registry
        )
        self._letters = Gauge("dualwrite_dead_letters", "Dead letters.", registry=registry)
        self._pending = Gauge("dualwrite_pending_events", "Undecided events.", registry=registry)
        self._oldest = Gauge(
            "dualwrite_oldest_pending_seconds", "Age of the oldest of them.", registry=registry
        )
        self._balance = Gauge(
            "dualwrite_balance_events",
            "What became of everything that was taken in.",
            ["part"],
            registry=registry,
        )
        self._missing = Gauge(
            "dualwrite_unaccounted_events", "Events that are in no part.", registry=registry
        )
        self._open = Gauge(
            "dualwrite_side_open",
            "1 while a system is not asked since it does not answer.",
            ["side"],
            registry=registry,
        )
        self._figures = Gauge(
            "dualwrite_business_records",
            "Records of the business view.",
            ["company", "side", "figure"],
            registry=registry,
        )
        self._lag = Gauge(
            "dualwrite_capture_lag_seconds",
            "Seconds since a table was last read to its end.",
            ["side", "table"],
            registry=registry,
        )
        self._left = Gauge(
            "dualwrite_sequence_left",
            "Numbers that a sequence still has.",
            ["sequence"],
            registry=registry,
        )
        self._days = Gauge(
            "dualwrite_sequence_days_left",
            "Days until it is used up, at the rate of the last 30 days.",
            ["sequence"],
            registry=registry,
        )
        registry.register(_RequestCollector(requests))
        for side in Side:
            self._ingested.labels(side)
            self._open.labels(side)
        for state in LinkState:
            self._decisions.labels(state)

    def heard(self, name: str, facts: Mapping[str, Any]) -> None:
        """Count what the observer was told."""
        if name == "events_ingested":
            for side in Side:
                self._ingested.labels(side).inc(facts.get(side, 0))
        elif name in _OPENS:
            self._open.labels(facts["side"]).set(_OPENS[name])
        elif name == "links_worked":
            for state in LinkState:
                self._decisions.labels(state).inc(facts.get(state, 0))

    async def exposition(self) -> bytes:
        """Everything, in Prometheus' text format."""
        async with self._store.transaction() as tx:
            self._links.clear()
            for (kind, state), count in (await tx.count_links()).items():
                self._links.labels(kind, state).set(count)
            conflicts = await tx.count_conflicts()
            self._conflicts.set(conflicts.get(ConflictState.OPEN, 0))
            self._letters.set(await count_dead_letters(tx))
            self._overlaps.set(await count_overlaps(tx))
            pending, oldest = await tx.backlog()
            self._pending.set(pending)
            self._oldest.set(self._age(oldest))
            balance = await self._balanced(tx)
            for part, count in asdict(balance).items():
                self._balance.labels(part).set(count)
            self._missing.set(balance.missing)
            for checkpoint in await tx.checkpoints():
                if checkpoint.read_at is not None:
                    lag = self._lag.labels(checkpoint.side, checkpoint.table)
                    lag.set(self._age(checkpoint.read_at))
        await self._count_business()
        await self._measure_sequences()
        return generate_latest(self.registry)

    async def _count_business(self) -> None:
        """Counts only: what records amount to is nobody's but the API's."""
        counts = await self._business()
        self._figures.clear()
        for (company, side, figure), count in counts.items():
            self._figures.labels(company, side, figure).set(count)

    async def _measure_sequences(self) -> None:
        """One that nobody draws from lasts for ever: it has no days."""
        self._left.clear()
        self._days.clear()
        for name, (left, days) in (await self._sequences()).items():
            self._left.labels(name).set(left)
            if days is not None:
                self._days.labels(name).set(days)

    async def _balanced(self, tx: Transaction) -> Balance:
        """What became of everything, counted anew as long as that takes little of the time."""
        now = self._clock.now()
        if self._counted is not None:
            balance, at, stands = self._counted
            # A clock that was put back tells nothing of how much time has passed.
            if timedelta(0) <= now - at < stands:
                return balance
        balance = await tx.balance()
        self._counted = (balance, now, _SHARE * (self._clock.now() - now))
        return balance

    def _age(self, moment: str | None) -> float:
        if moment is None:
            return 0.0
        return max(0.0, (self._clock.now() - datetime.fromisoformat(moment)).total_seconds())


class _RequestCollector:
    """Reads the connectors' own totals, so that no request is counted twice."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "dualwrite_remote_requests", "HTTP requests to a system.", labels=["side", "outcome"]
        )
        for (side, outcome), count in self._requests().items():
            family.add_metric([side, outcome], count)
        yield family
