"""A number that two records have names neither: nothing lands on the wrong one of them."""

from __future__ import annotations

from tests.engine.desk import COMPANY, Desk
from tests.engine.standing import at_rest, quote_stands
from tests.simulation.systems import ERP_PERSON


def other_order(desk: Desk, number: str) -> None:
    """Another customer's order of the ERP, with a line of 7, has the number."""
    desk.bench.new_customer("CU-OTHER", "Other Inc")
    order = {
        "dataAreaId": COMPANY,
        "SalesOrderNumber": number,
        "OrderingCustomerAccountNumber": "CU-OTHER",
    }
    desk.erp.create("CDSSalesOrderHeaders", order, ERP_PERSON)
    line = {
        "dataAreaId": COMPANY,
        "SalesOrderNumber": number,
        "ProductNumber": "P0001",
        "OrderedSalesQuantity": 7,
    }
    desk.erp.create("CDSSalesOrderLines", line, ERP_PERSON)


def quantities(desk: Desk, order: str) -> tuple[list[object], list[object]]:
    """What the lines of an order are in the CRM, and those of its number in the ERP."""
    number = desk.row("salesorders", order)["msdyn_salesordernumber"]
    ours = desk.lines_of("salesorderdetails", "salesorderid", order)
    theirs = desk.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    return [r["quantity"] for r in ours], [r["OrderedSalesQuantity"] for r in theirs]


async def test_lines_do_not_cross_into_another_customers_order(both: Desk) -> None:
    both.act("convert-prospect", "CRMP-001")
    await both.bench.run()
    order = both.order(both.account_id(), 3, 5)
    number = both.row("salesorders", order)["msdyn_salesordernumber"]
    other_order(both, number)
    await both.bench.run()
    assert quantities(both, order) == ([3, 5], [7])
    await at_rest(both, "number_taken")
    key = {"dataAreaId": COMPANY, "SalesOrderNumber": number}
    both.erp.delete("CDSSalesOrderHeaders", key, ERP_PERSON)
    await both.bench.run()
    assert quantities(both, order) == ([3, 5], [3, 5])
    await at_rest(both)


async def test_the_number_is_taken_in_the_very_moment_it_crosses(desk: Desk) -> None:
    desk.act("convert-prospect", "CRMP-001")
    await desk.bench.run()
    order = desk.order(desk.account_id(), 3, 5)
    number = desk.row("salesorders", order)["msdyn_salesordernumber"]
    desk.bench.before_write = lambda: other_order(desk, number)
    await desk.bench.run()
    assert quantities(desk, order) == ([3, 5], [7])
    await at_rest(desk, "number_taken")


async def test_a_quotation_of_another_party_is_not_the_prospects(both: Desk) -> None:
    both.bench.new_customer("CRMP-001", "Another Inc")  # not the prospect's party
    await both.bench.run()
    number = both.quotation("Q-0001", 3, RequestingCustomerAccountNumber="CRMP-001")
    await both.bench.run()
    assert both.find("quotes") == []
    key = {"dataAreaId": COMPANY, "SalesQuotationNumber": number}
    both.erp.delete("CDSSalesQuotationHeaders", key, ERP_PERSON)
    customer = {"dataAreaId": COMPANY, "CustomerAccount": "CRMP-001"}
    both.erp.delete("CustomersV3", customer, ERP_PERSON)
    number = both.quotation("Q-0002", 3, ProspectId="CRMP-001")
    await both.bench.run()
    quote_stands(both, number, "draft")
    await at_rest(both)
