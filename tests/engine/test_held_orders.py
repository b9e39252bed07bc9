"""An order that the ERP refuses is held: nothing half done, tried again, or undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from sync.core.conflict import Conflict
from sync.core.row import Side
from sync.engine import held_orders
from sync.errors import InputUnusable
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import once
from tests.engine.desk import COMPANY, Desk
from tests.engine.ordering import activated, is_ordered, unconverted
from tests.engine.standing import at_rest, born_in_crm, quote_stands
from tests.simulation.systems import ERP_PERSON, INTEGRATION

Act = Callable[[Desk, str], None]


def _no_group(desk: Desk, order: str) -> None:
    desk.act("set-parameters", "", customer_group="")


def _a_group(desk: Desk, order: str) -> None:
    desk.act("set-parameters", "", customer_group="10")


def _order_number_taken(desk: Desk, order: str) -> None:
    desk.bench.new_customer("CU-OTHER", "Other Inc")
    body = {
        "dataAreaId": COMPANY,
        "SalesOrderNumber": desk.row("salesorders", order)["msdyn_salesordernumber"],
        "OrderingCustomerAccountNumber": "CU-OTHER",
    }
    desk.erp.create("CDSSalesOrderHeaders", body, ERP_PERSON)


def _order_number_free(desk: Desk, order: str) -> None:
    number = desk.row("salesorders", order)["msdyn_salesordernumber"]
    key = {"dataAreaId": COMPANY, "SalesOrderNumber": number}
    desk.erp.delete("CDSSalesOrderHeaders", key, ERP_PERSON)


def _customer_number_taken(desk: Desk, order: str) -> None:
    desk.bench.new_customer("CRMP-001", "Another Inc")


def _customer_number_free(desk: Desk, order: str) -> None:
    key = {"dataAreaId": COMPANY, "CustomerAccount": "CRMP-001"}
    desk.erp.delete("CustomersV3", key, ERP_PERSON)


def _no_site(desk: Desk, order: str) -> None:
    """Neither the product's settings nor the order's lines name one; nobody typed that."""
    _site(desk, "")
    for line in desk.lines_of("salesorderdetails", "salesorderid", order):
        cleared = {f"msdyn_shipping{what}@odata.bind": None for what in ("site", "warehouse")}
        row_id = line["salesorderdetailid"]
        desk.crm.update("salesorderdetails", row_id, cleared, INTEGRATION)


def _a_site(desk: Desk, order: str) -> None:
    _site(desk, "1")


def _site(desk: Desk, site: str) -> None:
    """The product's default order settings name a site, or none."""
    key = {"dataAreaId": COMPANY, "ItemNumber": "P0001"}
    house = "11" if site else ""
    places = {
        f"{what}{place}Id": value
        for what in ("Sales", "Inventory")
        for place, value in (("Site", site), ("Warehouse", house))
    }
    desk.erp.update("ProductDefaultOrderSettings", key, places, ERP_PERSON)


# What goes wrong, how it is cured, what the person is told.
REFUSALS: dict[str, tuple[Act, Act, str]] = {
    "no customer group": (_no_group, _a_group, "ustomer group"),
    "order number taken": (_order_number_taken, _order_number_free, ""),
    "customer number taken": (_customer_number_taken, _customer_number_free, "another party"),
    "no site": (_no_site, _a_site, "Site"),
}


async def held(desk: Desk, why: str) -> tuple[str, str, Conflict]:
    """A quote whose order is refused; returns quote, order and the conflict that holds it."""
    quote = await activated(desk)
    order = desk.create_order(quote)
    REFUSALS[why][0](desk, order)
    await desk.bench.run()
    (conflict,) = await desk.bench.conflicts(kind="held_order", state="open")
    return quote, order, conflict


