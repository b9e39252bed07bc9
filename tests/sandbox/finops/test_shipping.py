"""Confirming, picking and packing orders, whole and in parts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.finops.selling import INVOICES, ORDER_LINES, ORDERS, Desk, ordered
from tests.sandbox.finops.worlds import World, refused


def test_packing_in_parts_by_quantity_line_and_list(world: World) -> None:
    number, desk = ordered(world, 3, 5), Desk(world)
    desk.act("pick-order", number)
    assert desk.see(ORDER_LINES, number, 2)["PickedQuantity"] == Decimal(5)
    desk.act("pack-order", number, quantity=4, date="2026-11-24")

    def stands(line: int) -> tuple[str, Decimal, Decimal, Decimal]:
        row = desk.see(ORDER_LINES, number, line)
        assert row["SalesDeliverNow"] == row["DeliveredSalesQuantity"]
        return (
            row["SalesOrderLineStatus"],
            row["DeliveredSalesQuantity"],
            row["RemainingSalesQuantity"],
            row["PickedQuantity"],
        )

    assert stands(1) == ("Delivered", Decimal(3), Decimal(0), Decimal(0))
    assert stands(2) == ("Backorder", Decimal(1), Decimal(4), Decimal(4))
    desk.act("pack-order", number, line=2, quantity=Decimal("1.5"))
    assert stands(2) == ("Backorder", Decimal("2.5"), Decimal("2.5"), Decimal("2.5"))
    desk.act("pack-order", number, lines=[{"line": 2, "quantity": 2}])
    assert desk.act("pack-order", number, line=2)["status"] == "Delivered"
    slips = world.system.list("SalesPackingSlipHeaders")
    assert [slip["JournalNumber"] for slip in slips] == [f"SPS-00000{n}" for n in (1, 2, 3, 4)]
    assert slips[0]["DocumentDate"] == "2026-11-24T12:00:00Z"
    first = desk.rows("SalesPackingSlipLines", JournalNumber="SPS-000001")
    assert [(row["DeliveredQuantity"], row["RemainingQuantity"]) for row in first] == [
        (3, 0),
        (1, 4),
    ]


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        ({"quantity": 9}, "status", "of line 2 cannot be delivered, 5 is left"),
        ({"line": 1, "quantity": 4}, "status", "4 of line 1 cannot be delivered, 3 is left"),
        ({"line": 1, "quantity": -1}, "status", "-1 of line 1 cannot be delivered"),
        ({"line": 7}, "status", "there is no line 7"),
        ({"quantity": 0}, "status", "there is nothing to be delivered"),
        ({"quantity": "many"}, "request", "'quantity' is a number, not 'many'"),
        ({"line": "one"}, "request", "'line' is a number"),
        ({"lines": 3}, "request", "'lines' is a list"),
    ],
)
def test_what_packing_is_refused_for(
    world: World, options: dict[str, Any], code: str, text: str
) -> None:
    number = ordered(world, 3, 5)
    with refused(code, text):
        Desk(world).act("pack-order", number, **options)
    assert not world.system.list("SalesPackingSlipHeaders")


def test_overdelivery_goes_as_far_as_the_line_allows(world: World) -> None:
    number, desk = ordered(world, 10), Desk(world)
    desk.set(ORDER_LINES, number, 1, AllowedOverDeliveryPercentage=Decimal(20))
    with refused("status", "13 of line 1 cannot be delivered"):
        desk.act("pack-order", number, quantity=13)
    assert desk.act("pack-order", number, quantity=12)["status"] == "Delivered"
    assert desk.act("invoice-order", number)["total"] == Decimal("120.00")


def test_a_stopped_line_or_order_stays(world: World) -> None:
    number, desk = ordered(world, 3, 5), Desk(world)
    desk.set(ORDER_LINES, number, 1, IsLineStopped="Yes")
    desk.act("pack-order", number)
    assert desk.see(ORDER_LINES, number, 1)["DeliveredSalesQuantity"] == 0
    with refused("status", "line 1 is stopped"):
        desk.act("pack-order", number, line=1)
    with refused("status", "there is nothing to be picked"):
        desk.act("pick-order", number)
    desk.set(ORDERS, number, IsSalesProcessingStopped="Yes")
    with refused("status", "its processing is stopped"):
        desk.act("confirm-order", number)


def test_confirming_promises_the_dates_that_were_asked_for(world: World) -> None:
    number, desk = ordered(world, 1, RequestedShippingDate="2026-12-24"), Desk(world)
    desk.set(ORDER_LINES, number, 1, ConfirmedShippingDate="2026-12-27")
    desk.act("confirm-order", number)
    assert desk.see(ORDERS, number)["ConfirmedShippingDate"] == "2026-12-24T12:00:00Z"
    line = desk.see(ORDER_LINES, number, 1)
    assert line["ConfirmedShippingDate"] == "2026-12-27T12:00:00Z"
    assert len(desk.rows("SalesOrderConfirmationHeaders", SalesOrderNumber=number)) == 1


@pytest.mark.parametrize("action", ["confirm-order", "pick-order", "pack-order", "cancel-order"])
@pytest.mark.parametrize(
    "before", [["pack-order"], ["pack-order", "invoice-order"], ["cancel-order"]]
)
def test_nothing_is_done_to_an_order_that_is_through(
    world: World, before: list[str], action: str
) -> None:
    number, desk = ordered(world, 3), Desk(world)
    for step in before:
        desk.act(step, number)
    with refused("status", f"Sales order {number}: it can" if action != "cancel-order" else number):
        desk.act(action, number)


def test_a_delivered_order_cannot_be_canceled(world: World) -> None:
    number, desk = ordered(world, 3, 5), Desk(world)
    desk.act("pack-order", number, quantity=1)
    with refused("status", "it cannot be canceled, line 1 has been delivered"):
        desk.act("cancel-order", number)
    with refused("in-use", "line 1 has been delivered"):
        desk.remove(ORDERS, number)
    assert desk.see(ORDERS, number)["SalesOrderProcessingStatus"] == "PartiallyDelivered"


def test_nothing_is_invoiced_before_it_is_delivered(world: World) -> None:
    number, desk = ordered(world, 3), Desk(world)
    with refused("status", "there is nothing delivered that is to be invoiced"):
        desk.act("invoice-order", number)
    assert not world.system.list(INVOICES)
    assert world.next_number("SalesInvoiceId") == 1
