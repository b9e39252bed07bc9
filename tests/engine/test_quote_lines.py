"""Lines of quotes: added, edited and deleted on both sides while the quote is a draft (Q11)."""

from __future__ import annotations

import pytest

from sync.core.row import Side
from sync.engine.maps import pause_maps, resume_maps
from tests.engine.desk import Desk
from tests.engine.standing import at_rest, quote_stands, same_lines


async def crossed(desk: Desk, made_in: str, *quantities: float) -> tuple[str, str]:
    """A draft that both sides have; returns its number and its id."""
    if made_in == "crm":
        number = desk.number(desk.quote(desk.account_id(), *quantities))
    else:
        number = desk.quotation(None, *quantities, ProspectId="CRMP-001")
    await desk.bench.run()
    return number, desk.quote_of(number)


def line_id(desk: Desk, quote: str, sequence: int) -> str:
    lines = desk.lines_of("quotedetails", "quoteid", quote)
    found: str = next(r["quotedetailid"] for r in lines if r["sequencenumber"] == sequence)
    return found


@pytest.mark.parametrize("made_in", ["crm", "erp"])
async def test_q11_lines_are_edited_on_either_side(both: Desk, made_in: str) -> None:
    number, quote = await crossed(both, made_in, 3, 5, 7)
    both.add_line(quote, 11)
    both.edit("quotedetails", line_id(both, quote, 1), quantity=4)
    both.delete("quotedetails", line_id(both, quote, 2))
    await both.bench.run()
    assert same_lines(both, number) == [(1, 4), (3, 7), (4, 11)]
    both.add_quotation_line(number, 13)
    both.edit_quotation_line(number, 1, RequestedSalesQuantity=5)
    both.delete_quotation_line(number, 3)
    await both.bench.run()
    assert same_lines(both, number) == [(1, 5), (4, 11), (5, 13)]
    quote_stands(both, number, "draft")
    await at_rest(both)


async def test_lines_are_added_on_both_sides_at_once(both: Desk) -> None:
    """Both systems draw the same sequence number for two different lines: one record, a clash."""
    number, quote = await crossed(both, "crm", 3)
    both.add_line(quote, 5)
    both.add_quotation_line(number, 7)
    await both.bench.run()
    same_lines(both, number)
    clashes = await both.bench.conflicts(field="quantity")
    assert [(c.kind, c.crm, c.erp) for c in clashes] == [
        ("clash", {"quantity": "5.0000"}, {"quantity": "7.0000"})
    ]
    await at_rest(both)


async def test_a_line_is_edited_on_both_sides(both: Desk) -> None:
    number, quote = await crossed(both, "crm", 3)
    both.edit("quotedetails", line_id(both, quote, 1), quantity=5, msdyn_linedescription2="Ours")
    both.edit_quotation_line(number, 1, RequestedSalesQuantity=7)
    await both.bench.run()
    same_lines(both, number)
    (clash,) = await both.bench.conflicts(field="quantity")
    assert (clash.crm, clash.erp) == ({"quantity": "5.0000"}, {"quantity": "7.0000"})
    (row,) = both.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    assert row["LineDescription"] == "Ours"
    await at_rest(both)


@pytest.mark.parametrize("deleted_in", ["crm", "erp"])
async def test_a_line_is_edited_here_and_deleted_there(both: Desk, deleted_in: str) -> None:
    number, quote = await crossed(both, "crm", 3, 5)
    if deleted_in == "crm":
        both.delete("quotedetails", line_id(both, quote, 1))
        both.edit_quotation_line(number, 1, RequestedSalesQuantity=7)
    else:
        both.edit("quotedetails", line_id(both, quote, 1), quantity=7)
        both.delete_quotation_line(number, 1)
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(state="open")
    assert conflict.kind == "edit_against_delete"
    assert f"was deleted in the {deleted_in.upper()} while quantity was changed" in conflict.message
    theirs = both.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    ours = both.lines_of("quotedetails", "quoteid", quote)
    kept = [r["RequestedSalesQuantity"] for r in theirs if r["LineCreationSequenceNumber"] == 1]
    kept += [r["quantity"] for r in ours if r["sequencenumber"] == 1]
    assert kept == [7], "the edit stays where it was made"
    await at_rest(both, "edit_against_delete")


@pytest.mark.parametrize("deleted_in", ["crm", "erp"])
async def test_an_edit_of_a_deleted_line_keeps_the_quote_from_being_sent(
    desk: Desk, deleted_in: str
) -> None:
    """Its lines are not the same on both sides, and which are right is for a person."""
    number, quote = await crossed(desk, "crm", 3, 5)
    if deleted_in == "crm":
        desk.delete("quotedetails", line_id(desk, quote, 1))
        desk.edit_quotation_line(number, 1, RequestedSalesQuantity=7)
    else:
        desk.edit("quotedetails", line_id(desk, quote, 1), quantity=7)
        desk.delete_quotation_line(number, 1)
    desk.activate(quote)
    await desk.bench.run()
    there = desk.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Created"
    await at_rest(desk, "edit_against_delete")


