"""The demo's Northwind: its orders through both systems, with progress, rate and closing table."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from rich.markup import escape
from rich.table import Table

from connectors.sandbox.northwind import load_orders
from connectors.sandbox.people import NotSeen, Patience, Refusal
from connectors.sandbox.people.northwind_ledger import Ledger
from connectors.sandbox.people.northwind_selling import Progress, Selling

if TYPE_CHECKING:
    from connectors.sandbox.launch import DataFolder, Surface
    from connectors.sandbox.people import CrmPerson, ErpPerson
    from sync.cli.demo_display import Display

_SECONDS = 3600.0
_TELL_SECONDS = 5.0
_METRIC = re.compile(
    r'^dualwrite_(events_ingested|remote_requests)_total\{.*side="(crm|erp)"\S* (\S+)$',
    re.MULTILINE,
)


@dataclass(frozen=True)
class Traffic:
    """What the service did so far.

    Args:
        at: when that was, in seconds.
        changes: side to how many changes it took in from there.
        requests: how many requests it sent to both systems.
    """

    at: float
    changes: Counter[str]
    requests: float


@dataclass
class Sold:
    """How it ended.

    Args:
        orders: how many orders were to be sold.
        seconds: how long it took, from the first quote to the last value that agreed.
        began: the traffic at the first quote.
        ended: the traffic in the end.
        ledger: both systems as they are.
        conflicts: how many conflicts there were, decided ones included.
        differing: how many mapped fields `dualwrite reconcile` finds different; -1: it failed.
        failure: why it did not come to an end.
    """

    orders: int
    seconds: float = 0.0
    began: Traffic | None = None
    ended: Traffic | None = None
    ledger: Ledger | None = None
    conflicts: int = 0
    differing: int = -1
    failure: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether everything agrees."""
        return not self.failure and not self.problems

    @property
    def changes(self) -> dict[str, float]:
        """Side to how many changes came from there meanwhile."""
        if self.began is None or self.ended is None:
            return {}
        return {s: self.ended.changes[s] - self.began.changes[s] for s in ("crm", "erp")}

    @property
    def requests_per_change(self) -> float:
        """How many requests to either system one change took."""
        if self.began is None or self.ended is None:
            return 0.0
        return (self.ended.requests - self.began.requests) / max(1.0, sum(self.changes.values()))

    def document(self) -> dict[str, Any]:
        """The result for programs."""
        stages = self.ledger.stages if self.ledger is not None else {}
        return {
            "held": self.held,
            "orders": self.orders,
            "seconds": round(self.seconds, 2),
            "changes": {side: int(count) for side, count in self.changes.items()},
            "requests_per_change": round(self.requests_per_change, 3),
            "stages": {
                name: {
                    side: {"count": stage.count, "amount": str(stage.amount)}
                    for side, stage in sides.items()
                }
                for name, sides in stages.items()
            },
            "values": self.ledger.values if self.ledger is not None else 0,
            "differences": len(self.ledger.differences) if self.ledger is not None else None,
            "reconcile_differences": self.differing,
            "conflicts": self.conflicts,
            "failure": self.failure or None,
            "problems": self.problems,
        }


