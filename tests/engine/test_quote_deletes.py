"""Quotes that are deleted (Q12): by whom, with their lines, and against edits."""

from __future__ import annotations

import pytest

from tests.engine.desk import Desk
from tests.engine.standing import at_rest


async def crossed(desk: Desk, made_in: str) -> tuple[str, str]:
    """A draft with two lines that both sides have; returns its number and its id."""
    if made_in == "crm":
        number = desk.number(desk.quote(desk.account_id(), 3, 5))
    else:
        number = desk.quotation(None, 3, 5, ProspectId="CRMP-001")
    await desk.bench.run()
    return number, desk.quote_of(number)


def gone(desk: Desk) -> None:
    """Neither side has a quote or a line."""
    assert desk.find("quotes") == []
    assert desk.crm.list("quotedetails") == []
    assert desk.erp.list("CDSSalesQuotationHeaders") == []
    assert desk.erp.list("CDSSalesQuotationLines") == []


@pytest.mark.parametrize("owner", ["crm", "erp"])
async def test_q12_the_owner_deletes_a_draft_with_its_lines(both: Desk, owner: str) -> None:
    number, quote = await crossed(both, owner)
    if owner == "crm":
        both.delete("quotes", quote)
    else:
        both.delete_quotation(number)
    await both.bench.run()
    gone(both)
    await at_rest(both)


@pytest.mark.parametrize("owner", ["crm", "erp"])
async def test_a_number_is_used_again_after_a_delete(desk: Desk, owner: str) -> None:
    number, quote = await crossed(desk, owner)
    if owner == "crm":
        desk.delete("quotes", quote)
        await desk.bench.run()
        desk.quote(desk.account_id(), 7, number=number)
    else:
        desk.delete_quotation(number)
        await desk.bench.run()
        desk.quotation(number, 7, ProspectId="CRMP-001")
    await desk.bench.run()
    assert len(desk.find("quotes", msdyn_quotenumber=number)) == 1
    assert len(desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)) == 1
    await at_rest(desk)


@pytest.mark.parametrize("owner", ["crm", "erp"])
async def test_it_is_deleted_here_and_edited_there(desk: Desk, owner: str) -> None:
    number, quote = await crossed(desk, owner)
    if owner == "crm":
        desk.delete("quotes", quote)
        desk.edit_quotation(number, CustomersReference="Ours")
    else:
        desk.delete_quotation(number)
        desk.edit("quotes", quote, msdyn_customersreference="Ours")
    await desk.bench.run()
    found = await desk.bench.conflicts(state="open", kind="edit_against_delete")
    (conflict,) = [c for c in found if c.message.startswith(f"quote {number}")]
    assert "deleted" in conflict.message
    kept = desk.erp_quotation(number) if owner == "crm" else desk.row("quotes", quote)
    assert kept is not None
    every = await desk.bench.conflicts(state="open")
    await at_rest(desk, *(c.kind.value for c in every))


@pytest.mark.parametrize("owner", ["crm", "erp"])
async def test_it_is_deleted_here_while_a_line_is_added_there(desk: Desk, owner: str) -> None:
    number, quote = await crossed(desk, owner)
    if owner == "crm":
        desk.delete("quotes", quote)
        desk.add_quotation_line(number, 7)
    else:
        desk.delete_quotation(number)
        desk.add_line(quote, 7)
    await desk.bench.run()
    found = await desk.bench.conflicts(state="open")
    kept = (
        desk.erp.list("CDSSalesQuotationLines") if owner == "crm" else desk.crm.list("quotedetails")
    )
    # The new line is either kept on its side, or told of in a conflict; it never just disappears.
    assert kept or [c for c in found if "7" in str((c.crm, c.erp))]
    await at_rest(desk, *(c.kind.value for c in found))


async def test_it_is_deleted_on_both_sides(desk: Desk) -> None:
    number, quote = await crossed(desk, "crm")
    desk.delete("quotes", quote)
    desk.act("change-quotation-ownership", number, ownership="SCM")
    desk.delete_quotation(number)
    await desk.bench.run()
    gone(desk)
    await at_rest(desk)


async def test_it_is_deleted_before_the_service_looked(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3)
    desk.delete("quotes", quote)
    await desk.bench.run()
    gone(desk)
    await at_rest(desk)
