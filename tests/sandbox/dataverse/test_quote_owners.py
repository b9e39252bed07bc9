"""Who may do what to a quote: by state, by owner, and only while the features say so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.dataverse.sales import (
    ALL,
    FROM_ERP,
    LIFECYCLE,
    NOT_OWNED,
    PRICE_MASTER,
    Sales,
    closing,
    state,
)

OWNED_BY_SALES = {**FROM_ERP, "msdyn_quotationownership": 776160002}
GIVEN_TO_ERP = {"msdyn_quotationcreationmethod": 776160001, "msdyn_quotationownership": 776160001}


def lifecycle(quote: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Every act of the lifecycle on an active quote."""
    by_id = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    return [
        ("POST", "WinQuote", closing(quote, 4)),
        ("POST", "CloseQuote", closing(quote, 5)),
        ("POST", "ReviseQuote", by_id),
        ("POST", "ConvertQuoteToSalesOrder", by_id),
    ]


@pytest.mark.parametrize("owner", [FROM_ERP, GIVEN_TO_ERP], ids=["origin", "ownership"])
async def test_people_leave_the_erps_quotes_alone(desk: Sales, owner: dict[str, Any]) -> None:
    quote = await desk.quote(desk.service, **owner)
    path = f"quotes({quote['quoteid']})"
    line = await desk.line(quote)  # The lines of a draft stay open to people.
    await desk.person.edit(f"quotedetails({line['quotedetailid']})", {"quantity": 4})
    activate = {"statecode": 1, "statuscode": 2}
    assert await desk.person.refused("PATCH", path, activate) == NOT_OWNED
    assert await desk.person.refused("DELETE", path) == NOT_OWNED
    await desk.service.edit(path, activate)
    for method, name, body in lifecycle(quote):
        assert await desk.person.refused(method, name, body) == NOT_OWNED
    notice = await desk.person.refused("PATCH", path, {"name": "x"})
    assert notice == f"Read-only This record's status: Active. {NOT_OWNED}"
    assert state(await desk.person.read(path)) == (1, 2)


async def test_ownership_goes_before_origin(desk: Sales) -> None:
    quote = await desk.active(desk.service, **OWNED_BY_SALES)
    await desk.person.act("CloseQuote", closing(quote, 6))


async def test_ownership_may_change_in_flight(desk: Sales) -> None:
    quote = await desk.active()
    path = f"quotes({quote['quoteid']})"
    await desk.service.edit(path, {"msdyn_quotationownership": 776160001})
    body = {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    assert await desk.person.refused("POST", "ConvertQuoteToSalesOrder", body) == NOT_OWNED
    await desk.service.edit(path, {"msdyn_quotationownership": 776160002})
    await desk.person.act("ConvertQuoteToSalesOrder", body)


async def test_the_integration_is_bound_by_nothing(desk: Sales) -> None:
    for act, after in (("WinQuote", (2, 4)), ("CloseQuote", (3, 5))):
        quote = await desk.active(desk.service, **FROM_ERP)
        path = f"quotes({quote['quoteid']})"
        await desk.service.edit(path, {"name": "as the ERP says", "discountamount": 1})
        await desk.service.act(act, closing(quote, after[1]))
        assert state(await desk.service.read(path)) == after
        assert (await desk.service.send("DELETE", path)).status_code == 204


@pytest.mark.parametrize("gone", [True, False], ids=["no row", "row says off"])
async def test_without_the_feature_the_owner_binds_nobody(desk: Sales, gone: bool) -> None:
    if gone:
        path = f"msdyn_supplychainfeaturestates(msdyn_name='{LIFECYCLE}')"
        assert (await desk.service.send("DELETE", path)).status_code == 204
    else:
        await desk.feature(LIFECYCLE, on=False)
    quote = await desk.quote(desk.service, **FROM_ERP)
    path = f"quotes({quote['quoteid']})"
    await desk.person.edit(path, {"statecode": 1, "statuscode": 2, "discountamount": 1})
    await desk.person.act("CloseQuote", closing(quote, 5))
    other = await desk.quote(desk.service, **FROM_ERP)
    gone_path = f"quotes({other['quoteid']})"
    assert (await desk.person.send("DELETE", gone_path)).status_code == 204


async def test_own_drafts_are_edited_and_deleted_with_their_lines(desk: Sales) -> None:
    quote = await desk.quote()
    await desk.line(quote)
    path = f"quotes({quote['quoteid']})"
    await desk.person.edit(path, {"name": "Better"})
    assert (await desk.person.send("DELETE", path)).status_code == 204
    assert await desk.person.rows("quotedetails") == []


async def test_what_the_erp_computes_is_read_only(desk: Sales) -> None:
    quote = await desk.quote()
    path = f"quotes({quote['quoteid']})"
    for name in ("discountamount", "discountpercentage", "freightamount"):
        assert name in await desk.person.refused("PATCH", path, {name: 5})
    moved = {"msdyn_quotationownership": 776160001}
    assert "read-only" in await desk.person.refused("PATCH", path, moved)
    moved = {"msdyn_quotationcreationmethod": 776160000}
    assert "read-only" in await desk.person.refused("PATCH", path, moved)


async def test_the_price_master_leaves_amounts_to_the_erp(desk: Sales) -> None:
    await desk.feature(PRICE_MASTER)
    quote = await desk.quote()
    line = await desk.line(quote, 3, msdyn_linediscountamount=2)
    assert (line["priceperunit"], line["extendedamount"]) == (1200, None)
    path = f"quotedetails({line['quotedetailid']})"
    refused = await desk.person.refused("PATCH", path, {"manualdiscountamount": 6})
    assert "manualdiscountamount" in refused
    await desk.service.edit(path, {"extendedamount": 3594, "baseamount": 3594})
    await desk.service.edit(f"quotes({quote['quoteid']})", {"totalamount": 3594})
    await desk.person.edit(path, {"quantity": 4})
    target = {"@odata.type": "Microsoft.Dynamics.CRM.quote", "quoteid": quote["quoteid"]}
    await desk.person.act("CalculatePrice", {"Target": target})
    line = await desk.person.read(path)
    assert (line["quantity"], line["extendedamount"]) == (4, 3594)
    header = await desk.person.read(f"quotes({quote['quoteid']})")
    assert header["totalamount"] == 3594


async def test_prices_are_calculated_anew_unless_locked(desk: Sales) -> None:
    order = await desk.order()
    path = f"salesorders({order['salesorderid']})"
    product, _ = await desk.product()
    await desk.service.edit(f"products({product})", {"price": 1000})
    target = {
        "@odata.type": "Microsoft.Dynamics.CRM.salesorder",
        "salesorderid": order["salesorderid"],
    }
    await desk.person.act("LockSalesOrderPricing", {"SalesOrderId": order["salesorderid"]})
    await desk.person.act("CalculatePrice", {"Target": target})
    assert (await desk.person.read(path))["totalamount"] == 3600
    await desk.person.act("UnlockSalesOrderPricing", {"SalesOrderId": order["salesorderid"]})
    await desk.person.act("CalculatePrice", {"Target": target})
    found = await desk.person.read(path)
    assert (found["totalamount"], found["ispricelocked"]) == (3000, False)
    message = "EdmEntityObject passed should have the key property value set."
    untyped = {"Target": {"salesorderid": order["salesorderid"]}}
    assert await desk.person.refused("POST", "CalculatePrice", untyped) == message
    assert await desk.person.refused("POST", "CalculatePrice", {}) == message
