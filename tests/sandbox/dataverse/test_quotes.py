"""Quotes: numbers, defaults, lines, activation, the actions that end one."""

from __future__ import annotations

import pytest

from tests.sandbox.dataverse.sales import ALL, FROM_ERP, LIFECYCLE, Sales, closing, state
from tests.sandbox.dataverse.worlds import USMF


async def test_a_quote_gets_numbers_price_list_and_origin(desk: Sales) -> None:
    quote = await desk.quote()
    assert (quote["msdyn_quotenumber"], quote["quotenumber"]) == ("QUO-000001", "QUO-000001")
    assert (state(quote), quote["revisionnumber"]) == ((0, 1), 0)
    lists = await desk.person.rows("pricelevels")
    assert [row["name"] for row in lists] == ["USD price list"]
    assert quote["_pricelevelid_value"] == lists[0]["pricelevelid"]
    assert quote["msdyn_ordertype"] == 192350000
    assert quote["msdyn_quotationcreationmethod"] == 776160001
    assert quote["msdyn_quotationownership"] == 776160000
    assert (await desk.quote())["msdyn_quotenumber"] == "QUO-000002"


async def test_a_quote_takes_the_company_of_its_customer(desk: Sales) -> None:
    account = await desk.account()
    bind = {"customerid_account@odata.bind": f"/accounts({account})"}
    quote = await desk.person.create("quotes", {"name": "Q", **bind})
    company = await desk.person.read(USMF.removeprefix("/"))
    assert quote["_msdyn_company_value"] == company["cdm_companyid"]
    path = f"quotes({quote['quoteid']})"
    other = await desk.service.create("cdm_companies", {"cdm_companycode": "DEMF"})
    moved = {"msdyn_Company@odata.bind": f"/cdm_companies({other['cdm_companyid']})"}
    assert "company" in await desk.person.refused("PATCH", path, moved)


async def test_a_quote_needs_a_customer(desk: Sales) -> None:
    assert "customer" in await desk.person.refused("POST", "quotes", {"name": "Q"})
    quote = await desk.quote()
    clear = {"customerid_account@odata.bind": None}
    path = f"quotes({quote['quoteid']})"
    assert "customer" in await desk.person.refused("PATCH", path, clear)


async def test_the_integration_brings_its_number_and_origin(desk: Sales) -> None:
    quote = await desk.quote(desk.service, msdyn_quotenumber="SQ-000007", **FROM_ERP)
    assert (quote["msdyn_quotenumber"], quote["quotenumber"]) == ("SQ-000007", "SQ-000007")
    assert quote["msdyn_quotationcreationmethod"] == 776160000
    assert (await desk.quote())["msdyn_quotenumber"] == "QUO-000001"


async def test_two_quotes_of_a_company_do_not_share_a_number(desk: Sales) -> None:
    await desk.quote(msdyn_quotenumber="QUO-000001")
    assert (await desk.quote())["msdyn_quotenumber"] == "QUO-000002"
    account = await desk.account()
    body = {
        "customerid_account@odata.bind": f"/accounts({account})",
        "msdyn_quotenumber": "QUO-000001",
    }
    assert "Entity Key" in await desk.person.refused("POST", "quotes", body, status=412)


async def test_lines_are_numbered_priced_and_totalled(desk: Sales) -> None:
    await desk.feature(LIFECYCLE, on=False)
    quote = await desk.quote()
    first = await desk.line(quote, 3)
    second = await desk.line(quote, 1, priceperunit=99.99, manualdiscountamount=9.99)
    assert (first["sequencenumber"], second["sequencenumber"]) == (1, 2)
    product, unit = await desk.product()
    assert (first["_productid_value"], first["_uomid_value"]) == (product, unit)
    assert (first["priceperunit"], first["baseamount"], first["extendedamount"]) == (
        1200,
        3600,
        3600,
    )
    assert not first["ispriceoverridden"]
    assert (second["baseamount"], second["extendedamount"]) == (99.99, 90)
    assert second["ispriceoverridden"]
    assert first["_transactioncurrencyid_value"] == quote["_transactioncurrencyid_value"]
    header = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (header["totallineitemamount"], header["totalamount"]) == (3690, 3690)
    await desk.person.edit(f"quotes({quote['quoteid']})", {"discountpercentage": 10})
    header = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (header["totaldiscountamount"], header["totalamount"]) == (369, 3321)
    gone = f"quotedetails({second['quotedetailid']})"
    assert (await desk.person.send("DELETE", gone)).status_code == 204
    header = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (header["totallineitemamount"], header["totalamount"]) == (3600, 3240)
    assert (await desk.line(quote, 2, sequencenumber=7))["sequencenumber"] == 7
    assert (await desk.line(quote, 2))["sequencenumber"] == 8


