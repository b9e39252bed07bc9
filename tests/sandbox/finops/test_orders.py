"""Orders: what they take over, how far they are, and what that forbids."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connectors.sandbox.finops.enums import ENUMS
from connectors.sandbox.finops.logic.documents.processing import PROCESSING
from tests.sandbox.finops.selling import (
    CALLERS,
    ORDER_LINES,
    ORDERS,
    QUOTATIONS,
    Desk,
    ordered,
    quoted,
)
from tests.sandbox.finops.worlds import SERVICE, World, refused

Story = list[tuple[str, dict[str, Any]]]
STORIES: dict[str, tuple[Story, tuple[str, str, str]]] = {
    "nothing": ([], ("Backorder", "None", "Active")),
    "confirmed": ([("confirm-order", {})], ("Backorder", "Confirmation", "Confirmed")),
    "picked": (
        [("confirm-order", {}), ("pick-order", {})],
        ("Backorder", "PickingList", "Picked"),
    ),
    "confirmed again after picking": (
        [("pick-order", {}), ("confirm-order", {})],
        ("Backorder", "PickingList", "Picked"),
    ),
    "part packed": (
        [("confirm-order", {}), ("pick-order", {}), ("pack-order", {"quantity": 2})],
        ("Backorder", "PackingSlip", "PartiallyDelivered"),
    ),
    "part packed, part invoiced": (
        [("pack-order", {"quantity": 2}), ("invoice-order", {})],
        ("Backorder", "Invoice", "PartiallyInvoiced"),
    ),
    "part invoiced, picked again": (
        [("pack-order", {"quantity": 2}), ("invoice-order", {}), ("pick-order", {})],
        ("Backorder", "Invoice", "PartiallyInvoiced"),
    ),
    "packed": ([("pack-order", {})], ("Delivered", "PackingSlip", "Delivered")),
    "packed, of which part is invoiced": (
        [("pack-order", {"quantity": 2}), ("invoice-order", {}), ("pack-order", {})],
        ("Delivered", "Invoice", "DeliveredPartiallyInvoiced"),
    ),
    "invoiced": (
        [("pack-order", {}), ("invoice-order", {})],
        ("Invoiced", "Invoice", "Invoiced"),
    ),
    "canceled": ([("cancel-order", {})], ("Canceled", "None", "Canceled")),
    "canceled after picking": (
        [("pick-order", {}), ("cancel-order", {})],
        ("Canceled", "PickingList", "Canceled"),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_the_processing_status_follows_from_status_and_document(world: World, story: str) -> None:
    number, desk = ordered(world, 3), Desk(world)
    steps, expected = STORIES[story]
    answer = {}
    for action, options in steps:
        answer = desk.act(action, number, **options)
    order = desk.see(ORDERS, number)
    names = ("SalesOrderStatus", "DocumentStatus", "SalesOrderProcessingStatus")
    assert tuple(order[name] for name in names) == expected
    if answer:
        assert tuple(answer[n] for n in ("status", "document_status", "processing_status")) == (
            expected
        )


def test_every_processing_status_has_its_story() -> None:
    told = {expected[2] for _, expected in STORIES.values()}
    assert told == set(ENUMS["SalesOrderProcessingStatus"]) == set(PROCESSING.values())


def test_an_order_of_the_crm_keeps_its_number_and_is_completed(world: World) -> None:
    customer = world.customer(
        PaymentTerms="Net10", DeliveryMode="AIR", DeliveryTerms="FOB", SiteId="2", WarehouseId="21"
    )
    world.address(customer["PartyNumber"], "1 Dock Rd", "Delivery")
    desk = Desk(world, SERVICE)
    number = desk.order(customer["CustomerAccount"], SalesOrderNumber="ORD-000042")
    line = desk.order_line(number, 4)
    order = desk.see(ORDERS, "ORD-000042")
    assert number == "ORD-000042"
    assert order["InvoiceCustomerAccountNumber"] == customer["CustomerAccount"]
    assert order["SalesOrderName"] == "Gamma"
    assert (order["CurrencyCode"], order["PaymentTermsName"]) == ("USD", "Net10")
    assert (order["DeliveryModeCode"], order["DeliveryTermsCode"]) == ("AIR", "FOB")
    assert order["DeliveryAddressStreet"] == "1 Dock Rd"
    assert order["FormattedDelveryAddress"].startswith("1 Dock Rd")
    assert order["OrderTotalAmount"] == Decimal("4800.00")
    assert order["OrderCreationDateTime"] == "2026-11-20T08:15:00Z"
    assert (line["ShippingSiteId"], line["ShippingWarehouseId"]) == ("2", "21")
    assert (line["DeliveryModeCode"], line["SalesOrderLineStatus"]) == ("AIR", "Backorder")
    assert line["RemainingSalesQuantity"] == Decimal(4)
    assert line["DeliveryAddressStreet"] == "1 Dock Rd"


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ({}, "mandatory", "Field 'Customer account' must be filled in."),
        ({"OrderingCustomerAccountNumber": "X"}, "reference", "'X' in field 'Customer account'"),
        (
            {"OrderingCustomerAccountNumber": "CU-000001", "SalesOrderNumber": "SO-000001"},
            "duplicate",
            "Sales order: SO-000001. The record already exists.",
        ),
        (
            {
                "OrderingCustomerAccountNumber": "CU-000001",
                "SalesOrderProcessingStatus": "Invoiced",
            },
            "status",
            "A new sales order has the processing status Active.",
        ),
        (
            {"OrderingCustomerAccountNumber": "CU-000001", "DeliveryModeCode": "RAFT"},
            "reference",
            "'RAFT' in field 'Mode of delivery'",
        ),
    ],
)
def test_what_a_new_order_is_refused_for(
    world: World, body: dict[str, str], code: str, text: str
) -> None:
    ordered(world)
    with refused(code, text):
        world.create(ORDERS, dataAreaId="usmf", **body)


def test_site_and_warehouse_come_from_the_product_and_are_mandatory(world: World) -> None:
    desk = Desk(world)
    number = ordered(world, 1)
    line = desk.see(ORDER_LINES, number, 1)
    assert (line["ShippingSiteId"], line["ShippingWarehouseId"]) == ("1", "11")
    assert desk.order_line(number, ShippingSiteId="2", ShippingWarehouseId="21")
    assert desk.order_line(number, ShippingWarehouseId="21")["ShippingSiteId"] == "2"
    with refused("rule", "Warehouse 21 does not belong to site 1."):
        desk.order_line(number, ShippingSiteId="1", ShippingWarehouseId="21")
    with refused("mandatory", "Inventory dimension Warehouse is mandatory and must conseq"):
        desk.order_line(number, ShippingSiteId="2")
    with refused("reference", "'9' in field 'Site'"):
        desk.order_line(number, ShippingSiteId="9")
    with refused("mandatory", "Inventory dimension Site is mandatory and must consequently be"):
        settings = world.system.db.get("order_settings", "usmf", "P0001")
        assert settings is not None
        blank = dict.fromkeys(
            ("sales_site", "sales_warehouse", "inventory_site", "inventory_warehouse"), ""
        )
        with world.system.transaction():
            world.system.db.update("order_settings", settings, blank)
        desk.order_line(number)


def test_sites_default_from_the_parameters_when_nothing_else_tells(world: World) -> None:
    desk = Desk(world)
    answer = desk.act("set-parameters", "", default_site="2", default_warehouse="21")
    assert (answer["site"], answer["warehouse"]) == ("2", "21")
    assert desk.see(ORDER_LINES, ordered(world, 1), 1)["ShippingWarehouseId"] == "21"
    with refused("reference", "'9' in field 'Site'"):
        desk.act("set-parameters", "", site="9")


@pytest.mark.parametrize("caller", CALLERS)
def test_the_processing_status_takes_only_cancellation(world: World, caller: str) -> None:
    number, desk = ordered(world, 3), Desk(world, CALLERS[caller])
    with refused("status", "cannot be set to Invoiced"):
        desk.set(ORDERS, number, SalesOrderProcessingStatus="Invoiced")
    desk.set(ORDERS, number, SalesOrderProcessingStatus="Canceled")
    order, line = desk.see(ORDERS, number), desk.see(ORDER_LINES, number, 1)
    assert (order["SalesOrderStatus"], order["OrderTotalAmount"]) == ("Canceled", Decimal(0))
    assert (line["SalesOrderLineStatus"], line["RemainingSalesQuantity"]) == ("Canceled", 0)


EDITS: dict[str, Callable[[Desk, str], None]] = {
    "header": lambda desk, number: desk.set(ORDERS, number, Email="x@example.com"),
    "line": lambda desk, number: desk.set(ORDER_LINES, number, 1, LineDescription="x"),
    "new line": lambda desk, number: desk.order_line(number) and None,
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("end", [["cancel-order"], ["pack-order", "invoice-order"]])
def test_people_leave_an_order_alone_that_is_through(
    world: World, end: list[str], edit: str
) -> None:
    number, desk = ordered(world, 3), Desk(world)
    for step in end:
        desk.act(step, number)
    with refused("frozen", "and cannot be edited."):
        EDITS[edit](desk, number)
    if edit != "new line":
        EDITS[edit](Desk(world, SERVICE), number)


@pytest.mark.parametrize("caller", CALLERS)
def test_what_was_delivered_cannot_be_undone_by_an_edit(world: World, caller: str) -> None:
    number = ordered(world, 5)
    Desk(world).act("pack-order", number, quantity=3)
    desk = Desk(world, CALLERS[caller])
    with refused("posted", "the quantity cannot be less than 3"):
        desk.set(ORDER_LINES, number, 1, OrderedSalesQuantity=2)
    with refused("posted", "it has been delivered"):
        desk.remove(ORDER_LINES, number, 1)
    desk.set(ORDER_LINES, number, 1, OrderedSalesQuantity=3)
    assert desk.see(ORDERS, number)["SalesOrderProcessingStatus"] == "Delivered"
    desk.set(ORDER_LINES, number, 1, OrderedSalesQuantity=4)
    order = desk.see(ORDERS, number)
    assert order["SalesOrderProcessingStatus"] == "PartiallyDelivered"
    assert order["OrderTotalAmount"] == Decimal("40.00")


def test_a_quotation_forgets_an_order_that_is_deleted(world: World) -> None:
    number = quoted(world, "SCM", "Confirmed")
    desk = Desk(world)
    order = desk.see(QUOTATIONS, number)["GeneratedSalesOrderNumber"]
    desk.remove(ORDERS, order)
    assert desk.see(QUOTATIONS, number)["GeneratedSalesOrderNumber"] == ""
    assert not world.system.list(ORDER_LINES)


@pytest.mark.parametrize("copies", [True, False])
def test_an_order_of_the_crm_copies_the_quotation_when_told_to(
    world: World, *, copies: bool
) -> None:
    Desk(world).act("set-parameters", "", copy_quotation_data=copies)
    customer = world.customer()["CustomerAccount"]
    desk = Desk(world, SERVICE)
    number = desk.quotation(customer, CustomersReference="PO 7", DeliveryAddressStreet="1 Own St")
    desk.quote_line(number, 3, SalesPrice=Decimal(20), TotalDiscountAmount=Decimal("10.00"))
    for status in ("Sent", "Confirmed"):
        desk.set(QUOTATIONS, number, SalesQuotationStatus=status)
    order = desk.order(customer, QuotationNumber=number)
    line = desk.order_line(order, 3, LineCreationSequenceNumber=1)
    header = desk.see(ORDERS, order)
    if copies:
        assert header["CustomersOrderReference"] == "PO 7"
        assert header["DeliveryAddressStreet"] == "1 Own St"
        assert line["TotalDiscountAmount"] == Decimal("10.00")
        assert line["LineAmount"] == Decimal("50.00")
    else:
        assert header["CustomersOrderReference"] == ""
        assert header["DeliveryAddressStreet"] == ""
        assert line["LineAmount"] == Decimal("3600.00")


@pytest.mark.parametrize("caller", CALLERS)
def test_a_product_and_a_customer_stay(world: World, caller: str) -> None:
    number, desk = ordered(world), Desk(world, CALLERS[caller])
    other = world.customer("Other")["CustomerAccount"]
    with refused("frozen", "Field 'Product number' does not allow editing."):
        desk.set(ORDER_LINES, number, 1, ProductNumber="P0002")
    with refused("frozen", "Field 'Customer account' does not allow editing."):
        desk.set(ORDERS, number, OrderingCustomerAccountNumber=other)
