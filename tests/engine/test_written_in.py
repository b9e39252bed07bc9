"""Lines without a product: written in, with a product category in its place, on either side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.engine.desk import Desk
from tests.engine.standing import at_rest, quote_stands, same_lines
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

PRICE = Decimal("12.50")
SERVICE = {"ProductNumber": "", "SalesProductCategoryName": "Services", "SalesPrice": PRICE}


async def written_in(desk: Desk, made_in: str) -> tuple[str, str]:
    """A draft that both sides have, with a line written in; returns its number and its id."""
    if made_in == "crm":
        quote = desk.quote(desk.account_id(), 3)
        desk.write_in(
            f"quotes({quote})", "Installation", 2, priceperunit=PRICE, **desk.category("Services")
        )
        number = desk.number(quote)
    else:
        desk.bench.new_customer("C-1", "Gamma Ltd")
        number = desk.quotation(None, 3, RequestingCustomerAccountNumber="C-1")
        desk.add_quotation_line(number, 2, ProductName="Installation", **SERVICE)
    await desk.bench.run()
    return number, desk.quote_of(number)


def erp_line(desk: Desk, table: str, line: int, **wanted: Any) -> dict[str, Any]:
    """The ERP's line of a document by its creation sequence number."""
    (row,) = desk.erp_rows(table, LineCreationSequenceNumber=line, **wanted)
    return row


def stands_written_in(desk: Desk, row: dict[str, Any], line: dict[str, Any], words: str) -> None:
    """A line is written in with the same words and the same category on both sides."""
    assert (line["ProductNumber"], line["ProductName"]) == ("", words)
    named = line["SalesProductCategoryName"], line["SalesProductCategoryHierarchyName"]
    assert named == ("Services", "Sales")
    assert (row["_productid_value"], row["isproductoverridden"]) == (None, True)
    assert (row["productdescription"], row["description"]) == (words, None)
    address = f"/msdyn_productcategories({row['_msdyn_salesproductcategory_value']})"
    assert [address] == list(desk.category("Services").values())
    assert row["priceperunit"] == line["SalesPrice"] == PRICE


@pytest.mark.parametrize("made_in", ["crm", "erp"])
async def test_a_quotes_line_is_written_in_ordered_and_invoiced(both: Desk, made_in: str) -> None:
    number, quote = await written_in(both, made_in)
    assert same_lines(both, number) == [(1, 3), (2, 2)]
    _, row = both.lines_of("quotedetails", "quoteid", quote)
    line = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    stands_written_in(both, row, line, "Installation")
    if made_in == "crm":
        both.activate(quote)
        await both.bench.run()
        both.create_order(quote)
    else:
        both.act("send-quotation", number)
        await both.bench.run()
        both.act("confirm-quotation", number)
    await both.bench.run()
    quote_stands(both, number, "confirmed")
    (order,) = both.crm.list("salesorders")
    ordered = order["msdyn_salesordernumber"]
    _, row = both.lines_of("salesorderdetails", "salesorderid", order["salesorderid"])
    line = erp_line(both, "CDSSalesOrderLines", 2, SalesOrderNumber=ordered)
    stands_written_in(both, row, line, "Installation")
    for action in ("confirm-order", "pick-order", "pack-order", "invoice-order"):
        both.act(action, ordered)
    await both.bench.run()
    (invoice,) = both.crm.list("invoices")
    _, row = both.lines_of("invoicedetails", "invoiceid", invoice["invoiceid"])
    line = erp_line(both, "SalesInvoiceV2Lines", 2, InvoiceNumber=invoice["msdyn_invoicenumber"])
    stands_written_in(both, row, line, "Installation")
    await at_rest(both)


@pytest.mark.parametrize("made_in", ["crm", "erp"])
async def test_words_and_category_are_edited_on_either_side(both: Desk, made_in: str) -> None:
    number, quote = await written_in(both, made_in)
    _, row = both.lines_of("quotedetails", "quoteid", quote)
    both.edit(
        "quotedetails",
        row["quotedetailid"],
        productdescription="Set-up",
        **both.category("Special parts"),
    )
    await both.bench.run()
    line = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    assert (line["ProductName"], line["SalesProductCategoryName"]) == ("Set-up", "Special parts")
    both.edit_quotation_line(number, 2, ProductName="On site", SalesProductCategoryName="Services")
    await both.bench.run()
    _, row = both.lines_of("quotedetails", "quoteid", quote)
    line = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    stands_written_in(both, row, line, "On site")
    await at_rest(both)


async def test_an_orders_line_is_written_in(both: Desk) -> None:
    both.bench.new_customer("C-1", "Gamma Ltd")
    await both.bench.run()
    order = both.order(both.account_id("C-1"), 3)
    both.write_in(
        f"salesorders({order})", "Training", 2, priceperunit=PRICE, **both.category("Services")
    )
    await both.bench.run()
    _, row = both.lines_of("salesorderdetails", "salesorderid", order)
    number = both.row("salesorders", order)["msdyn_salesordernumber"]
    line = erp_line(both, "CDSSalesOrderLines", 2, SalesOrderNumber=number)
    stands_written_in(both, row, line, "Training")
    await at_rest(both)