async def test_amounts_cannot_be_typed_but_the_erps_stay(desk: Sales) -> None:
    quote = await desk.quote(totalamount=5)
    assert quote["totalamount"] == 0
    line = await desk.line(quote, 3, extendedamount=1)
    assert line["extendedamount"] == 3600
    erp = {"baseamount": 3500, "extendedamount": 3500, "tax": 12.34}
    await desk.service.edit(f"quotedetails({line['quotedetailid']})", erp)
    await desk.service.edit(f"quotes({quote['quoteid']})", {"totalamount": 3512.34, "totaltax": 12})
    await desk.person.edit(f"quotedetails({line['quotedetailid']})", {"description": "big"})
    line = await desk.person.read(f"quotedetails({line['quotedetailid']})")
    assert (line["extendedamount"], line["tax"]) == (3500, 12.34)
    header = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (header["totalamount"], header["totaltax"]) == (3512.34, 12)


async def test_a_line_needs_a_product_or_words_and_a_quantity(desk: Sales) -> None:
    quote = await desk.quote()
    bind = {"quoteid@odata.bind": f"/quotes({quote['quoteid']})"}
    message = await desk.person.refused("POST", "quotedetails", {**bind, "quantity": 1})
    assert "product" in message
    words = {**bind, "productdescription": "Installation"}
    assert "quantity" in await desk.person.refused("POST", "quotedetails", words)
    written = {**words, "quantity": 2, "priceperunit": 10.5}
    line = await desk.person.create("quotedetails", written)
    assert (line["isproductoverridden"], line["extendedamount"]) == (True, 21)


async def test_deep_insert_makes_a_quote_with_its_lines(desk: Sales) -> None:
    product, unit = await desk.product()
    line = {
        "quantity": 2,
        "productid@odata.bind": f"/products({product})",
        "uomid@odata.bind": f"/uoms({unit})",
    }
    quote = await desk.quote(quote_details=[line, {**line, "quantity": 1}])
    path = f"quotes({quote['quoteid']})?$expand=quote_details($select=sequencenumber,quantity)"
    found = await desk.person.read(path)
    assert found["totalamount"] == 3600
    assert sorted((one["sequencenumber"], one["quantity"]) for one in found["quote_details"]) == [
        (1, 2),
        (2, 1),
    ]


async def test_activation_makes_a_quote_read_only_to_people(desk: Sales) -> None:
    quote = await desk.quote()
    line = await desk.line(quote)
    path = f"quotes({quote['quoteid']})"
    await desk.person.edit(path, {"statecode": 1, "statuscode": 2})
    notice = "Read-only This record's status: Active"
    line_path = f"quotedetails({line['quotedetailid']})"
    bind = {"quoteid@odata.bind": f"/{path}", "productdescription": "x", "quantity": 1}
    for method, where, body in (
        ("PATCH", path, {"name": "B"}),
        ("PATCH", path, {"statecode": 0, "statuscode": 1}),
        ("PATCH", path, {"statecode": 3, "statuscode": 5}),
        ("DELETE", path, None),
        ("PATCH", line_path, {"quantity": 4}),
        ("DELETE", line_path, None),
        ("POST", "quotedetails", bind),
    ):
        assert await desk.person.refused(method, where, body) == notice
    await desk.service.edit(path, {"name": "From the ERP", "totalamount": 1.5})
    await desk.service.edit(line_path, {"quantity": 4})


async def test_a_draft_is_only_activated_and_a_new_quote_is_a_draft(desk: Sales) -> None:
    quote = await desk.quote()
    path = f"quotes({quote['quoteid']})"
    won = {"statecode": 2, "statuscode": 4}
    assert "activated" in await desk.person.refused("PATCH", path, won)
    account = await desk.account()
    bind = {"customerid_account@odata.bind": f"/accounts({account})"}
    assert "draft" in await desk.person.refused("POST", "quotes", {**bind, "statecode": 1})


