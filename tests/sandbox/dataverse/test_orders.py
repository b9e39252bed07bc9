"""Orders and invoices: out of a quote, ended by the ERP, invoiced by the ERP."""

from __future__ import annotations

from typing import Any

from tests.sandbox.dataverse.sales import ALL, Sales, closing, ending, sales, state
from tests.sandbox.dataverse.worlds import USMF


def arrived(order: dict[str, Any], number: str = "SI-000001") -> dict[str, Any]:
    """An invoice as the integration writes it."""
    return {
        "name": number,
        "msdyn_invoicenumber": number,
        "msdyn_invoicedate": "2026-11-22",
        "msdyn_ledgervoucher": f"V-{number}",
        "statuscode": 4,
        "statecode": 0,
        "msdyn_company@odata.bind": USMF,
        "customerid_account@odata.bind": f"/accounts({order['_customerid_value']})",
        "salesorderid@odata.bind": f"/salesorders({order['salesorderid']})",
        "msdyn_totalamount": 3600,
    }


async def test_a_quote_becomes_an_order_with_its_lines(desk: Sales) -> None:
    quote = await desk.active()
    body = {
        "QuoteId": quote["quoteid"],
        "ColumnSet": ALL,
        "QuoteCloseSubject": "Signed",
        "QuoteCloseDate": "2026-11-21T10:00:00Z",
    }
    order = await desk.person.act("ConvertQuoteToSalesOrder", body)
    assert (order["msdyn_salesordernumber"], order["ordernumber"]) == ("ORD-000001", "ORD-000001")
    assert (order["msdyn_quotationnumber"], order["_quoteid_value"]) == (
        "QUO-000001",
        quote["quoteid"],
    )
    assert (state(order), order["msdyn_isreadytosync"], order["name"]) == ((0, 1), True, "Beamers")
    assert order["_msdyn_company_value"] == quote["_msdyn_company_value"]
    assert order["_customerid_value"] == quote["_customerid_value"]
    assert (order["totalamount"], order["msdyn_ordertype"]) == (3600, 192350000)
    lines = await desk.person.rows("salesorderdetails")
    assert [
        (one["sequencenumber"], one["quantity"], one["extendedamount"], one["msdyn_isreadytosync"])
        for one in lines
    ] == [(1, 3, 3600, True)]
    won = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (state(won), won["_msdyn_generatedsalesordernumber_value"]) == ((2, 4), None)
    close = (await desk.person.rows("quotecloses"))[0]
    assert (close["subject"], close["actualend"]) == ("Signed", "2026-11-21T10:00:00Z")
    assert "ORD-000001 already" in await desk.person.refused(
        "POST", "ConvertQuoteToSalesOrder", body
    )


async def test_a_won_quote_without_an_order_gets_one_and_a_draft_none(desk: Sales) -> None:
    quote = await desk.quote()
    body = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    assert "must be active" in await desk.person.refused("POST", "ConvertQuoteToSalesOrder", body)
    await desk.person.edit(f"quotes({quote['quoteid']})", {"statecode": 1})
    await desk.person.act("WinQuote", closing(quote, 4))
    order = await desk.person.act("ConvertQuoteToSalesOrder", body)
    assert order["_quoteid_value"] == quote["quoteid"]


async def test_people_leave_the_end_of_an_order_to_the_erp(desk: Sales) -> None:
    order = await desk.order()
    path = f"salesorders({order['salesorderid']})"
    notice = "This order is processed in Supply Chain Management."
    assert await desk.person.refused("POST", "CancelSalesOrder", ending(order, 4)) == notice
    fulfil = ending(order, 100001)
    assert await desk.person.refused("POST", "FulfillSalesOrder", fulfil) == notice
    assert await desk.person.refused("PATCH", path, {"statecode": 2, "statuscode": 4}) == notice
    invoice = {"SalesOrderId": order["salesorderid"], "ColumnSet": ALL}
    assert "Supply Chain" in await desk.person.refused(
        "POST", "ConvertSalesOrderToInvoice", invoice
    )
    await desk.person.edit(path, {"name": "Still active, so still open to edits"})
    await desk.service.act("CancelSalesOrder", ending(order, 4))
    found = await desk.person.read(path)
    assert state(found) == (2, 4)
    assert "Canceled" in await desk.service.refused("POST", "CancelSalesOrder", ending(order, 4))
    canceled = "Read-only This record's status: Canceled"
    assert await desk.person.refused("PATCH", path, {"name": "late"}) == canceled
    assert await desk.person.refused("DELETE", path) == canceled
    line = (await desk.person.rows("salesorderdetails"))[0]
    late = f"salesorderdetails({line['salesorderdetailid']})"
    assert await desk.person.refused("PATCH", late, {"quantity": 9}) == canceled
    closes = await desk.person.rows("ordercloses")
    assert [(row["subject"], row["_salesorderid_value"]) for row in closes] == [
        ("Done", order["salesorderid"])
    ]


