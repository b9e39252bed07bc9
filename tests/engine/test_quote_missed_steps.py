"""Steps of a quote that the service did not see one by one, or that both sides took at once."""

from __future__ import annotations

import pytest

from connectors.sandbox.kernel.errors import SystemRefusal
from sync.core.conflict import Take
from sync.engine.resolving import Resolution, resolve
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.standing import at_rest, quote_stands, same_lines


@pytest.mark.parametrize("end", ["sent", "lost", "cancelled", "revised"])
async def test_the_crms_steps_before_the_service_looked(both: Desk, end: str) -> None:
    quote = both.quote(both.account_id(), 3, 5)
    both.activate(quote)
    if end in ("lost", "cancelled"):
        both.close(quote, {"lost": 5, "cancelled": 6}[end])
    if end == "revised":
        both.revise(quote)
    await both.bench.run()
    quote_stands(both, both.number(quote), end)
    await at_rest(both)


@pytest.mark.parametrize("end", ["sent", "lost", "cancelled"])
async def test_the_erps_steps_before_the_service_looked(both: Desk, end: str) -> None:
    number = both.quotation("Q-0001", 3, 5, ProspectId="CRMP-001")
    both.act("send-quotation", number)
    if end != "sent":
        both.act({"lost": "lose-quotation", "cancelled": "cancel-quotation"}[end], number)
    await both.bench.run()
    quote_stands(both, number, end)
    await at_rest(both)


async def test_activated_and_ordered_before_the_service_looked(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3, 5)
    both.activate(quote)
    both.create_order(quote)
    await both.bench.run()
    quote_stands(both, both.number(quote), "confirmed")
    there = both.erp_quotation(both.number(quote))
    assert there is not None
    assert there["GeneratedSalesOrderNumber"]
    await at_rest(both)


async def test_converted_sent_and_confirmed_before_the_service_looked(both: Desk) -> None:
    number = both.quotation("Q-0001", 3, 5, ProspectId="CRMP-001")
    both.act("send-quotation", number)
    both.act("convert-prospect", number)
    both.act("confirm-quotation", number)
    await both.bench.run()
    quote_stands(both, number, "confirmed")
    assert len(both.find("salesorders")) == 1
    await at_rest(both)


@pytest.mark.parametrize("master", ["crm", "erp"])
async def test_a_whole_life_before_the_maps_were_started(master: str) -> None:
    bench = Bench()
    desk = Desk(bench)
    account = bench.new_account("CRMP-001", "Beta Inc")
    ordered, lost = desk.quote(account, 3), desk.quote(account, 5)
    for quote in (ordered, lost):
        desk.activate(quote)
    desk.create_order(ordered)
    desk.close(lost, 5)
    bench.new_prospect("PR-1", "Alpha Ltd")
    number = desk.quotation("Q-0001", 7, ProspectId="PR-1")
    desk.act("send-quotation", number)
    desk.act("convert-prospect", number)
    desk.act("confirm-quotation", number)
    await bench.start(master)
    quote_stands(desk, desk.number(ordered), "confirmed")
    quote_stands(desk, desk.number(lost), "lost")
    quote_stands(desk, number, "confirmed")
    assert len(desk.find("salesorders")) == 2
    assert len(desk.erp.list("CDSSalesOrderHeaders")) == 2
    await at_rest(desk)


@pytest.mark.parametrize("steps", ["revised", "revised twice", "revised twice at once"])
async def test_revisions_are_numbered_after_the_first(both: Desk, steps: str) -> None:
    first = both.quote(both.account_id(), 3, 5)
    number = both.number(first)
    both.activate(first)
    await both.bench.run()
    second = both.revise(first)
    if steps == "revised twice":
        await both.bench.run()
    last, names = second, [number, f"{number}-R1"]
    if steps != "revised":
        both.activate(second)
        last = both.revise(second)
        names.append(f"{number}-R2")
    await both.bench.run()
    for name in names[:-1]:
        quote_stands(both, name, "revised")
    assert both.number(last) == names[-1]
    quote_stands(both, names[-1], "draft")
    there = both.erp_quotation(names[-1])
    assert there is not None
    assert there["SalesQuotationHeaderCreationMethod"] == "Dynamics365Sales"
    assert len(both.erp.list("CDSSalesQuotationHeaders")) == len(names)
    await at_rest(both)