@pytest.mark.parametrize(
    ("action", "status", "after"),
    [
        ("WinQuote", 4, (2, 4)),
        ("CloseQuote", 5, (3, 5)),
        ("CloseQuote", 6, (3, 6)),
        ("CloseQuote", 7, (3, 7)),
    ],
)
async def test_an_active_quote_ends(
    desk: Sales, action: str, status: int, after: tuple[int, int]
) -> None:
    quote = await desk.active()
    await desk.person.act(action, closing(quote, status))
    found = await desk.person.read(f"quotes({quote['quoteid']})")
    assert (state(found), found["closedon"]) == (after, "2026-11-22")
    closes = await desk.person.rows("quotecloses")
    assert [(row["subject"], row["_quoteid_value"]) for row in closes] == [
        ("Closed", quote["quoteid"])
    ]
    again = await desk.person.refused("POST", action, closing(quote, status))
    assert "must be active" in again


async def test_what_an_action_needs(desk: Sales) -> None:
    quote = await desk.quote()
    person = desk.person
    assert "must be active" in await person.refused("POST", "WinQuote", closing(quote, 4))
    assert "Status" in await person.refused(
        "POST", "WinQuote", {"QuoteClose": closing(quote, 4)["QuoteClose"]}
    )
    assert "not a valid status" in await person.refused("POST", "WinQuote", closing(quote, 5))
    nobody = {"Status": 4, "QuoteClose": {"subject": "x"}}
    message = "EdmEntityObject passed should have the key property value set."
    assert await person.refused("POST", "WinQuote", nobody) == message
    missing = {"QuoteId": "00000000-0000-4000-8000-000000000009", "ColumnSet": ALL}
    assert "Does Not Exist" in await person.refused("POST", "ReviseQuote", missing, status=404)
    assert "QuoteId" in await person.refused("POST", "ReviseQuote", {"ColumnSet": ALL})
    assert "No HTTP resource" in await person.refused("GET", "WinQuote", status=404)


async def test_an_action_that_cannot_be_shown_is_undone(desk: Sales) -> None:
    quote = await desk.active()
    message = await desk.person.refused("POST", "ReviseQuote", {"QuoteId": quote["quoteid"]})
    assert "ColumnSet" in message
    assert state(await desk.person.read(f"quotes({quote['quoteid']})")) == (1, 2)
    assert len(await desk.person.rows("quotes")) == 1


async def test_a_revision_is_a_new_draft_of_the_same_number(desk: Sales) -> None:
    first = await desk.active()
    body = {"QuoteId": first["quoteid"], "ColumnSet": ALL}
    second = await desk.person.act("ReviseQuote", body)
    assert second["@odata.context"].endswith("#quotes/$entity")
    assert second["quoteid"] != first["quoteid"]
    assert (second["msdyn_quotenumber"], second["quotenumber"]) == ("QUO-000001-R1", "QUO-000001")
    assert (second["revisionnumber"], state(second)) == (1, (0, 1))
    assert second["totalamount"] == 3600
    lines = await desk.person.rows(f"quotedetails?$filter=_quoteid_value eq {second['quoteid']}")
    assert [(line["sequencenumber"], line["quantity"]) for line in lines] == [(1, 3)]
    assert state(await desk.person.read(f"quotes({first['quoteid']})")) == (3, 7)
    await desk.person.edit(f"quotes({second['quoteid']})", {"statecode": 1, "statuscode": 2})
    columns = {"Columns": ["msdyn_quotenumber"]}
    third = await desk.person.act(
        "ReviseQuote", {"QuoteId": second["quoteid"], "ColumnSet": columns}
    )
    assert third["msdyn_quotenumber"] == "QUO-000001-R2"
    assert "name" not in third
    draft = {"QuoteId": third["quoteid"], "ColumnSet": ALL}
    assert "must be active" in await desk.person.refused("POST", "ReviseQuote", draft)


async def test_only_the_integration_revises_a_won_quote(desk: Sales) -> None:
    quote = await desk.active()
    await desk.person.act("WinQuote", closing(quote, 4))
    body = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    assert "must be active" in await desk.person.refused("POST", "ReviseQuote", body)
    draft = await desk.service.act("ReviseQuote", body)
    assert (draft["msdyn_quotenumber"], state(draft)) == ("QUO-000001-R1", (0, 1))
    assert state(await desk.person.read(f"quotes({quote['quoteid']})")) == (3, 7)