async def test_the_quote_of_a_canceled_order_can_be_revised(desk: Sales) -> None:
    order = await desk.order()
    await desk.service.act("CancelSalesOrder", ending(order, 4))
    body = {"QuoteId": order["_quoteid_value"], "ColumnSet": ALL}
    draft = await desk.service.act("ReviseQuote", body)
    await desk.person.edit(f"quotes({draft['quoteid']})", {"statecode": 1, "statuscode": 2})
    again = await desk.person.act(
        "ConvertQuoteToSalesOrder", {"QuoteId": draft["quoteid"], "ColumnSet": ALL}
    )
    assert (again["msdyn_salesordernumber"], again["msdyn_quotationnumber"]) == (
        "ORD-000002",
        "QUO-000001-R1",
    )


async def test_orders_that_do_not_cross_are_ended_by_people(desk: Sales) -> None:
    account = await desk.account()
    body = {
        "name": "Own",
        "customerid_account@odata.bind": f"/accounts({account})",
        "msdyn_isreadytosync": False,
    }
    first = await desk.person.create("salesorders", body)
    bound = "salesorders/Microsoft.Dynamics.CRM.FulfillSalesOrder"
    await desk.person.act(bound, ending(first, 100002))
    found = await desk.person.read(f"salesorders({first['salesorderid']})")
    assert (state(found), found["datefulfilled"]) == ((3, 100002), "2026-11-22")
    second = await desk.person.create("salesorders", body)
    await desk.person.act("CancelSalesOrder", ending(second, 4))
    third = await desk.person.create("salesorders", body)
    asked = {"SalesOrderId": third["salesorderid"], "ColumnSet": ALL}
    invoice = await desk.person.act("ConvertSalesOrderToInvoice", asked)
    assert (invoice["msdyn_invoicenumber"], invoice["_salesorderid_value"]) == (
        "INV-000001",
        third["salesorderid"],
    )


async def test_the_integration_moves_orders_by_state(desk: Sales) -> None:
    order = await desk.order()
    path = f"salesorders({order['salesorderid']})"
    for moved in ((3, 100001), (4, 100003), (0, 1)):
        await desk.service.edit(path, {"statecode": moved[0], "statuscode": moved[1]})
        assert state(await desk.person.read(path)) == moved
    wrong = {"statecode": 3, "statuscode": 4}
    assert "not a valid status code" in await desk.service.refused("PATCH", path, wrong)


async def test_an_order_of_a_quotation_finds_its_quote(desk: Sales) -> None:
    quote = await desk.quote(msdyn_quotenumber="SQ-000001")
    body = {
        "msdyn_salesordernumber": "SO-000001",
        "msdyn_quotationnumber": "SQ-000001",
        "customerid_account@odata.bind": f"/accounts({quote['_customerid_value']})",
        "msdyn_company@odata.bind": USMF,
        "totalamount": 12.5,
    }
    order = await desk.service.create("salesorders", body)
    assert (order["_quoteid_value"], order["totalamount"]) == (quote["quoteid"], 12.5)
    company = await desk.person.read(USMF.removeprefix("/"))
    assert order["_ownerid_value"] == company["_cdm_defaultowningteam_value"]
    key = f"msdyn_salesordernumber='SO-000001',_msdyn_company_value={company['cdm_companyid']}"
    assert (await desk.person.read(f"salesorders({key})"))["salesorderid"] == order["salesorderid"]