@dataclass
class NorthwindDemo:
    """Sells Northwind's orders in front of an audience.

    Args:
        folder: the variant's folder.
        surface: where everything answers.
        crm: a person in the CRM.
        erp: a person in the ERP.
        patience: how to wait.
        display: where it is shown.
        limit: how many orders; all when not given.
    """

    folder: DataFolder
    surface: Surface
    crm: CrmPerson
    erp: ErpPerson
    patience: Patience
    display: Display
    limit: int | None = None

    def __post_init__(self) -> None:
        token = self.folder.secrets.api_token
        self._api = httpx.Client(
            base_url=self.surface.api,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30.0,
            trust_env=False,
        )
        self._shown = 0.0
        self._last: Traffic | None = None

    def play(self) -> Sold:
        """Sell everything, and compare."""
        orders = load_orders()[: self.limit]
        sold = Sold(len(orders))
        patience = Patience(
            _SECONDS, pause=0.5, between=self.patience.between, wait=self.patience.wait
        )
        selling = Selling(self.crm, self.erp, orders, patience, self._progress)
        with self._api:
            try:
                self.display.note("Releasing the products in the ERP")
                selling.prepare(gab=self.folder.gab)
                self._last = sold.began = self._traffic()
                sold.ledger = selling.sell()
                sold.ended = self._traffic()
                sold.seconds = sold.ended.at - sold.began.at
                sold.conflicts = len(self._items("conflicts", state="all"))
                sold.differing = self._reconcile()
            except (NotSeen, Refusal, httpx.HTTPError) as failure:
                sold.failure = str(failure)
        sold.problems = _problems(sold)
        self._close(sold)
        return sold

    def _progress(self, progress: Progress) -> None:
        """Tell how far it is and how fast, every few seconds."""
        now = time.monotonic()
        if now - self._shown < _TELL_SECONDS or self._last is None:
            return
        self._shown = now
        traffic, before = self._traffic(), self._last
        self._last = traffic
        spent = max(0.001, traffic.at - before.at)
        rate = {s: (traffic.changes[s] - before.changes[s]) / spent for s in ("crm", "erp")}
        text = (
            f"ordered in the CRM {progress.quoted['crm']}, in the ERP {progress.quoted['erp']}, "
            f"handled {progress.handled} of {progress.of}; "
            f"{rate['crm']:.0f} changes/s from the CRM, {rate['erp']:.0f}/s from the ERP"
        )
        if progress.differences is not None:
            text += f"; {progress.differences} values differ"
        self.display.note(text)

    def _traffic(self) -> Traffic:
        changes, requests = Counter[str](), 0.0
        for name, side, value in _METRIC.findall(self._api.get("/metrics").text):
            if name == "events_ingested":
                changes[side] += float(value)  # type: ignore[assignment]
            else:
                requests += float(value)
        return Traffic(time.monotonic(), changes, requests)

    def _items(self, path: str, **query: str) -> list[dict[str, Any]]:
        answer = self._api.get(f"/api/v1/{path}", params={"limit": 1000, **query})
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    def _reconcile(self) -> int:
        """How many mapped fields of any record differ, as the service's own proof says."""
        self.display.note("dualwrite reconcile reads both systems afresh")
        code = "from sync.cli.main import main; main()"
        done = subprocess.run(  # noqa: S603 - a command of our own
            [sys.executable, "-c", code, "reconcile", "--settings", str(self.folder.settings)],
            capture_output=True,
            text=True,
            check=False,
        )
        said = re.search(r"compared: (\d+) differ", done.stdout)
        return int(said[1]) if said else -1

    def _close(self, sold: Sold) -> None:
        """The closing table."""
        if sold.ledger is not None:
            self.display.show(_table(sold.ledger))
            self.display.note(
                f"{sold.ledger.values} values compared: {len(sold.ledger.differences)} differ; "
                f"dualwrite reconcile: {sold.differing} differ; {sold.conflicts} conflicts"
            )
            changes = sold.changes
            spent = max(0.001, sold.seconds)
            self.display.note(
                f"{sold.seconds:.0f} s: {changes['crm'] / spent:.1f} changes/s from the CRM, "
                f"{changes['erp'] / spent:.1f}/s from the ERP, "
                f"{sold.requests_per_change:.2f} requests per change"
            )
        for problem in [*([sold.failure] if sold.failure else []), *sold.problems]:
            self.display.note(f"[red]{escape(problem)}[/red]")


def _problems(sold: Sold) -> list[str]:
    """What does not agree, in words."""
    if sold.ledger is None:
        return []
    found = list(sold.ledger.differences[:20])
    if sold.differing:
        found.append(f"dualwrite reconcile: {sold.differing} mapped fields differ")
    if sold.conflicts:
        found.append(f"{sold.conflicts} conflicts")
    return found


def _table(ledger: Ledger) -> Table:
    table = Table("Stage", title="Northwind", title_justify="left")
    for title in ("CRM", "CRM, USD", "ERP", "ERP, USD"):
        table.add_column(title, justify="right")
    for name, sides in ledger.stages.items():
        cells = [
            text
            for side in ("crm", "erp")
            for text in (str(sides[side].count), f"{sides[side].amount:,.2f}")
        ]
        table.add_row(name, *cells)
    return table
