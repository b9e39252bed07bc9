"""Create order: the ERP's part of it happens whole or not at all, whatever the network does."""

from __future__ import annotations

import pytest

from sync.core.row import Side
from sync.engine.maps import pause_maps, resume_maps
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import once
from tests.engine.desk import Desk
from tests.engine.ordering import activated, is_ordered, unconverted
from tests.engine.standing import at_rest, quote_stands


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("asked", [Asked.WRITE, Asked.FIND, Asked.READ])
@pytest.mark.parametrize("side", list(Side))
async def test_a_fault_delays_it(desk: Desk, side: Side, asked: Asked, fault: Fault) -> None:
    quote = await activated(desk)
    order = desk.create_order(quote)
    desk.bench.weather[side] = once(fault, asked)
    await desk.bench.run()
    is_ordered(desk, quote, order)
    await at_rest(desk)


async def test_it_waits_while_the_erp_is_down(both: Desk) -> None:
    quote = await activated(both)
    order = both.create_order(quote)
    both.bench.weather[Side.ERP] = lambda asked: None if asked is Asked.CHANGES else Fault.DOWN
    for _ in range(5):
        await both.bench.look()
        while await both.bench.work.once():
            pass
        both.bench.clock.advance(60)
    assert both.state("quotes", quote) == (2, 4)  # the user's act stands
    assert both.state("salesorders", order) == (0, 1)
    unconverted(both, quote)
    assert not await both.bench.conflicts()
    both.bench.weather.clear()
    await both.bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


@pytest.mark.parametrize("late", ["quotes", "orders", "order-lines", "customers-accounts"])
async def test_maps_are_resumed_one_after_the_other(both: Desk, late: str) -> None:
    """The quote is looked at again when the last map that its step needs is resumed."""
    bench = both.bench
    quote = await activated(both)
    maps = ["quotes", "orders", "order-lines", "customers-accounts"]
    await pause_maps(bench.store, bench.kinds, maps, bench.clock)
    order = both.create_order(quote)
    await bench.run()
    unconverted(both, quote)
    for one in sorted(maps, key=lambda name: name == late):
        await resume_maps(bench.store, bench.kinds, [one], bench.clock)
        await bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


async def test_only_the_changeset_is_lost(desk: Desk) -> None:
    """Every answer to a write of the ERP is lost, several times in a row; it is done once."""
    quote = await activated(desk)
    order = desk.create_order(quote)
    left = [Fault.LOST_ANSWER, Fault.LOST_REQUEST, Fault.LOST_ANSWER]
    desk.bench.weather[Side.ERP] = lambda asked: (
        left.pop() if asked is Asked.WRITE and left else None
    )
    await desk.bench.run()
    is_ordered(desk, quote, order)
    await at_rest(desk)


async def test_an_existing_customers_order(both: Desk) -> None:
    both.act("convert-prospect", "CRMP-001")
    await both.bench.run()
    quote = await activated(both)
    order = both.create_order(quote)
    await both.bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


async def test_a_customer_that_only_one_side_knows_to_be_one(both: Desk) -> None:
    """The prospect is converted in the ERP while the CRM user makes the order."""
    quote = await activated(both)
    both.act("convert-prospect", "CRMP-001")
    order = both.create_order(quote)
    await both.bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


async def test_the_crm_user_converts_and_orders_at_once(both: Desk) -> None:
    quote = await activated(both)
    both.edit(
        "accounts",
        both.account_id(),
        customertypecode=3,
        **{"msdyn_customergroupid@odata.bind": both.bench.group("20")},
    )
    order = both.create_order(quote)
    await both.bench.run()
    is_ordered(both, quote, order, group="20")
    await at_rest(both)


async def test_a_quote_that_is_won_without_an_order_is_confirmed(both: Desk) -> None:
    quote = await activated(both)
    both.win(quote)
    await both.bench.run()
    there = quote_stands(both, both.number(quote), "confirmed")
    assert there["_msdyn_generatedsalesordernumber_value"] is None
    assert both.erp.list("CDSSalesOrderHeaders") == []
    assert both.row("accounts", both.account_id())["customertypecode"] == 3
    await at_rest(both)
    order = both.create_order(quote)  # later, of the won quote
    await both.bench.run()
    is_ordered(both, quote, order)
    await at_rest(both)


async def test_two_quotes_of_one_prospect_in_the_same_moment(both: Desk) -> None:
    quotes = [await activated(both), await activated(both)]
    orders = [both.create_order(quote) for quote in quotes]
    await both.bench.run()
    for quote, order in zip(quotes, orders, strict=True):
        is_ordered(both, quote, order)
    await at_rest(both)


async def test_an_order_without_a_quote(both: Desk) -> None:
    both.act("convert-prospect", "CRMP-001")
    await both.bench.run()
    order = both.order(both.account_id(), 3, 5)
    await both.bench.run()
    number = both.row("salesorders", order)["msdyn_salesordernumber"]
    there = both.erp_order(number)
    assert there is not None
    lines = both.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    assert [line["OrderedSalesQuantity"] for line in lines] == [3, 5]
    await at_rest(both)


async def test_an_order_without_a_quote_for_a_prospect_waits_for_the_customer(both: Desk) -> None:
    order = both.order(both.account_id(), 3)
    await both.bench.run()
    assert both.erp.list("CDSSalesOrderHeaders") == []
    both.act("convert-prospect", "CRMP-001")
    await both.bench.run()
    assert both.erp_order(both.row("salesorders", order)["msdyn_salesordernumber"]) is not None
    await at_rest(both)


async def test_an_order_that_is_not_ready_to_sync(both: Desk) -> None:
    both.act("convert-prospect", "CRMP-001")
    await both.bench.run()
    order = both.order(both.account_id(), 3, msdyn_isreadytosync=False)
    (line,) = both.lines_of("salesorderdetails", "salesorderid", order)
    both.edit("salesorderdetails", line["salesorderdetailid"], msdyn_isreadytosync=False)
    await both.bench.run()
    assert both.erp.list("CDSSalesOrderHeaders") == []
    both.edit("salesorders", order, msdyn_isreadytosync=True)
    both.edit("salesorderdetails", line["salesorderdetailid"], msdyn_isreadytosync=True)
    await both.bench.run()
    number = both.row("salesorders", order)["msdyn_salesordernumber"]
    assert both.erp_order(number) is not None
    assert len(both.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)) == 1
    await at_rest(both)


async def test_an_order_of_a_quote_that_is_not_ready_to_sync(desk: Desk) -> None:
    """Its quote is confirmed; the order follows when it is ready."""
    quote = await activated(desk)
    order = desk.create_order(quote)
    desk.edit("salesorders", order, msdyn_isreadytosync=False)
    await desk.bench.run()
    quote_stands(desk, desk.number(quote), "confirmed")
    assert desk.erp.list("CDSSalesOrderHeaders") == []
    desk.edit("salesorders", order, msdyn_isreadytosync=True)
    await desk.bench.run()
    is_ordered(desk, quote, order)
    await at_rest(desk)