@pytest.mark.parametrize("why", list(REFUSALS))
async def test_a_refused_order_leaves_both_sides_unconverted(both: Desk, why: str) -> None:
    quote, order, conflict = await held(both, why)
    unconverted(both, quote)
    assert both.state("quotes", quote) == (2, 4)
    assert both.state("salesorders", order) == (0, 1)
    assert REFUSALS[why][2] in conflict.message
    assert "retry, or undo the order" in conflict.message
    found = await both.bench.conflicts(state="open")
    await at_rest(both, *(c.kind.value for c in found))


@pytest.mark.parametrize("why", list(REFUSALS))
async def test_it_is_tried_again_after_the_cure(desk: Desk, why: str) -> None:
    quote, order, conflict = await held(desk, why)
    REFUSALS[why][1](desk, order)
    await desk.bench.run()
    (conflict,) = await desk.bench.conflicts(kind="held_order")
    if conflict.state == "open":
        await held_orders.ask(desk.bench.store, conflict.id, "retry", "Ann", desk.bench.clock)
        await desk.bench.run()
        (conflict,) = await desk.bench.conflicts(kind="held_order")
        assert conflict.resolved_by == "Ann"
    assert conflict.state == "resolved"
    is_ordered(desk, quote, order)
    await at_rest(desk)


async def test_tried_again_without_the_cure_it_is_held_again(desk: Desk) -> None:
    quote, _order, conflict = await held(desk, "no customer group")
    await held_orders.ask(desk.bench.store, conflict.id, "retry", "Ann", desk.bench.clock)
    await desk.bench.run()
    (again,) = await desk.bench.conflicts(kind="held_order", state="open")
    assert again.id == conflict.id
    assert again.asked is None, "it looks as if it was still being tried"
    unconverted(desk, quote)
    await at_rest(desk, "held_order")


def _without_undo(desk: Desk) -> None:
    """The quote's map says of no step how it is taken back."""
    life = desk.bench.map("quotes").lifecycle
    assert life is not None
    moves = tuple(
        replace(move, erp=move.erp and replace(move.erp, undo=None)) for move in life.moves
    )
    desk.bench.change_map("quotes", lifecycle=replace(life, moves=moves))


async def undo(desk: Desk, conflict: Conflict) -> None:
    await held_orders.ask(desk.bench.store, conflict.id, "undo", "Ann", desk.bench.clock)


def is_undone(desk: Desk, quote: str, order: str, prospect: str = "CRMP-001") -> None:
    """The order is cancelled, the quote revised on both sides, and its new draft has crossed."""
    number = desk.number(quote)
    born_in_crm(desk, f"{number}-R1")
    quote_stands(desk, number, "revised")
    quote_stands(desk, f"{number}-R1", "draft")
    assert desk.state("salesorders", order) == (2, 4)
    orders = desk.erp.list("CDSSalesOrderHeaders")
    assert [row for row in orders if row["QuotationNumber"].startswith(number)] == []
    family = sorted(row["msdyn_quotenumber"] for row in desk.find("quotes"))
    assert [name for name in family if name.startswith(number)] == [number, f"{number}-R1"]
    found = desk.bench.prospect(prospect)
    assert found is not None
    assert found["ProspectRelationTypeId"] == "Prospect"
    assert desk.row("accounts", desk.account_id(prospect))["customertypecode"] == 8


async def test_it_is_undone(both: Desk) -> None:
    quote, order, conflict = await held(both, "no customer group")
    await undo(both, conflict)
    await both.bench.run()
    is_undone(both, quote, order)
    (conflict,) = await both.bench.conflicts(kind="held_order")
    assert (conflict.state, conflict.resolved_by) == ("resolved", "Ann")
    assert conflict.policy.endswith("it was undone")
    # The order stays in the CRM, and its lines with it.
    async with both.bench.store.transaction() as tx:
        lines = [found.link for found in await tx.list_links(kind="order_line", limit=9)]
    assert [line.state for line in lines] == ["suspended"] * 2
    await at_rest(both)


