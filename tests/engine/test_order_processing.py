"""Orders after they were made: the ERP moves them, the CRM follows; invoices come one way."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.kernel.errors import SystemRefusal
from tests.engine.desk import Desk
from tests.engine.ordering import activated
from tests.engine.standing import at_rest

# Source: dual-write, order status in prospect-to-cash.
# ERP actions → processing status, its copy, the CRM's state and reason.
TABLE: dict[str, tuple[list[tuple[str, dict[str, Any]]], str, int, tuple[int, int]]] = {
    "active": ([], "Active", 192350000, (0, 1)),
    "confirmed": ([("confirm-order", {})], "Confirmed", 192350001, (0, 1)),
    "picked": ([("pick-order", {})], "Picked", 192350002, (0, 1)),
    "partially delivered": (
        [("pack-order", {"quantity": 4})],
        "PartiallyDelivered",
        192350003,
        (0, 1),
    ),
    "partially invoiced": (
        [("pack-order", {"quantity": 4}), ("invoice-order", {})],
        "PartiallyInvoiced",
        192350006,
        (0, 1),
    ),
    "delivered": ([("pack-order", {})], "Delivered", 192350004, (3, 100001)),
    "delivered and partially invoiced": (
        [("pack-order", {"quantity": 4}), ("invoice-order", {}), ("pack-order", {})],
        "DeliveredPartiallyInvoiced",
        192350008,
        (3, 100001),
    ),
    "invoiced": ([("pack-order", {}), ("invoice-order", {})], "Invoiced", 192350005, (4, 100003)),
    "canceled": ([("cancel-order", {})], "Canceled", 192350007, (2, 4)),
}


async def ordered(desk: Desk) -> tuple[str, str]:
    """An order of 3 and 5 pieces that the CRM made; returns its number and its id."""
    quote = await activated(desk, 3, 5)
    order = desk.create_order(quote)
    await desk.bench.run()
    number: str = desk.row("salesorders", order)["msdyn_salesordernumber"]
    return number, order


def stands(desk: Desk, number: str, order: str, row: str) -> None:
    """Both sides of an order are as a row of the table says."""
    _, status, copy, state = TABLE[row]
    there = desk.erp_order(number)
    assert there is not None
    assert there["SalesOrderProcessingStatus"] == status
    assert desk.row("salesorders", order)["msdyn_processingstatus"] == copy
    assert desk.state("salesorders", order) == state


@pytest.mark.parametrize("row", list(TABLE))
@pytest.mark.parametrize("at_once", [False, True], ids=["step by step", "at once"])
async def test_the_crm_follows_every_row_of_the_table(both: Desk, row: str, at_once: bool) -> None:
    number, order = await ordered(both)
    for action, options in TABLE[row][0]:
        both.act(action, number, **options)
        if not at_once:
            await both.bench.run()
    await both.bench.run()
    stands(both, number, order, row)
    await at_rest(both)


async def test_an_order_goes_its_whole_way(both: Desk) -> None:
    """Delivered and invoiced in parts; the parts of the invoices add up to the order."""
    number, order = await ordered(both)
    way = [
        ("confirm-order", {}, "confirmed"),
        ("pick-order", {}, "picked"),
        ("pack-order", {"quantity": 2}, "partially delivered"),
        ("invoice-order", {}, "partially invoiced"),
        ("pack-order", {"quantity": 4}, "partially invoiced"),
        ("invoice-order", {}, "partially invoiced"),
        ("pack-order", {}, "delivered and partially invoiced"),
        ("invoice-order", {}, "invoiced"),
    ]
    for action, options, row in way:
        both.act(action, number, **options)
        await both.bench.run()
        stands(both, number, order, row)
    shipped = both.lines_of("salesorderdetails", "salesorderid", order)
    assert [line["quantityshipped"] for line in shipped] == [3, 5]
    assert [line["msdyn_linestatus"] for line in shipped] == [192350003, 192350003]
    invoices = both.find("invoices")
    assert len(invoices) == 3
    assert {(r["statecode"], r["statuscode"]) for r in invoices} == {(0, 4)}
    assert {r["_salesorderid_value"] for r in invoices} == {order}
    total = sum((r["msdyn_totalamount"] for r in invoices), Decimal(0))
    assert total == both.row("salesorders", order)["totalamount"] == Decimal(8) * 1200
    lines = both.crm.list("invoicedetails")
    assert sorted(line["quantity"] for line in lines) == [1, 2, 2, 3]
    await at_rest(both)


async def test_an_order_of_the_erp_comes_with_its_invoice(both: Desk) -> None:
    """Everything happened before the service looked."""
    both.act("convert-prospect", "CRMP-001")
    number = both.erp_order_of("CRMP-001", 3, 5)
    both.act("pack-order", number)
    both.act("invoice-order", number)
    await both.bench.run()
    (order,) = both.find("salesorders", msdyn_salesordernumber=number)
    stands(both, number, order["salesorderid"], "invoiced")
    (invoice,) = both.find("invoices")
    assert invoice["_salesorderid_value"] == order["salesorderid"]
    assert invoice["_customerid_value"] == both.account_id()
    assert len(both.crm.list("invoicedetails")) == 2
    await at_rest(both)


async def test_people_of_the_crm_move_no_order(desk: Desk) -> None:
    number, order = await ordered(desk)
    for state in ((2, 4), (3, 100001), (4, 100003)):
        with pytest.raises(SystemRefusal, match="processed in Supply Chain Management"):
            desk.edit("salesorders", order, statecode=state[0], statuscode=state[1])
    with pytest.raises(SystemRefusal, match="Invoices are created in Supply Chain Management"):
        desk.make_invoice(order)
    await desk.bench.run()
    stands(desk, number, order, "active")
    await at_rest(desk)


async def test_what_goes_one_way_stays_as_typed_and_is_marked(both: Desk) -> None:
    """A CRM user's edit of what only the ERP tells is kept there, never carried across."""
    number, order = await ordered(both)
    before = both.erp_order(number)
    both.edit("salesorders", order, msdyn_formatteddeliveryaddress="Mine")
    await both.bench.run()
    assert both.row("salesorders", order)["msdyn_formatteddeliveryaddress"] == "Mine"
    assert both.erp_order(number) == before
    link = await both.bench.link("order", f"usmf|{number.lower()}")
    assert link.fields["delivery_formatted"] == "not synchronised"
    await at_rest(both)


