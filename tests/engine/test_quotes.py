"""Quotes: they cross with their lines, and their state follows whoever owns them."""

from __future__ import annotations

from sync.core.row import Side
from sync.engine.explain import explain
from sync.engine.reconcile import Reconcile
from tests.engine.desk import Desk
from tests.simulation.systems import INTEGRATION


async def test_a_quote_of_the_crm_crosses_with_its_lines(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3, 5)
    number = desk.row("quotes", quote)["msdyn_quotenumber"]
    await desk.bench.run()
    there = desk.erp_quotation(number)
    assert there is not None
    assert (there["ProspectId"], there["RequestingCustomerAccountNumber"]) == ("CRMP-001", "")
    assert there["SalesQuotationStatus"] == "Created"
    assert there["SalesQuotationHeaderCreationMethod"] == "Dynamics365Sales"
    lines = desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    assert [line["RequestedSalesQuantity"] for line in lines] == [3, 5]
    assert not await desk.bench.conflicts()


async def test_an_activated_quote_is_sent_with_all_its_lines(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3, 5)
    desk.activate(quote)
    number = desk.row("quotes", quote)["msdyn_quotenumber"]
    await desk.bench.run()
    there = desk.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Sent"
    assert len(desk.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)) == 2
    assert desk.row("quotes", quote)["msdyn_salesquotationstatus"] == 192350001
    assert desk.state("quotes", quote) == (1, 2)
    assert not await desk.bench.conflicts()


async def test_an_order_of_a_prospects_quote_converts_confirms_and_orders(desk: Desk) -> None:
    quote = desk.quote(desk.account_id(), 3)
    desk.activate(quote)
    await desk.bench.run()
    order = desk.create_order(quote)
    await desk.bench.run()
    number = desk.row("salesorders", order)["msdyn_salesordernumber"]
    there = desk.erp_order(number)
    assert there is not None
    assert there["OrderingCustomerAccountNumber"] == "CRMP-001"
    account = desk.bench.account("CRMP-001")
    assert account is not None
    assert account["customertypecode"] == 3
    assert desk.state("quotes", quote) == (2, 4)
    quotation = desk.erp_quotation(desk.row("quotes", quote)["msdyn_quotenumber"])
    assert quotation is not None
    assert quotation["SalesQuotationStatus"] == "Confirmed"
    assert quotation["GeneratedSalesOrderNumber"] == number
    (line,) = desk.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    assert line["OrderedSalesQuantity"] == 3
    assert desk.state("salesorders", order) == (0, 1)
    assert desk.row("salesorders", order)["msdyn_processingstatus"] == 192350000
    assert not await desk.bench.conflicts()


async def test_a_quotation_of_the_erp_goes_its_whole_way(desk: Desk) -> None:
    number = desk.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await desk.bench.run()
    (quote,) = desk.find("quotes", msdyn_quotenumber=number)
    assert (quote["statecode"], quote["statuscode"]) == (0, 1)
    assert quote["_customerid_value"] == desk.account_id()
    assert quote["msdyn_quotationcreationmethod"] == 776160000
    desk.act("send-quotation", number)
    await desk.bench.run()
    assert desk.state("quotes", quote["quoteid"]) == (1, 2)
    desk.act("convert-prospect", "CRMP-001")
    await desk.bench.run()
    desk.act("confirm-quotation", number)
    await desk.bench.run()
    assert desk.state("quotes", quote["quoteid"]) == (2, 4)
    there = desk.erp_quotation(number)
    assert there is not None
    (order,) = desk.find("salesorders", msdyn_salesordernumber=there["GeneratedSalesOrderNumber"])
    assert (order["statecode"], order["statuscode"]) == (0, 1)
    (line,) = desk.lines_of("salesorderdetails", "salesorderid", order["salesorderid"])
    assert line["quantity"] == 3
    won = desk.row("quotes", quote["quoteid"])
    assert won["_msdyn_generatedsalesordernumber_value"] == order["salesorderid"]
    assert not await desk.bench.conflicts()


async def test_a_state_that_differs_is_explained_and_found_by_reconcile(desk: Desk) -> None:
    """Nobody but the owner moves a quotation; what slipped through is shown, and told apart."""
    number = desk.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await desk.bench.run()
    (quote,) = desk.find("quotes", msdyn_quotenumber=number)
    desk.crm.update("quotes", quote["quoteid"], {"statecode": 1, "statuscode": 2}, INTEGRATION)
    await desk.bench.run()
    explained = await explain(desk.bench.store, desk.bench.kinds, f"quote:usmf|{number}")
    assert explained is not None
    state = explained.fields[0]
    assert (state.field, state.crm, state.erp) == ("lifecycle", "sent", "draft")
    assert (state.owner, state.changed, state.equal) == ("erp", (Side.CRM,), False)
    bench = desk.bench
    systems = bench.connectors
    report = await Reconcile(bench.kinds, bench.store, bench.log, systems, bench.clock, bench).run()
    (found,) = [d for d in report.divergences if d.field == "lifecycle"]
    assert (found.crm, found.erp, found.accepted) == ("sent", "draft", "conflict")
