"""People in both systems edit the same documents at once; nothing that they typed is lost.

Every value typed ends on both sides, in a conflict, or replaced by one that was typed later.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.northwind import Order
from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.northwind_desks import ErpDesk
from connectors.sandbox.people.northwind_ledger import read_ledger
from connectors.sandbox.people.northwind_selling import Selling
from connectors.sandbox.people.northwind_typing import (
    ADDED,
    DELETED,
    ORDERS,
    QUOTES,
    Cell,
    Paper,
    Spot,
    Typed,
    Typist,
    last_typed,
)
from tests.acceptance.environment import Environment, running
from tests.acceptance.northwind import arrived, reconcile, slice_of

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

SEED = int(os.environ.get("NORTHWIND_SEED", "7"))
SOLD = slice_of(16, seed=SEED, whole=False)
EDITS = 160


@pytest.fixture(scope="module", params=[False, True], ids=["without-gab", "with-gab"])
def typed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Environment, Selling, Typist]]:
    path = tmp_path_factory.mktemp("typing")
    with running(path, gab=request.param, seconds=90.0) as product:
        selling = Selling(product.crm, product.erp, SOLD, product.patience)
        selling.prepare(gab=request.param)
        numbers = _quote(selling)
        typist = _typist(selling, QUOTES, numbers)
        typist.edit(EDITS)
        arrived(product)
        yield product, selling, typist


def test_nothing_that_was_typed_on_quotes_is_lost(
    typed: tuple[Environment, Selling, Typist],
) -> None:
    product, _, typist = typed
    assert {entry.side for entry in typist.book} == {"crm", "erp"}
    assert {DELETED, ADDED} <= {entry.cell for entry in typist.book}
    lost = _lost(product, typist)
    assert not lost, "\n".join(lost)
    _only_what_is_held_differs(product)


def test_nothing_that_was_typed_on_orders_is_lost(
    typed: tuple[Environment, Selling, Typist],
) -> None:
    product, selling, _ = typed
    numbers = _order(product, selling)
    typist = _typist(selling, ORDERS, numbers, first=1000)
    typist.edit(EDITS, lines=False)
    arrived(product)
    assert len(typist.book) > EDITS / 2
    lost = _lost(product, typist)
    assert not lost, "\n".join(lost)
    _only_what_is_held_differs(product)


def test_the_book_can_find_a_value_lost(typed: tuple[Environment, Selling, Typist]) -> None:
    product, _, typist = typed
    never = Typed(len(typist.book), "erp", Spot("quote", typist.numbers[0]), "name", ("lost",))
    forged = replace(typist, book=[*typist.book, never])
    assert f"{never.spot}: name is " in "".join(_lost(product, forged))


def _quote(selling: Selling) -> list[str]:
    """Quote everything, half in either system, and wait until all of it stands on both sides."""
    desk, erp = selling.crm_desk(), ErpDesk(selling.erp)
    numbers = [desk.quote(order)["msdyn_quotenumber"] for order in selling.in_crm]
    numbers += [erp.quote(order) for order in selling.in_erp]
    selling.agree()
    return numbers


def _order(product: Environment, selling: Selling) -> list[str]:
    """Send and win every quote that no open conflict holds; the orders on both sides."""
    held = {spot.number for spot in _held(product)}
    references = {order.reference: order for order in selling.orders}
    for row in product.crm.rows("quotes", "statecode eq 0"):
        number, order = row["msdyn_quotenumber"], references[row["msdyn_customersreference"]]
        if number in held:
            continue
        if order in selling.in_crm:
            desk = selling.crm_desk()
            desk.activate(row["quoteid"])
            desk.create_order(row["quoteid"])
        else:
            _confirm(product, number, order)
    arrived(product)
    return sorted(row["SalesOrderNumber"] for row in product.erp.rows("CDSSalesOrderHeaders"))


def _confirm(product: Environment, number: str, order: Order) -> None:
    desk = ErpDesk(product.erp)
    desk.send(number, order)
    desk.confirm(number, order)


def _typist(selling: Selling, paper: Paper, numbers: list[str], *, first: int = 0) -> Typist:
    products = dict(selling.crm_desk().products)
    return Typist(selling.crm, selling.erp, paper, numbers, products, SEED, first)


def _lost(product: Environment, typist: Typist) -> list[str]:
    """What was typed, was not typed over, and is neither on both sides nor in a conflict."""
    crm, erp = _crm_cells(product, typist.paper), _erp_cells(product, typist.paper)
    disputed, held = _disputed(product), _held(product)
    lost = []
    for entry in last_typed(typist.book):
        sides = [side.get(entry.spot, {}).get(entry.cell) for side in (crm, erp)]
        if sides == [entry.values, entry.values]:
            continue
        if set(map(str, entry.values)) <= disputed[entry.spot]:
            continue
        if entry.spot in held and entry.values in sides:
            continue  # A person is asked about the record, and the value stands where it was typed.
        told = [
            (other.at, other.side, other.cell, *other.values)
            for other in typist.book
            if other.spot == entry.spot and other.cell in (entry.cell, DELETED, ADDED)
        ]
        lost.append(
            f"{entry.spot}: {entry.cell} is {sides[0]} in the CRM and {sides[1]} in the ERP; "
            f"conflicts hold {sorted(disputed[entry.spot])}; typed was {told}"
        )
    return lost


def _disputed(product: Environment) -> Mapping[Spot, set[str]]:
    """Record to every value that its conflicts hold."""
    spots = {link["id"]: _spot(link) for link in product.items("links")}
    found: dict[Spot, set[str]] = defaultdict(set)
    for conflict in product.items("conflicts", state="all"):
        for half in ("crm", "erp"):
            values = (conflict[half] or {}).values()
            found[spots[conflict["link_id"]]].update(_said(value) for value in values)
    return found


def _held(product: Environment) -> set[Spot]:
    """The records that an open conflict holds."""
    held = {item["link_id"] for item in product.open_conflicts()}
    return {_spot(link) for link in product.items("links") if link["id"] in held}


def _spot(link: Mapping[str, Any]) -> Spot:
    """The record of a link, by its key such as `usmf|sq-000001` or `usmf|usmf|sq-000001|2`."""
    paper, _, line = link["kind"].partition("_")
    parts = link["key"].upper().split("|")
    if line:
        return Spot(paper, parts[-2], int(parts[-1])) if parts[-1].isdigit() else Spot(paper, "")
    return Spot(paper, parts[-1])


def _said(value: Any) -> str:
    """A conflict's value as people type it."""
    text = str(value)
    try:
        return f"{Decimal(text).normalize():f}"
    except ArithmeticError:
        return text.rpartition("|")[2].upper() if text.startswith("usmf|") else text[:250]