async def test_undone_and_ordered_anew_after_the_cure(desk: Desk) -> None:
    quote, order, conflict = await held(desk, "no customer group")
    await undo(desk, conflict)
    await desk.bench.run()
    is_undone(desk, quote, order)
    _a_group(desk, order)
    draft = desk.quote_of(f"{desk.number(quote)}-R1")
    desk.activate(draft)
    await desk.bench.run()
    second = desk.create_order(draft)
    await desk.bench.run()
    is_ordered(desk, draft, second)
    quote_stands(desk, desk.number(quote), "revised")
    await at_rest(desk)


async def test_asked_twice_it_is_undone_once(desk: Desk) -> None:
    quote, order, conflict = await held(desk, "no customer group")
    await undo(desk, conflict)
    await undo(desk, conflict)
    await desk.bench.run()
    is_undone(desk, quote, order)
    (closed,) = await desk.bench.conflicts(kind="held_order")
    assert closed.state == "resolved"
    with pytest.raises(InputUnusable, match="settled already"):
        await undo(desk, conflict)  # as it was read before it was settled
    await desk.bench.run()
    is_undone(desk, quote, order)
    await at_rest(desk)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("asked", [Asked.WRITE, Asked.READ, Asked.FIND])
async def test_a_fault_delays_undoing(desk: Desk, asked: Asked, fault: Fault) -> None:
    quote, order, conflict = await held(desk, "no customer group")
    await undo(desk, conflict)
    desk.bench.weather[Side.CRM] = once(fault, asked)
    await desk.bench.run()
    is_undone(desk, quote, order)
    await at_rest(desk)


async def test_an_order_that_is_not_known_yet_is_undone_too(desk: Desk) -> None:
    """It is made of the won quote in the moment in which undoing is asked for."""
    quote = await activated(desk)
    desk.act("set-parameters", "", customer_group="")
    desk.win(quote)
    await desk.bench.run()
    (conflict,) = await desk.bench.conflicts(kind="held_order", state="open")
    order = desk.create_order(quote)
    await undo(desk, conflict)
    while await desk.bench.work.once():
        pass
    await desk.bench.run()
    is_undone(desk, quote, order)
    await at_rest(desk)


async def test_a_map_without_undo_says_so(desk: Desk) -> None:
    quote, _order, conflict = await held(desk, "no customer group")
    _without_undo(desk)
    for _ in range(2):
        await undo(desk, conflict)
        await desk.bench.run()
        (again,) = await desk.bench.conflicts(kind="held_order", state="open")
        assert again.asked is None, "it looks as if it was still being undone"
        assert again.message.count("could not be undone either") == 1
        assert "names no action" in again.message
    unconverted(desk, quote)
    await at_rest(desk, "held_order")


async def test_cured_while_it_is_undone(desk: Desk) -> None:
    """The person's word counts: what may succeed now is undone all the same."""
    quote, order, conflict = await held(desk, "no customer group")
    _a_group(desk, order)
    await undo(desk, conflict)
    await desk.bench.run()
    is_undone(desk, quote, order)
    await at_rest(desk)


async def test_only_held_orders_are_tried_again(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3)
    await desk.bench.run()
    desk.act("change-quotation-ownership", desk.number(quote), ownership="SCM")
    desk.activate(quote)
    await desk.bench.run()
    (conflict,) = await desk.bench.conflicts(state="open")
    with pytest.raises(InputUnusable, match="holds no order"):
        await undo(desk, conflict)


async def test_lost_while_the_order_is_on_its_way(desk: Desk) -> None:
    """It changes hands and is lost just before the change set arrives: nothing of it is done."""
    quote = await activated(desk)
    number = desk.number(quote)
    order = desk.create_order(quote)

    def lose() -> None:
        desk.act("change-quotation-ownership", number, ownership="SCM")
        desk.act("lose-quotation", number)

    desk.bench.before_write = lose
    await desk.bench.run()
    there = desk.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Lost"
    assert desk.bench.customer("CRMP-001") is None
    assert desk.erp.list("CDSSalesOrderHeaders") == []
    assert desk.state("salesorders", order) == (0, 1)
    await at_rest(desk, "stage")
