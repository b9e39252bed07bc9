"""Northwind's business from the first quote to the last invoice, by people in both systems at once.

Every other order is quoted in the CRM, the rest in the ERP. Both desks work at the same time, and
the back office of the ERP takes care of each order as soon as it is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from connectors.sandbox.northwind import Order
from connectors.sandbox.people import northwind
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.northwind_desks import BackOffice, CrmDesk, ErpDesk
from connectors.sandbox.people.northwind_ledger import Ledger, read_ledger
from connectors.sandbox.people.northwind_products import products_in_crm, release_products
from connectors.sandbox.people.patience import Patience


@dataclass
class Progress:
    """How far it is.

    Args:
        of: how many orders there are.
        quoted: side to how many of its half are quoted and ordered there.
        handled: how many orders the back office took care of.
        differences: how many values differ; `None` before somebody compared.
    """

    of: int
    quoted: dict[str, int] = field(default_factory=lambda: {"crm": 0, "erp": 0})
    handled: int = 0
    differences: int | None = None


@dataclass
class Selling:
    """Sells orders.

    Args:
        crm: a person in the CRM.
        erp: a person in the ERP.
        orders: what is sold.
        patience: how long to wait for the other side.
        told: hears how far it is.
    """

    crm: CrmPerson
    erp: ErpPerson
    orders: Sequence[Order]
    patience: Patience
    told: Callable[[Progress], None] = lambda _: None

    def __post_init__(self) -> None:
        self.progress = Progress(len(self.orders))
        self.in_crm, self.in_erp = tuple(self.orders[::2]), tuple(self.orders[1::2])

    def prepare(self, *, gab: bool) -> None:
        """Release the products and type the companies, and wait until both are on both sides."""
        products = frozenset(line.product for order in self.orders for line in order.lines)
        customers = {order.customer for order in self.orders}
        release_products(self.erp, products)
        halves = northwind.halves()
        born_crm = [company for company in halves.crm if company.number in customers]
        born_erp = [company for company in halves.erp if company.number in customers]
        northwind.seed_erp(self.erp, born_erp)
        northwind.seed_crm(self.crm, born_crm, gab=gab)
        self.patience.until(
            "every product is in the CRM",
            lambda: len(products.intersection(products_in_crm(self.crm))),
            lambda there: there == len(products),
        )
        self.patience.until(
            "every company is on the other side",
            lambda: (
                northwind.arrived_in_crm(self.crm, born_erp, gab=gab),
                northwind.arrived_in_erp(self.erp, born_crm),
            ),
            lambda seen: all(half.complete for half in seen),
        )

    def sell(self) -> Ledger:
        """Quote, order, ship and invoice everything; both systems as they agree on it.

        Raises:
            NotSeen: an order never reached the back office, or they never agreed.
        """
        desk = self.crm_desk()
        typing = [
            Desk(self._each("crm", desk.sell, self.in_crm)),
            Desk(self._each("erp", ErpDesk(self.erp).sell, self.in_erp)),
        ]
        self.ship(typing)
        return self.agree()

    def crm_desk(self) -> CrmDesk:
        """The desk in the CRM, which knows its accounts and products."""
        accounts = {row["accountnumber"]: row["accountid"] for row in self.crm.rows("accounts")}
        return CrmDesk(self.crm, accounts, products_in_crm(self.crm))

    def ship(self, typing: Iterable[Desk] = ()) -> None:
        """Take care of every order in the back office, while the desks are still typing.

        Raises:
            NotSeen: an order never arrived.
        """
        office = BackOffice(
            self.erp,
            {order.reference: order for order in self.orders},
            frozenset(order.reference for order in self.in_erp),
        )

        def work() -> int:
            for desk in typing:
                desk.check()
            for number, order in office.arrived():
                office.handle(number, order)
                self._tell(handled=len(office.done))
            return len(office.done)

        for desk in typing:
            desk.start()
        self.patience.until(
            "every order is in the ERP's back office", work, lambda done: done == len(self.orders)
        )
        for desk in typing:
            desk.finish()

    def agree(self) -> Ledger:
        """Wait until both systems say the same of everything; that.

        Raises:
            NotSeen: they never did; with the first differences.
        """
        ledgers: list[Ledger] = []

        def look() -> list[str]:
            ledgers[:] = [read_ledger(self.crm, self.erp)]
            found = ledgers[0].differences
            self._tell(differences=len(found))
            return found[:5]

        self.patience.until("both systems say the same", look, lambda found: not found)
        return ledgers[0]

    def _each(
        self, side: str, sell: Callable[[Order], object], orders: Iterable[Order]
    ) -> Callable[[], None]:
        def typing() -> None:
            for order in orders:
                sell(order)
                self.progress.quoted[side] += 1
                self.told(self.progress)

        return typing

    def _tell(self, *, handled: int | None = None, differences: int | None = None) -> None:
        if handled is not None:
            self.progress.handled = handled
        if differences is not None:
            self.progress.differences = differences
        self.told(self.progress)


class Desk:
    """Work at one desk, beside the others; what goes wrong there is told to who checks.

    Args:
        work: what is done.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def check(self) -> None:
        """Make sure that nothing went wrong so far."""
        if self._failure is not None:
            raise self._failure

    def finish(self) -> None:
        """Wait for the end."""
        self._thread.join()
        self.check()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:  # raised where somebody listens
            self._failure = failure