@pytest.mark.parametrize("owner", ["crm", "erp"])
async def test_a_line_is_added_in_the_last_moment(both: Desk, owner: str) -> None:
    number, quote = await crossed(both, owner, 3)
    if owner == "crm":
        both.add_line(quote, 5)
        both.activate(quote)
    else:
        both.add_quotation_line(number, 5)
        both.act("send-quotation", number)
    await both.bench.run()
    quote_stands(both, number, "sent")
    assert same_lines(both, number) == [(1, 3), (2, 5)]
    await at_rest(both)


async def test_a_line_is_added_between_the_look_and_the_write(desk: Desk) -> None:
    """The quote is activated, and the service is about to send it when the ERP gets a line."""
    number, quote = await crossed(desk, "crm", 3)
    desk.activate(quote)
    desk.bench.before_write = lambda: desk.add_quotation_line(number, 5)
    await desk.bench.run()
    quote_stands(desk, number, "sent")
    assert same_lines(desk, number) == [(1, 3), (2, 5)]
    await at_rest(desk)


@pytest.mark.parametrize("change", ["edit", "delete"])
async def test_a_line_of_the_owner_is_changed_in_the_last_moment(desk: Desk, change: str) -> None:
    number, quote = await crossed(desk, "crm", 3, 5)
    if change == "edit":
        desk.edit("quotedetails", line_id(desk, quote, 2), quantity=6)
    else:
        desk.delete("quotedetails", line_id(desk, quote, 2))
    desk.activate(quote)
    await desk.bench.run()
    quote_stands(desk, number, "sent")
    assert same_lines(desk, number) == ([(1, 3), (2, 6)] if change == "edit" else [(1, 3)])
    await at_rest(desk)


async def test_lines_that_are_known_late_hold_the_quote_back(desk: Desk) -> None:
    """Events come table by table: the activation is known before the line is."""
    number, quote = await crossed(desk, "crm", 3)
    desk.add_line(quote, 5)
    desk.activate(quote)
    crm = desk.bench.captures[Side.CRM]
    await crm.table("quotes")
    await desk.bench.drain()
    while await desk.bench.work.once():
        pass
    there = desk.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Created"
    await desk.bench.run()
    quote_stands(desk, number, "sent")
    assert same_lines(desk, number) == [(1, 3), (2, 5)]
    await at_rest(desk)


@pytest.mark.parametrize("product", ["P0001", "P0002"])
async def test_a_line_takes_the_place_of_a_deleted_one(both: Desk, product: str) -> None:
    """The CRM draws the number of the line that was deleted again, for another line."""
    both.release_product("P0002")
    await both.bench.run()
    number, quote = await crossed(both, "crm", 3, 5)
    both.delete("quotedetails", line_id(both, quote, 2))
    both.add_line(quote, 7, product_number=product)
    await both.bench.run()
    assert same_lines(both, number) == [(1, 3), (2, 7)]
    rows = both.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    assert [row["ProductNumber"] for row in rows] == ["P0001", product]
    await at_rest(both)


async def test_a_line_is_deleted_as_soon_as_the_erp_has_it(both: Desk) -> None:
    """What the ERP filled in on it has not come back yet, and is nobody's edit."""
    number, quote = await crossed(both, "crm", 3)
    both.add_line(quote, 5)

    def deletes() -> None:
        if len(both.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)) < 2:
            both.bench.before_write = deletes
            return
        assert same_lines(both, number) == [(1, 3), (2, 5)]
        both.delete("quotedetails", line_id(both, quote, 2))

    both.bench.before_write = deletes
    await both.bench.run()
    assert both.bench.before_write is None
    assert same_lines(both, number) == [(1, 3)]
    await at_rest(both)


async def test_what_was_filled_in_may_be_edited_before_it_comes_back(desk: Desk) -> None:
    """An edit of it counts as one: the delete waits for a person."""
    number, quote = await crossed(desk, "crm", 3)
    desk.add_line(quote, 5)

    def deletes() -> None:
        if len(desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)) < 2:
            desk.bench.before_write = deletes
            return
        desk.edit_quotation_line(number, 2, ProductName="By the ERP")
        desk.delete("quotedetails", line_id(desk, quote, 2))

    desk.bench.before_write = deletes
    await desk.bench.run()
    (conflict,) = await desk.bench.conflicts(state="open", kind="edit_against_delete")
    assert "while name was changed in the ERP" in conflict.message


async def test_a_line_is_not_deleted_with_another_one_that_had_its_number(both: Desk) -> None:
    """The ERP's line could not cross yet, so that the CRM gave its number to a line of its own."""
    number, quote = await crossed(both, "erp")
    await pause_maps(both.bench.store, both.bench.kinds, ["products"], both.bench.clock)
    both.release_product("P0077")
    both.add_quotation_line(number, 7, ProductNumber="P0077")
    await both.bench.run()
    assert both.lines_of("quotedetails", "quoteid", quote) == []
    both.add_line(quote, 5)
    both.delete_quotation_line(number, 1)
    await both.bench.run()
    assert same_lines(both, number) == [(1, 5)]
    await resume_maps(both.bench.store, both.bench.kinds, ["products"], both.bench.clock)
    await both.bench.run()
    await at_rest(both)