async def test_the_erps_later_word_replaces_what_was_typed_and_keeps_it(both: Desk) -> None:
    number, order = await ordered(both)
    both.edit("salesorders", order, msdyn_processingstatus=192350002)
    await both.bench.run()
    assert both.row("salesorders", order)["msdyn_processingstatus"] == 192350002
    both.act("confirm-order", number)
    await both.bench.run()
    stands(both, number, order, "confirmed")
    found = await both.bench.conflicts(field="processing_status")
    assert [(c.crm, c.erp, c.state) for c in found] == [
        ({"processing_status": "Picked"}, {"processing_status": "Confirmed"}, "resolved")
    ]
    await at_rest(both)


async def test_lines_of_an_order_are_edited_on_either_side(both: Desk) -> None:
    number, order = await ordered(both)
    lines = both.lines_of("salesorderdetails", "salesorderid", order)
    both.edit("salesorderdetails", lines[0]["salesorderdetailid"], quantity=4)
    both.delete("salesorderdetails", lines[1]["salesorderdetailid"])
    both.add_order_line(order, 7)
    await both.bench.run()
    theirs = both.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    # The CRM draws the number of the deleted line again.
    assert [(r["LineCreationSequenceNumber"], r["OrderedSalesQuantity"]) for r in theirs] == [
        (1, 4),
        (2, 7),
    ]
    await at_rest(both)