async def test_activated_while_it_changes_hands_is_told_and_not_undone(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.activate(quote)
    await both.bench.run()
    assert both.state("quotes", quote) == (1, 2)
    there = both.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Created"
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    assert "the CRM brought it to sent, but the ERP owns it" in conflict.message
    assert (conflict.crm, conflict.erp) == ("sent", "draft")
    assert (conflict.base_crm, conflict.base_erp) == ("draft", "draft")
    both.act("send-quotation", number)  # as the conflict's cure says
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


async def test_it_goes_on_when_it_is_handed_back(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.activate(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="Dynamics365Sales")
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


async def test_sent_while_it_changes_hands(both: Desk) -> None:
    number = both.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await both.bench.run()
    both.act("send-quotation", number)
    both.act("change-quotation-ownership", number, ownership="Dynamics365Sales")
    await both.bench.run()
    assert both.state("quotes", both.quote_of(number)) == (0, 1)
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    assert "the ERP brought it to sent, but the CRM owns it" in conflict.message
    both.activate(both.quote_of(number))
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


async def test_won_and_lost_at_once_is_for_a_person(both: Desk) -> None:
    both.act("convert-prospect", "CRMP-001")
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    both.activate(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.act("lose-quotation", number)
    order = both.create_order(quote)
    await both.bench.run()
    assert both.state("quotes", quote) == (2, 4)
    there = both.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Lost"
    (conflict,) = await both.bench.conflicts(kind="stage", state="open")
    assert "the CRM has it confirmed and the ERP lost" in conflict.message
    assert both.erp.list("CDSSalesOrderHeaders") == []
    assert both.state("salesorders", order) == (0, 1)
    assert (conflict.crm, conflict.erp) == ("confirmed", "lost")
    await at_rest(both, "stage")
    await left(both, conflict.id)
    assert both.state("quotes", quote) == (2, 4)
    there = both.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Lost"
    async with both.bench.store.transaction() as tx:
        links = [row.link for row in await tx.list_links(limit=1000)]
    resting = {link.kind: link.state for link in links if link.kind in ("order", "order_line")}
    assert resting == {"order": "suspended", "order_line": "suspended"}
    await at_rest(both)


async def left(both: Desk, conflict_id: str) -> None:
    """Ann leaves a conflict as it is: it is closed, nothing is written, and it stays closed."""
    bench, resolution = both.bench, Resolution(Take.LEAVE, "Ann")
    resolved = await resolve(bench.store, bench.kinds, [conflict_id], resolution, bench.clock)
    assert not resolved.refused
    writes = bench.systems.writes
    await bench.run()
    (closed,) = await bench.conflicts(id=conflict_id)
    assert (closed.state, closed.resolved_by) == ("resolved", "Ann")
    async with bench.store.transaction() as tx:
        link = (await tx.links([closed.link_id]))[closed.link_id]
        await tx.wake([link.id], bench.clock.now())
    await bench.run()
    assert not await bench.conflicts(state="open")
    assert bench.systems.writes == writes
    assert link.fields["lifecycle"] == "not synchronised"


async def test_a_move_that_was_not_its_own_is_left(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.activate(quote)
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    await left(both, conflict.id)
    assert both.state("quotes", quote) == (1, 2)
    both.act("send-quotation", number)
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


async def test_ordered_while_it_changes_hands(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    both.activate(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.create_order(quote)
    await both.bench.run()
    there = both.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Sent"
    assert both.bench.customer("CRMP-001") is None
    assert both.row("accounts", both.account_id())["customertypecode"] == 8
    await at_rest(both, "not_owner")
    both.act("change-quotation-ownership", number, ownership="BasedOnOrigin")
    await both.bench.run()
    quote_stands(both, number, "confirmed")
    await at_rest(both)


async def test_an_order_goes_on_once_its_quote_does(both: Desk) -> None:
    """What was left is not for ever: the quote is handed back, and its order crosses."""
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    both.activate(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    order = both.create_order(quote)
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    await left(both, conflict.id)
    both.act("change-quotation-ownership", number, ownership="BasedOnOrigin")
    await both.bench.run()
    quote_stands(both, number, "confirmed")
    assert both.erp_order(both.row("salesorders", order)["msdyn_salesordernumber"]) is not None
    await at_rest(both)


async def test_edited_on_both_sides_while_it_is_sent(both: Desk) -> None:
    """Its line is edited in the CRM while the ERP sends it: the edit still crosses."""
    number = both.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await both.bench.run()
    quote = both.quote_of(number)
    (line,) = both.lines_of("quotedetails", "quoteid", quote)
    both.edit("quotedetails", line["quotedetailid"], quantity=4)
    both.act("send-quotation", number)
    await both.bench.run()
    quote_stands(both, number, "sent")
    assert same_lines(both, number) == [(1, 4)]
    await at_rest(both)
    with pytest.raises(SystemRefusal, match="Read-only"):
        both.edit("quotedetails", line["quotedetailid"], quantity=5)
