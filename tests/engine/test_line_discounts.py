"""Discounts of lines: a whole amount in the CRM, per unit and a rest in the ERP, and back.

Source: dual-write, discounts in prospect-to-cash: 10.00 on 3 pieces is 3.33 a piece and a rest of
-0.01 in the sales charges, and read back it is 10.00 again.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.conftest import running
from tests.engine.desk import Desk
from tests.engine.standing import at_rest

# Discount, quantity → per unit, rest.
CASES = [
    ("10.00", "3", "3.33", "-0.01"),
    ("0.10", "3", "0.03", "-0.01"),
    ("100.00", "7", "14.29", "0.03"),
    ("0.01", "3", "0.00", "-0.01"),
    ("10.00", "4", "2.50", "0.00"),
    ("0.00", "3", "0.00", "0.00"),
]


def erp_line(desk: Desk, number: str) -> dict[str, Decimal]:
    (row,) = desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    return row


def crm_line(desk: Desk, number: str) -> dict[str, Decimal]:
    (row,) = desk.lines_of("quotedetails", "quoteid", desk.quote_of(number))
    return row


def agree(desk: Desk, number: str, whole: str | Decimal) -> None:
    """Both sides take the same off, and the net amount is the same."""
    ours, theirs = crm_line(desk, number), erp_line(desk, number)
    assert ours["manualdiscountamount"] == theirs["TotalDiscountAmount"] == Decimal(whole)
    assert (ours["msdyn_linediscountamount"] or 0) == theirs["LineDiscountAmount"]
    assert (ours["msdyn_fixedpricecharges"] or 0) == theirs["FixedPriceCharges"]
    net = theirs["RequestedSalesQuantity"] * theirs["SalesPrice"] - Decimal(whole)
    assert ours["extendedamount"] == theirs["LineAmount"] == net


@pytest.mark.parametrize(("discount", "quantity", "unit", "rest"), CASES)
async def test_the_crms_discount_is_spread(
    desk: Desk, discount: str, quantity: str, unit: str, rest: str
) -> None:
    quote = desk.quote(desk.account_id())
    desk.add_line(quote, int(quantity), manualdiscountamount=Decimal(discount))
    await desk.bench.run()
    number = desk.number(quote)
    there = erp_line(desk, number)
    assert (there["LineDiscountAmount"], there["FixedPriceCharges"]) == (
        Decimal(unit),
        Decimal(rest),
    )
    agree(desk, number, discount)
    await at_rest(desk)


async def test_it_is_edited_afterwards(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    await both.bench.run()
    line = both.lines_of("quotedetails", "quoteid", quote)[0]["quotedetailid"]
    before = both.bench.systems.writes
    both.edit("quotedetails", line, manualdiscountamount=10)
    await both.bench.run()
    agree(both, number, "10.00")
    assert both.bench.systems.writes - before <= 4, "it goes back and forth"
    both.edit("quotedetails", line, quantity=7)
    await both.bench.run()
    agree(both, number, "10.00")
    there = erp_line(both, number)
    assert (there["LineDiscountAmount"], there["FixedPriceCharges"]) == (
        Decimal("1.43"),
        Decimal("0.01"),
    )
    await at_rest(both)


async def test_the_erps_unit_discount_comes_as_a_whole(both: Desk) -> None:
    number = both.quotation(None, 3, ProspectId="CRMP-001")
    await both.bench.run()
    before = both.bench.systems.writes
    both.edit_quotation_line(number, 1, LineDiscountAmount=Decimal("3.33"))
    await both.bench.run()
    agree(both, number, "9.99")
    assert both.bench.systems.writes - before <= 3, "it goes back and forth"
    both.edit_quotation_line(number, 1, RequestedSalesQuantity=4)
    await both.bench.run()
    agree(both, number, "13.32")
    await at_rest(both)


async def test_it_survives_the_order(both: Desk) -> None:
    quote = both.quote(both.account_id())
    both.add_line(quote, 3, manualdiscountamount=10)
    both.activate(quote)
    await both.bench.run()
    order = both.create_order(quote)
    await both.bench.run()
    number = both.row("salesorders", order)["msdyn_salesordernumber"]
    (theirs,) = both.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    (ours,) = both.lines_of("salesorderdetails", "salesorderid", order)
    assert ours["manualdiscountamount"] == theirs["TotalDiscountAmount"] == Decimal("10.00")
    assert (theirs["LineDiscountAmount"], theirs["FixedPriceCharges"]) == (
        Decimal("3.33"),
        Decimal("-0.01"),
    )
    assert ours["extendedamount"] == theirs["LineAmount"] == Decimal("3590.00")
    await at_rest(both)


CENTS = st.integers(0, 100_000).map(lambda n: Decimal(n) / 100)
PIECES = st.integers(1, 1000)
EDITS = st.one_of(
    st.fixed_dictionaries({"quantity": PIECES}),
    st.fixed_dictionaries({"quantity": PIECES, "manualdiscountamount": CENTS}),
    CENTS,  # per unit, in the ERP
)


@pytest.mark.timeout(300)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(lines=st.lists(st.tuples(CENTS, PIECES, EDITS), min_size=1, max_size=4))
async def test_any_discount_on_any_quantity_comes_back_to_the_cent(
    lines: list[tuple[Decimal, int, dict[str, int | Decimal] | Decimal]],
) -> None:
    """Several lines at once, each then changed once by somebody, on either side."""
    desk = await running()
    quote = desk.quote(desk.account_id())
    number = desk.number(quote)
    made = [
        desk.add_line(quote, quantity, manualdiscountamount=Decimal(discount))
        for discount, quantity, _ in lines
    ]
    await desk.bench.run()
    before = desk.bench.systems.writes
    for sequence, (line, (_, _, edit)) in enumerate(zip(made, lines, strict=True), 1):
        if isinstance(edit, Decimal):
            desk.edit_quotation_line(number, sequence, LineDiscountAmount=edit)
        else:
            desk.edit("quotedetails", line, **edit)
    await desk.bench.run()
    ours = desk.lines_of("quotedetails", "quoteid", quote)
    theirs = desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    for here, there in zip(ours, theirs, strict=True):
        assert here["quantity"] == there["RequestedSalesQuantity"]
        assert here["manualdiscountamount"] == there["TotalDiscountAmount"]
        assert (here["msdyn_linediscountamount"] or 0) == there["LineDiscountAmount"]
        assert here["extendedamount"] == there["LineAmount"]
        whole = there["RequestedSalesQuantity"] * there["LineDiscountAmount"]
        assert there["TotalDiscountAmount"] == whole - there["FixedPriceCharges"]
    assert desk.bench.systems.writes - before <= 4 * len(lines) + 2, "it goes back and forth"
    await at_rest(desk)