async def test_a_line_without_a_category_keeps_only_its_quote_waiting(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    both.write_in(f"quotes({quote})", "Installation", 2, priceperunit=PRICE)
    other = both.quote(both.account_id(), 5)
    both.activate(quote)
    both.activate(other)
    await both.bench.run()
    quote_stands(both, both.number(other), "sent")
    number = both.number(quote)
    there = both.erp_quotation(number)
    assert there is not None
    assert there["SalesQuotationStatus"] == "Created"
    assert [
        line["LineCreationSequenceNumber"]
        for line in both.erp_rows("CDSSalesQuotationLines", SalesQuotationNumber=number)
    ] == [1]
    (conflict,) = await both.bench.conflicts(state="open")
    assert conflict.kind == "refused"
    assert "'Product number' or 'Sales category' must be filled in" in conflict.message
    both.add_quotation_line(number, 2, LineCreationSequenceNumber=2, **SERVICE)
    await both.bench.run()
    quote_stands(both, number, "sent")
    _, row = both.lines_of("quotedetails", "quoteid", quote)
    line = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    stands_written_in(both, row, line, "Installation")
    await at_rest(both)


async def test_a_category_typed_later_lets_a_line_cross(both: Desk) -> None:
    quote = both.quote(both.account_id(), 3)
    line = both.write_in(f"quotes({quote})", "Installation", 2, priceperunit=PRICE)
    await both.bench.run()
    assert [c.kind for c in await both.bench.conflicts(state="open")] == ["refused"]
    both.edit("quotedetails", line, **both.category("Services"))
    await both.bench.run()
    number = both.number(quote)
    _, row = both.lines_of("quotedetails", "quoteid", quote)
    there = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    stands_written_in(both, row, there, "Installation")
    both.activate(quote)
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


async def test_a_category_that_is_not_sold_is_refused(both: Desk) -> None:
    """The ERP looks for its name among the sales categories, and has no other there."""
    both.erp.create(
        "ProductCategories",
        {"ProductCategoryHierarchyName": "Procurement", "CategoryName": "Freight"},
        ERP_PERSON,
    )
    await both.bench.run()
    quote = both.quote(both.account_id())
    both.write_in(f"quotes({quote})", "Sea", 1, **both.category("Freight", "Procurement"))
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(state="open")
    assert conflict.kind == "refused"
    assert "'Freight' in field 'Sales category' is not found" in conflict.message


async def test_a_category_is_typed_with_its_line_on_either_side(both: Desk) -> None:
    """The line waits for its category, and the category for its hierarchy and its parent."""
    both.erp.create(
        "ProductCategories",
        {
            "ProductCategoryHierarchyName": "Sales",
            "CategoryName": "Freight",
            "ParentProductCategoryName": "All sales",
        },
        ERP_PERSON,
    )
    number = both.quotation(None, ProspectId="CRMP-001")
    both.add_quotation_line(
        number, 1, ProductName="Sea", **{**SERVICE, "SalesProductCategoryName": "Freight"}
    )
    await both.bench.run()
    (row,) = both.lines_of("quotedetails", "quoteid", both.quote_of(number))
    made = both.category("Freight")
    address = f"/msdyn_productcategories({row['_msdyn_salesproductcategory_value']})"
    assert made == {"msdyn_salesproductcategory@odata.bind": address}
    (freight,) = both.find("msdyn_productcategories", msdyn_name="Freight")
    (above,) = both.find("msdyn_productcategories", msdyn_name="All sales")
    parent = freight["_msdyn_parentproductcategory_value"]
    assert parent == above["msdyn_productcategoryid"]
    both.crm.create(
        "msdyn_productcategories",
        {
            "msdyn_name": "Rental",
            "msdyn_hierarchy@odata.bind": "/msdyn_productcategoryhierarchies"
            f"({freight['_msdyn_hierarchy_value']})",
            "msdyn_parentproductcategory@odata.bind": f"/msdyn_productcategories({parent})",
        },
        CRM_PERSON,
    )
    quote = both.quote_of(number)
    both.write_in(f"quotes({quote})", "Crane", 1, **both.category("Rental"))
    await both.bench.run()
    rental = {"ProductCategoryHierarchyName": "Sales", "CategoryName": "Rental"}
    (there,) = both.erp_rows("ProductCategories", **rental)
    assert there["ParentProductCategoryName"] == "All sales"
    line = erp_line(both, "CDSSalesQuotationLines", 2, SalesQuotationNumber=number)
    assert (line["ProductName"], line["SalesProductCategoryName"]) == ("Crane", "Rental")
    await at_rest(both)
