"""A line's discount as a whole and per unit. Source: dual-write, 10.00 on three pieces."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.finops.selling import (
    CALLERS,
    ORDER_LINES,
    QUOTATION_LINES,
    QUOTATIONS,
    Desk,
    ordered,
    quoted,
)
from tests.sandbox.finops.worlds import PERSON, SERVICE, World

_PARTS = ("TotalDiscountAmount", "LineDiscountAmount", "FixedPriceCharges", "LineAmount")


def _parts(row: dict[str, Any]) -> tuple[Decimal, ...]:
    return tuple(row[name] for name in _PARTS)


def _decimals(*values: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


@pytest.mark.parametrize("caller", CALLERS)
def test_ten_on_three_pieces(world: World, caller: str) -> None:
    number = quoted(world)
    desk = Desk(world, CALLERS[caller])
    desk.set(QUOTATION_LINES, number, 1, SalesPrice=20, TotalDiscountAmount=Decimal("10.00"))
    line = desk.see(QUOTATION_LINES, number, 1)
    assert _parts(line) == _decimals("10.00", "3.33", "-0.01", "50.00")
    assert line["TotalDiscountAmount"] == 3 * line["LineDiscountAmount"] - line["FixedPriceCharges"]
    assert desk.see(QUOTATIONS, number)["QuotationTotalAmount"] == Decimal("50.00")


def test_what_a_person_enters_per_unit_is_told_for_the_line(world: World) -> None:
    number, desk = ordered(world, 3), Desk(world)
    desk.set(ORDER_LINES, number, 1, TotalDiscountAmount=Decimal("10.00"))
    desk.set(ORDER_LINES, number, 1, LineDiscountAmount=Decimal("2.50"))
    assert _parts(desk.see(ORDER_LINES, number, 1)) == _decimals("7.50", "2.50", "0", "22.50")


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        (PERSON, _decimals("13.32", "3.33", "0", "26.68")),
        (SERVICE, _decimals("10.00", "2.50", "0", "30.00")),
    ],
    ids=["person", "integration"],
)
def test_a_new_quantity_keeps_what_its_author_knows(
    world: World, caller: Any, expected: tuple[Decimal, ...]
) -> None:
    number = ordered(world, 3)
    Desk(world).set(ORDER_LINES, number, 1, TotalDiscountAmount=Decimal("10.00"))
    desk = Desk(world, caller)
    desk.set(ORDER_LINES, number, 1, OrderedSalesQuantity=4)
    assert _parts(desk.see(ORDER_LINES, number, 1)) == expected


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        ("-0.01", _decimals("10.00", "3.33", "-0.01", "20.00")),
        ("-0.02", _decimals("9.99", "3.33", "-0.02", "19.99")),
    ],
    ids=["remainder", "charges"],
)
def test_a_remainder_may_be_typed_with_the_discount_per_unit(
    world: World, charges: str, expected: tuple[Decimal, ...], at_once: bool
) -> None:
    number, desk = ordered(world, 3), Desk(world)
    parts = {"LineDiscountAmount": Decimal("3.33"), "FixedPriceCharges": Decimal(charges)}
    for values in [parts] if at_once else [{name: parts[name]} for name in parts]:
        desk.set(ORDER_LINES, number, 1, **values)
    assert _parts(desk.see(ORDER_LINES, number, 1)) == expected


def test_typed_charges_and_the_remainder_share_a_field(world: World) -> None:
    number, desk = ordered(world, 3), Desk(world)
    desk.set(ORDER_LINES, number, 1, FixedPriceCharges=Decimal("5.00"))
    desk.set(ORDER_LINES, number, 1, TotalDiscountAmount=Decimal("10.00"))
    assert _parts(desk.see(ORDER_LINES, number, 1)) == _decimals("10.00", "3.33", "4.99", "25.00")
    desk.set(ORDER_LINES, number, 1, TotalDiscountAmount=0)
    assert _parts(desk.see(ORDER_LINES, number, 1)) == _decimals("0", "0", "5.00", "35.00")


def test_percentages_and_multiline_discounts(world: World) -> None:
    number, desk = ordered(world), Desk(world)
    desk.set(
        ORDER_LINES,
        number,
        1,
        LineDiscountAmount=Decimal(1),
        MultilineDiscountAmount=Decimal(1),
        LineDiscountPercentage=Decimal(10),
        MultilineDiscountPercentage=Decimal(50),
    )
    assert desk.see(ORDER_LINES, number, 1)["LineAmount"] == Decimal("10.80")
    desk.set(ORDER_LINES, number, 1, SalesPriceQuantity=Decimal(4), SalesPrice=Decimal(40))
    assert desk.see(ORDER_LINES, number, 1)["LineAmount"] == Decimal("10.80")


_MONEY = st.decimals("0", "500", places=2)


@settings(max_examples=150, deadline=None)
@given(
    quantity=st.decimals("0.1", "99", places=1),
    price=_MONEY,
    discount=_MONEY,
    charges=st.decimals("-5", "50", places=2),
)
def test_what_is_written_is_read_and_written_again_changes_nothing(
    quantity: Decimal, price: Decimal, discount: Decimal, charges: Decimal
) -> None:
    world = World()
    number, desk = quoted(world), Desk(world, SERVICE)
    line = desk.quote_line(
        number,
        quantity,
        SalesPrice=price or Decimal(1),
        TotalDiscountAmount=discount,
        FixedPriceCharges=charges,
    )
    assert line["TotalDiscountAmount"] == discount
    if charges and discount:
        assert line["FixedPriceCharges"] == charges
    elif discount:
        rest = quantity * line["LineDiscountAmount"] - discount
        assert line["FixedPriceCharges"] == rest
    both = ("RequestedSalesQuantity", "SalesPrice", *_PARTS[:3])
    desk.set(QUOTATION_LINES, number, 2, **{name: line[name] for name in both})
    assert desk.see(QUOTATION_LINES, number, 2) == line
    for name in both:  # a mapping that writes one field at a time
        desk.set(QUOTATION_LINES, number, 2, **{name: line[name]})
    assert desk.see(QUOTATION_LINES, number, 2) == line