def _crm_cells(product: Environment, paper: Paper) -> dict[Spot, dict[str, tuple[Any, ...]]]:
    table, number, row_id = paper.crm
    lines, lookup, _ = paper.crm_lines
    names = {row["productid"]: row["msdyn_productnumber"] for row in product.crm.rows("products")}
    documents = {row[row_id]: row for row in product.crm.rows(table)}
    found = {
        Spot(paper.name, row[number]): _cells(row, paper.cells, "crm") for row in documents.values()
    }
    for row in product.crm.rows(lines):
        spot = Spot(paper.name, documents[row[f"_{lookup}_value"]][number], row["sequencenumber"])
        found[spot] = _cells(row, paper.line_cells, "crm")
        found[spot][ADDED] = (names.get(row["_productid_value"]),)
    return found


def _erp_cells(product: Environment, paper: Paper) -> dict[Spot, dict[str, tuple[Any, ...]]]:
    table, number = paper.erp
    found = {
        Spot(paper.name, row[number]): _cells(row, paper.cells, "erp")
        for row in product.erp.rows(table)
    }
    for row in product.erp.rows(paper.erp_lines):
        spot = Spot(paper.name, row[number], int(row["LineCreationSequenceNumber"]))
        found[spot] = _cells(row, paper.line_cells, "erp")
        found[spot][ADDED] = (row["ProductNumber"],)
    return found


def _cells(row: Row, cells: tuple[Cell, ...], side: str) -> dict[str, tuple[Any, ...]]:
    return {
        cell.name: tuple(
            _plain(row[column], cell.kind) for column in (cell.crm if side == "crm" else cell.erp)
        )
        for cell in cells
    }


def _plain(value: Any, kind: str) -> Any:
    if kind == "day":
        return str(value or "")[:10]
    if kind == "number":
        return Decimal(str(value or 0)).normalize() + 0
    return value or ""


def _only_what_is_held_differs(product: Environment) -> None:
    """What no open conflict holds is the same on both sides, in every value."""
    held = {spot.number for spot in _held(product)}

    def differences() -> list[str]:
        found = read_ledger(product.crm, product.erp).differences
        return [text for text in found if not held.intersection(text.split())]

    # What a system calculates anew is found by the sweep, a moment after the last edit has arrived.
    product.patience.until("only what is held differs", differences, lambda left: not left)
    if not held:
        done = reconcile(product)
        assert done.returncode == 0, done.stdout
