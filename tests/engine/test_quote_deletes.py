"""A draft that its owner deletes goes on both sides, with the lines that go before it."""

from __future__ import annotations

from tests.engine.desk import Desk


async def test_a_draft_deleted_in_the_crm_goes_in_the_erp_too(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3, 5)
    number = desk.row("quotes", quote)["msdyn_quotenumber"]
    await desk.bench.run()
    assert desk.erp_quotation(number) is not None
    desk.delete("quotes", quote)
    await desk.bench.run()
    assert desk.erp_quotation(number) is None
    assert desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number) == []
    assert not await desk.bench.conflicts()


async def test_a_draft_deleted_in_the_erp_goes_in_the_crm_too(desk: Desk) -> None:
    number = desk.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await desk.bench.run()
    assert desk.find("quotes", msdyn_quotenumber=number)
    desk.delete_quotation(number)
    await desk.bench.run()
    assert desk.find("quotes", msdyn_quotenumber=number) == []
    assert not await desk.bench.conflicts()


async def test_totals_that_fall_with_the_lines_keep_no_deleted_draft(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3, 5)
    number = desk.number(quote)
    await desk.bench.run()
    desk.delete_quotation_line(number, 1)
    desk.delete("quotes", quote)
    await desk.bench.run()
    assert desk.erp_quotation(number) is None
    assert not await desk.bench.conflicts()


async def test_a_line_that_was_edited_meanwhile_keeps_its_draft(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3, 5)
    number = desk.number(quote)
    await desk.bench.run()
    desk.edit_quotation_line(number, 2, RequestedSalesQuantity=7)
    desk.delete("quotes", quote)
    await desk.bench.run()
    assert desk.erp_quotation(number) is not None
    (line,) = desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    assert line["RequestedSalesQuantity"] == 7
    (conflict,) = await desk.bench.conflicts()
    assert conflict.kind == "edit_against_delete"
    desk.delete_quotation_line(number, 2)
    await desk.bench.run()
    assert desk.erp_quotation(number) is None
    assert not [c for c in await desk.bench.conflicts() if c.state == "open"]


async def test_a_deleted_draft_stays_where_somebody_typed_meanwhile(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3)
    number = desk.row("quotes", quote)["msdyn_quotenumber"]
    await desk.bench.run()
    desk.edit_quotation(number, CustomersReference="Keep me")
    desk.delete("quotes", quote)
    await desk.bench.run()
    there = desk.erp_quotation(number)
    assert there is not None
    (conflict,) = await desk.bench.conflicts()
    assert conflict.kind == "edit_against_delete"
    assert conflict.message
    assert "reference" in conflict.message