async def test_a_deleted_order_takes_its_lines_along(desk: Sales) -> None:
    order = await desk.order()
    gone = await desk.person.send("DELETE", f"salesorders({order['salesorderid']})")
    assert gone.status_code == 204
    assert await desk.person.rows("salesorderdetails") == []


async def test_an_arriving_invoice_makes_its_order_invoiced(desk: Sales) -> None:
    order = await desk.order()
    path = f"salesorders({order['salesorderid']})"
    invoice = await desk.service.create("invoices", arrived(order))
    assert (state(invoice), invoice["_ownerid_value"]) == ((0, 4), order["_ownerid_value"])
    assert (invoice["invoicenumber"], invoice["msdyn_totalamount"]) == ("SI-000001", 3600)
    assert state(await desk.person.read(path)) == (4, 100003)
    version = (await desk.person.read(path))["versionnumber"]
    await desk.service.create("invoices", arrived(order, "SI-000002"))
    assert (await desk.person.read(path))["versionnumber"] == version


async def test_a_partial_invoice_leaves_its_order_open(desk: Sales) -> None:
    order = await desk.order()
    path = f"salesorders({order['salesorderid']})"
    await desk.service.edit(path, {"msdyn_processingstatus": 192350006})
    await desk.service.create("invoices", arrived(order))
    assert state(await desk.person.read(path)) == (0, 1)


async def test_people_only_read_invoices(desk: Sales) -> None:
    order = await desk.order()
    invoice = await desk.service.create("invoices", arrived(order))
    line = await desk.service.create(
        "invoicedetails",
        {
            "invoiceid@odata.bind": f"/invoices({invoice['invoiceid']})",
            "isproductoverridden": True,
            "productdescription": "x",
            "quantity": 3,
            "extendedamount": 3600,
        },
    )
    assert line["sequencenumber"] == 1
    path, line_path = (
        f"invoices({invoice['invoiceid']})",
        f"invoicedetails({line['invoicedetailid']})",
    )
    other = {**arrived(order, "SI-9")}
    for method, where, body in (
        ("POST", "invoices", other),
        ("PATCH", path, {"name": "B"}),
        ("DELETE", path, None),
        ("PATCH", line_path, {"quantity": 1}),
        ("DELETE", line_path, None),
    ):
        message = await desk.person.refused(method, where, body)
        assert message.startswith("Invoices are created in Supply Chain Management")
    assert (await desk.service.send("DELETE", path)).status_code == 204
    assert await desk.person.rows("invoicedetails") == []


async def test_a_customer_with_documents_is_not_deleted(desk: Sales) -> None:
    quote = await desk.quote()
    path = f"accounts({quote['_customerid_value']})"
    assert "associated with another object" in await desk.person.refused("DELETE", path)


async def test_a_contact_that_buys_is_sellable_for_ever() -> None:
    async with sales(gab=False) as desk:
        contact = await desk.person.create("contacts", {"lastname": "Cee"})
        bind = {"customerid_contact@odata.bind": f"/contacts({contact['contactid']})"}
        quote = await desk.person.create("quotes", bind)
        path = f"contacts({contact['contactid']})"
        assert (await desk.person.read(path))["msdyn_sellable"]
        other = {"customerid_account@odata.bind": f"/accounts({await desk.account()})"}
        await desk.person.edit(f"quotes({quote['quoteid']})", other)
        assert (await desk.person.read(path))["msdyn_sellable"]
        prospect = await desk.person.create(
            "contacts", {"lastname": "Iver", "msdyn_isprospect": True}
        )
        bind = {"customerid_contact@odata.bind": f"/contacts({prospect['contactid']})"}
        await desk.person.create("quotes", bind)
        found = await desk.person.read(f"contacts({prospect['contactid']})")
        assert not found["msdyn_sellable"]


async def test_with_the_address_book_buying_makes_nobody_sellable() -> None:
    async with sales(gab=True) as desk:
        contact = await desk.person.create("contacts", {"lastname": "Cee"})
        bind = {"customerid_contact@odata.bind": f"/contacts({contact['contactid']})"}
        await desk.person.create("quotes", bind)
        found = await desk.person.read(f"contacts({contact['contactid']})")
        assert not found["msdyn_sellable"]
