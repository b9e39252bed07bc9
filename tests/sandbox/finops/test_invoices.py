"""Invoices: in parts that add up, read-only, under a key of four."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.finops.selling import (
    INVOICE_LINES,
    INVOICES,
    ORDER_LINES,
    ORDERS,
    Desk,
    ordered,
)
from tests.sandbox.finops.worlds import World, refused


def test_an_invoice_tells_what_was_delivered(world: World) -> None:
    payer = world.customer("Payer", CustomerAccount="C-PAY", InvoiceAddressStreet="9 Bill St")
    world.customer("Gamma", CustomerAccount="C-1", InvoiceAccount=payer["CustomerAccount"])
    desk = Desk(world)
    number = desk.order("C-1", CustomersOrderReference="PO 7", PaymentTermsName="Net10")
    desk.order_line(number, 3, SalesPrice=Decimal(10), TotalDiscountAmount=Decimal("10.00"))
    desk.order_line(number, 2, SalesPrice=Decimal("5.50"))
    desk.act("charge-order", number, amount=Decimal("32.38"))
    desk.act("pack-order", number)
    answer = desk.act("invoice-order", number, date="1996-07-16")
    (invoice,) = world.system.list(INVOICES)
    assert invoice["InvoiceNumber"] == answer["invoice"] == "SI-000001"
    assert invoice["InvoiceDate"] == answer["date"] == "1996-07-16T12:00:00Z"
    assert invoice["LedgerVoucher"] == answer["voucher"] == "SIV-000001"
    assert invoice["SalesOrderNumber"] == number
    assert invoice["InvoiceCustomerAccountNumber"] == "C-PAY"
    assert invoice["OrderingCustomerAccountNumber"] == "C-1"
    assert (invoice["CustomersOrderReference"], invoice["PaymentTermsName"]) == ("PO 7", "Net10")
    assert invoice["InvoiceAddressStreet"] == "9 Bill St"
    assert invoice["TotalChargeAmount"] == Decimal("32.38")
    assert invoice["TotalInvoiceAmount"] == Decimal("63.38")
    assert desk.see(ORDERS, number)["OrderTotalAmount"] == Decimal("63.38")
    first, second = world.system.list(INVOICE_LINES)
    assert [first["LineCreationSequenceNumber"], second["LineCreationSequenceNumber"]] == [1, 2]
    assert (first["InvoicedQuantity"], first["LineAmount"]) == (Decimal(3), Decimal("20.00"))
    assert first["LineTotalDiscountAmount"] == Decimal("10.00")
    assert (first["InventorySiteId"], first["InventoryWarehouseId"]) == ("1", "11")
    assert (second["SalesPrice"], second["LineAmount"]) == (Decimal("5.50"), Decimal("11.00"))
    line = desk.see(ORDER_LINES, number, 1)
    assert (line["InvoicedSalesQuantity"], line["SalesOrderLineStatus"]) == (3, "Invoiced")


def test_nobody_writes_an_invoice(world: World) -> None:
    number, desk = ordered(world, 1), Desk(world)
    desk.act("pack-order", number)
    desk.act("invoice-order", number)
    (invoice,) = world.system.list(INVOICES)
    with refused("read-only", "does not allow", 405):
        world.create(INVOICES, InvoiceNumber="SI-9")
    with refused("read-only", "does not allow", 405):
        world.update(INVOICES, invoice, CurrencyCode="EUR")
    with refused("read-only", "does not allow", 405):
        world.delete(INVOICES, invoice)


def test_charges_of_an_order_are_told_before_its_first_invoice(world: World) -> None:
    number, desk = ordered(world, 3), Desk(world)
    answer = desk.act("charge-order", number, amount=5, line=1)
    assert (answer["charges"], answer["total"]) == (Decimal(5), Decimal("35.00"))
    assert desk.see(ORDER_LINES, number, 1)["TotalChargesAmount"] == Decimal(5)
    desk.act("charge-order", number, amount="2.50")
    assert desk.see(ORDERS, number)["OrderTotalChargesAmount"] == Decimal("7.50")
    with refused("request", "has no line 4"):
        desk.act("charge-order", number, amount=1, line=4)
    desk.act("pack-order", number, quantity=1)
    assert desk.act("invoice-order", number)["total"] == Decimal("14.17")
    with refused("status", "charges cannot be changed once it is invoiced"):
        desk.act("charge-order", number, amount=1)
    desk.act("pack-order", number)
    assert desk.act("invoice-order", number)["total"] == Decimal("23.33")


def test_a_price_stays_once_a_part_is_invoiced(world: World) -> None:
    number, desk = ordered(world, 3), Desk(world)
    desk.act("pack-order", number, quantity=1)
    desk.act("invoice-order", number)
    with refused("posted", "what is invoiced keeps its price"):
        desk.set(ORDER_LINES, number, 1, SalesPrice=Decimal(1))


@pytest.mark.parametrize("included", ["No", "Yes"])
def test_sales_tax_is_added_or_contained(world: World, included: str) -> None:
    desk = Desk(world)
    desk.act("set-tax-rate", "CA", percent=Decimal("19"))
    customer = world.customer(SalesTaxGroup="CA")["CustomerAccount"]
    number = desk.order(customer, ArePricesIncludingSalesTax=included)
    desk.order_line(number, 3, SalesPrice=Decimal("11.90"))
    order = desk.see(ORDERS, number)
    tax, total = ("6.78", "42.48") if included == "No" else ("5.70", "35.70")
    assert (order["OrderTotalTaxAmount"], order["OrderTotalAmount"]) == (
        Decimal(tax),
        Decimal(total),
    )
    assert desk.see(ORDER_LINES, number, 1)["TotalTaxAmount"] == Decimal(tax)
    desk.act("pack-order", number)
    assert desk.act("invoice-order", number)["total"] == Decimal(total)


_PRICES = st.decimals("0.01", "999.99", places=2)
_LINES = st.lists(
    st.tuples(st.integers(1, 12), _PRICES, st.decimals("0", "5", places=2)), min_size=1, max_size=4
)


@settings(max_examples=40, deadline=None)
@given(
    lines=_LINES,
    percent=st.decimals("0", "50", places=1),
    freight=st.decimals("0", "99.99", places=2),
    parts=st.lists(st.integers(1, 7), min_size=1, max_size=6),
)
def test_invoices_in_parts_add_up_to_the_order(
    lines: list[tuple[int, Decimal, Decimal]],
    percent: Decimal,
    freight: Decimal,
    parts: list[int],
) -> None:
    world = World()
    desk = Desk(world)
    desk.act("set-tax-rate", "CA", percent=Decimal("8.25"))
    customer = world.customer(SalesTaxGroup="CA")["CustomerAccount"]
    number = desk.order(customer, TotalDiscountPercentage=percent)
    for quantity, price, discount in lines:
        desk.order_line(number, quantity, SalesPrice=price, TotalDiscountAmount=discount)
    desk.act("charge-order", number, amount=freight)
    left = sum(quantity for quantity, _, _ in lines)
    for part in parts:
        if left > 0:
            desk.act("pack-order", number, quantity=min(part, left))
            desk.act("invoice-order", number)
            left -= part
    if left > 0:
        desk.act("pack-order", number)
        desk.act("invoice-order", number)
    order, invoices = desk.see(ORDERS, number), world.system.list(INVOICES)
    assert order["SalesOrderProcessingStatus"] == "Invoiced"
    for mine, theirs in (
        ("OrderTotalAmount", "TotalInvoiceAmount"),
        ("OrderTotalTaxAmount", "TotalTaxAmount"),
        ("TotalDiscountAmount", "TotalDiscountAmount"),
        ("OrderTotalChargesAmount", "TotalChargeAmount"),
    ):
        assert sum(row[theirs] for row in invoices) == order[mine], mine
    for line in world.system.list(ORDER_LINES):
        posted = desk.rows(
            INVOICE_LINES, LineCreationSequenceNumber=line["LineCreationSequenceNumber"]
        )
        assert sum(row["InvoicedQuantity"] for row in posted) == line["OrderedSalesQuantity"]
        assert sum(row["LineAmount"] for row in posted) == line["LineAmount"]
        discount = sum(row["LineTotalDiscountAmount"] for row in posted)
        assert discount == line["TotalDiscountAmount"]
