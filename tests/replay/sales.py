"""The sales of the kept recordings: one quote of each side, on its whole way."""

from __future__ import annotations

from typing import Any

from tests.replay.world import PERSON, World


async def sell_from_the_crm(world: World) -> None:
    """A prospect orders: customer, confirmation, order and lines are made in the ERP together."""
    product = next(row for row in world.crm.list("products") if row["productnumber"] == "P0001")
    account = world.account("CRMP-002")
    quote = world.crm.create(
        "quotes",
        {
            "name": "Spring offer",
            "customerid_account@odata.bind": f"/accounts({account['accountid']})",
            "msdyn_Company@odata.bind": f"/cdm_companies({account['_msdyn_company_value']})",
        },
        PERSON,
    )["quoteid"]
    line: dict[str, Any] = {
        "quoteid@odata.bind": f"/quotes({quote})",
        "productid@odata.bind": f"/products({product['productid']})",
        "uomid@odata.bind": f"/uoms({product['_defaultuomid_value']})",
    }
    for quantity in (3, 2):
        world.crm.create("quotedetails", {**line, "quantity": quantity}, PERSON)
        await world.rest()
    world.crm.update("quotes", quote, {"statecode": 1, "statuscode": 2}, PERSON)
    await world.rest()
    body = {"QuoteId": quote, "ColumnSet": {"AllColumns": True}}
    answer = world.crm.act("ConvertQuoteToSalesOrder", body, PERSON)
    order = answer.rows[0][1]["salesorderid"]
    await world.rest()
    number = world.crm.get("salesorders", order)["msdyn_salesordernumber"]
    for step in ("confirm-order", "pick-order", "pack-order", "invoice-order"):
        world.act(step, number=number)
        await world.rest()


async def sell_from_the_erp(world: World) -> None:
    """A quotation of the ERP is sent and lost."""
    number = world.erp.create(
        "CDSSalesQuotationHeaders",
        {"dataAreaId": "usmf", "RequestingCustomerAccountNumber": "CRMP-002"},
        PERSON,
    )["SalesQuotationNumber"]
    world.erp.create(
        "CDSSalesQuotationLines",
        {
            "dataAreaId": "usmf",
            "SalesQuotationNumber": number,
            "ProductNumber": "P0001",
            "RequestedSalesQuantity": 1,
        },
        PERSON,
    )
    await world.rest()
    world.act("send-quotation", number=number)
    await world.rest()
    world.act("lose-quotation", number=number)
    await world.rest()
