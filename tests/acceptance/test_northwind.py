"""Northwind's orders, from the first quote to the last invoice, half in either system.

A slice of them here; `make soak` sells all 830, and so does `dualwrite demo --northwind`.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.sandbox.northwind import Order
from connectors.sandbox.people.northwind_ledger import Ledger, Stage, read_ledger
from connectors.sandbox.people.northwind_selling import Selling
from tests.acceptance.commands import command
from tests.acceptance.environment import Environment, running
from tests.acceptance.northwind import (
    arrived,
    forget_the_stream,
    quiet,
    reconcile,
    slice_of,
    unfinished,
    versions,
    writes,
)

_ALL = os.environ.get("NORTHWIND") == "all"
_SECONDS = 1800.0 if _ALL else 120.0

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(3600 if _ALL else 240)]

ORDERS = slice_of(60, seed=1996)


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Environment, Ledger]]:
    with running(tmp_path_factory.mktemp("northwind"), gab=True, seconds=_SECONDS) as product:
        selling = Selling(product.crm, product.erp, ORDERS, product.patience)
        selling.prepare(gab=True)
        ledger = selling.sell()
        arrived(product)
        yield product, ledger


def test_every_value_is_the_same_on_both_sides(sold: tuple[Environment, Ledger]) -> None:
    """Read from both systems, by somebody who knows nothing of the service."""
    product, _ = sold
    ledger = read_ledger(product.crm, product.erp)
    assert ledger.differences == []
    assert ledger.values > 100 * len(ORDERS)


def test_the_money_is_northwinds_to_the_cent(sold: tuple[Environment, Ledger]) -> None:
    _, ledger = sold
    shipped = [order for order in ORDERS if order.shipped]
    assert 0 < len(shipped) < len(ORDERS)
    # Freight stands on the quotes that were made in the ERP; the others get it with the order.
    freight = sum((order.freight for order in ORDERS[::2]), Decimal())
    quoted = Stage(len(ORDERS), _total(ORDERS) - freight)
    expected = {
        "Quotes": quoted,
        "Won": quoted,
        "Ordered": Stage(len(ORDERS), _total(ORDERS)),
        "Shipped": Stage(len(shipped), _total(shipped)),
        "Invoiced": Stage(len(shipped), _total(shipped)),
    }
    assert ledger.stages == {name: {"crm": stage, "erp": stage} for name, stage in expected.items()}
    discounts = {
        (reference, line.product, line.discount)
        for order in ORDERS
        for reference, line in ((order.reference, line) for line in order.lines)
    }
    assert discounts == set(_discounts(ledger))


def test_there_was_no_conflict_and_nothing_is_left(sold: tuple[Environment, Ledger]) -> None:
    product, _ = sold
    assert product.items("conflicts", state="all") == []
    assert product.items("deadletters") == []
    assert unfinished(product) == {}


def test_reconcile_finds_every_mapped_field_equal(sold: tuple[Environment, Ledger]) -> None:
    product, _ = sold
    done = reconcile(product)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differ, " in done.stdout


def test_the_same_stream_once_more_writes_nothing(sold: tuple[Environment, Ledger]) -> None:
    product, _ = sold
    before = versions(product)
    assert product.service.stop() == 0
    stream = forget_the_stream(product)
    assert stream["events"] > 10 * len(ORDERS)
    for person in (product.crm, product.erp):
        person.calls.send("DELETE", "/_sandbox/journal")
    product.service.start()
    product.service.wait_ready()
    product.patience.until(
        "the whole stream was taken in again",
        lambda: _taken_in(product),
        lambda seen: seen[0] >= stream["events"] and seen[1] >= stream["tables"],
    )
    quiet(product)
    assert writes(product) == []
    assert versions(product) == before
    assert product.items("conflicts", state="all") == []
    # The journals do tell: what somebody does in between is written once, to the other side.
    product.world().account(product.erp.new_prospect("After Hours Ltd")["ProspectId"])
    assert writes(product) != []
    arrived(product)


def test_somebody_who_compares_sees_what_differs(sold: tuple[Environment, Ledger]) -> None:
    """The ledger can find the service wrong: with that gone, a change stays on one side."""
    product, _ = sold
    assert product.service.stop() == 0
    order = next(order for order in ORDERS[1::2] if not order.shipped)
    [quotation] = product.erp.rows(
        "CDSSalesQuotationHeaders", f"CustomersReference eq '{order.reference}'"
    )
    number = quotation["GeneratedSalesOrderNumber"]
    product.erp.act("charge-order", number, amount=order.freight + 1)
    found = read_ledger(product.crm, product.erp).differences
    assert [text.partition(" is ")[0] for text in found] == [
        f"order {number}: OrderTotalAmount",
        f"order {number}: OrderTotalChargesAmount",
    ]
    product.erp.act("charge-order", number, amount=order.freight)
    product.service.start()
    product.service.wait_ready()
    arrived(product)
    assert read_ledger(product.crm, product.erp).differences == []


def _total(orders: tuple[Order, ...] | list[Order]) -> Decimal:
    return sum((order.total for order in orders), Decimal())


def _discounts(ledger: Ledger) -> Iterator[tuple[str, str, Decimal]]:
    """Reference, product and discount of every line of an order in the CRM."""
    references = {
        row["msdyn_quotenumber"]: row["msdyn_customersreference"]
        for row in ledger.crm["quote"].values()
    }
    quotes = {
        row["msdyn_salesordernumber"]: row["msdyn_quotationnumber"]
        for row in ledger.crm["order"].values()
    }
    for (number, _), row in ledger.crm["order line"].items():
        product = ledger.names["product"][row["_productid_value"]]
        yield references[quotes[number]], product, Decimal(row["manualdiscountamount"] or 0)


def _taken_in(product: Environment) -> tuple[int, int]:
    """How many events are in the inbox, and how many tables were read to their end."""
    capture = product.get("status")["capture"]
    events = product.items("events")
    return len(events), sum(table["read_at"] is not None for table in capture)


def test_the_demo_sells_and_says_that_all_agrees(tmp_path: Path) -> None:
    ports = [f"--{name}-port=0" for name in ("api", "crm", "erp", "entra")]
    options = ["--northwind", "--orders", "9", "--once", "--json", "--no-gab"]
    done = subprocess.run(
        command("demo", *options, *ports, "--data-dir", str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [variant] = json.loads(done.stdout)["variants"]
    told = variant["northwind"]
    assert told["held"] is variant["held"] is True
    assert told["differences"] == told["reconcile_differences"] == told["conflicts"] == 0
    assert told["stages"]["Invoiced"]["crm"] == told["stages"]["Invoiced"]["erp"]
    assert told["stages"]["Invoiced"]["crm"]["count"] == 9
    assert min(told["changes"].values()) > 0
    assert "handled 9 of 9" in done.stderr
