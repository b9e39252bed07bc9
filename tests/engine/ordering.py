"""Orders that the CRM makes of quotes: how they come to be, and how they and their refusal look."""

from __future__ import annotations

from tests.engine.desk import Desk
from tests.engine.standing import quote_stands


async def activated(desk: Desk, *quantities: float, account: str = "CRMP-001") -> str:
    """A quote that was sent on both sides; returns its id."""
    quote = desk.quote(desk.account_id(account), *(quantities or (3, 5)))
    desk.activate(quote)
    await desk.bench.run()
    quote_stands(desk, desk.number(quote), "sent")
    return quote


def is_ordered(desk: Desk, quote: str, order: str, *, group: str = "10") -> None:
    """A quote was ordered: one customer, one order with its lines, one confirmation."""
    number = desk.row("salesorders", order)["msdyn_salesordernumber"]
    quoted = quote_stands(desk, desk.number(quote), "confirmed")
    assert quoted["_msdyn_generatedsalesordernumber_value"] == order
    quotation = desk.erp_quotation(desk.number(quote))
    there = desk.erp_order(number)
    assert quotation is not None
    assert there is not None
    customer, _ = quotation["RequestingCustomerAccountNumber"], quotation["ProspectId"]
    assert quotation["GeneratedSalesOrderNumber"] == number
    assert there["QuotationNumber"] == quotation["SalesQuotationNumber"]
    assert there["OrderingCustomerAccountNumber"] == customer
    assert there["SalesOrderProcessingStatus"] == "Active"
    found = desk.bench.customer(customer)
    prospect = desk.bench.prospect(customer)
    assert found is not None
    assert prospect is not None
    assert found["CustomerGroupId"] == group
    assert found["PartyNumber"] == prospect["ProspectPartyNumber"]
    assert prospect["ProspectRelationTypeId"] == "Customer"
    assert desk.state("salesorders", order) == (0, 1)
    assert desk.row("salesorders", order)["msdyn_processingstatus"] == 192350000
    ours = [
        (line["sequencenumber"], line["quantity"])
        for line in desk.lines_of("salesorderdetails", "salesorderid", order)
    ]
    theirs = sorted(
        (row["LineCreationSequenceNumber"], row["OrderedSalesQuantity"])
        for row in desk.erp_rows("CDSSalesOrderLines", SalesOrderNumber=number)
    )
    assert ours == theirs, f"the CRM has {ours}, the ERP {theirs}"
    assert len(desk.erp.db.find("quotation_confirmation", "number", desk.number(quote))) == 1
    orders = [
        row
        for row in desk.erp.list("CDSSalesOrderHeaders")
        if row["QuotationNumber"] == desk.number(quote)
    ]
    assert len(orders) == 1, f"{len(orders)} orders were made of the quote"
    account = desk.row("accounts", desk.account_id(customer))
    assert account["customertypecode"] == 3


def unconverted(desk: Desk, quote: str, prospect: str = "CRMP-001") -> None:
    """Nothing of the order is in the ERP, and both sides still have a prospect."""
    number = desk.number(quote)
    quotation = desk.erp_quotation(number)
    assert quotation is not None
    assert quotation["SalesQuotationStatus"] == "Sent"
    assert quotation["ProspectId"] == prospect
    assert quotation["GeneratedSalesOrderNumber"] == ""
    found = desk.bench.prospect(prospect)
    assert found is not None
    assert found["ProspectRelationTypeId"] == "Prospect"
    customer = desk.bench.customer(prospect)
    assert customer is None or customer["PartyNumber"] != found["ProspectPartyNumber"]
    assert desk.row("accounts", desk.account_id(prospect))["customertypecode"] == 8
    assert desk.erp.db.find("quotation_confirmation", "number", number) == []
    orders = desk.erp.list("CDSSalesOrderHeaders")
    assert [row for row in orders if row["QuotationNumber"] == number] == []
