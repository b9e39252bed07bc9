"""The demo's Northwind: its orders through both systems, with progress, rate and closing table."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from connectors.sandbox.northwind import Order, load_orders
from connectors.sandbox.people import NotSeen, Patience, Refusal
from connectors.sandbox.people.northwind_ledger import Ledger
from connectors.sandbox.people.northwind_selling import Progress, Selling
from connectors.sandbox.people.northwind_traffic import (
    SIDES,
    ServiceReader,
    Traffic,
    open_service,
)

if TYPE_CHECKING:
    from connectors.sandbox.launch import DataFolder, Surface
    from connectors.sandbox.people import CrmPerson, ErpPerson
    from sync.cli.demo_display import Display

_SECONDS = 3600.0
_TELL_SECONDS = 5.0


@dataclass
class Sold:
    """How it ended.

    Args:
        orders: how many orders were to be sold.
        traffic: what the service did from the first quote to the last value that agreed.
        ledger: both systems as they are.
        conflicts: how many conflicts there were, decided ones included.
        differing: how many mapped fields `dualwrite reconcile` finds different; -1: it failed.
        failure: why it did not come to an end.
    """

    orders: int
    traffic: Traffic | None = None
    ledger: Ledger | None = None
    conflicts: int = 0
    differing: int = -1
    failure: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether everything agrees."""
        return not self.failure and not self.problems

    def document(self) -> dict[str, Any]:
        """The result for programs."""
        traffic = self.traffic or Traffic(0.0)
        stages = self.ledger.stages if self.ledger is not None else {}
        return {
            "held": self.held,
            "orders": self.orders,
            "seconds": round(traffic.at, 2),
            "changes": {side: traffic.changes[side] for side in SIDES},
            "requests_per_change": round(traffic.requests_per_change, 3),
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
        self._shown = 0.0
        self._last = Traffic(0.0)

    def play(self) -> Sold:
        """Sell everything, and compare."""
        orders = load_orders()[: self.limit]
        sold = Sold(len(orders))
        with open_service(self.surface.api, self.folder.secrets.api_token) as service:
            try:
                self._sell(sold, orders, service)
            except (NotSeen, Refusal) as failure:
                sold.failure = str(failure)
        sold.problems = _problems(sold)
        self._close(sold)
        return sold

    def _sell(self, sold: Sold, orders: Sequence[Order], service: ServiceReader) -> None:
        patience = Patience(
            _SECONDS, pause=0.5, between=self.patience.between, wait=self.patience.wait
        )

        def told(progress: Progress) -> None:
            self._progress(progress, service)

        selling = Selling(self.crm, self.erp, orders, patience, told)
        self.display.note("Releasing the products in the ERP")
        selling.prepare(gab=self.folder.gab)
        began = self._last = service.traffic()
        sold.ledger = selling.sell()
        self._shown = 0.0
        told(selling.progress)
        sold.traffic = service.traffic().since(began)
        sold.conflicts = service.conflicts()
        sold.differing = self._reconcile()

    def _progress(self, progress: Progress, service: ServiceReader) -> None:
        """Tell how far it is and how fast, every few seconds."""
        now = time.monotonic()
        if now - self._shown < _TELL_SECONDS:
            return
        self._shown = now
        traffic = service.traffic()
        lately, self._last = traffic.since(self._last), traffic
        text = (
            f"ordered in the CRM {progress.quoted['crm']}, in the ERP {progress.quoted['erp']}, "
            f"handled {progress.handled} of {progress.of}; "
            f"{lately.rate('crm'):.0f} changes/s from the CRM, "
            f"{lately.rate('erp'):.0f}/s from the ERP"
        )
        if progress.differences is not None:
            text += f"; {progress.differences} values differ"
        self.display.note(text)

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
        if sold.traffic is not None:
            self.display.note(
                f"{sold.traffic.at:.0f} s: {sold.traffic.rate('crm'):.1f} changes/s from the CRM, "
                f"{sold.traffic.rate('erp'):.1f}/s from the ERP, "
                f"{sold.traffic.requests_per_change:.2f} requests per change"
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
