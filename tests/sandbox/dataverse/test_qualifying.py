"""Leads and opportunities: qualify, disqualify, win, lose, and the quote out of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.dataverse.sales import ALL, Sales, sales, state
from tests.sandbox.dataverse.wire import HOST

QUALIFY = {"CreateAccount": True, "CreateContact": True, "CreateOpportunity": True, "Status": 3}
LEAD = {
    "subject": "Fair in May",
    "firstname": "Ada",
    "lastname": "Wu",
    "companyname": "Gamma Ltd",
    "emailaddress1": "ada@gamma.example",
    "telephone1": "1",
    "address1_city": "Kent",
    "estimatedamount": 5000,
}
MISSING_KEY = "EdmEntityObject passed should have the key property value set."


async def qualified(desk: Sales, body: dict[str, Any], **more: Any) -> dict[str, dict[str, Any]]:
    """Create a lead, qualify it, and read what came of it, by table."""
    lead = await desk.person.create("leads", body)
    path = f"leads({lead['leadid']})/Microsoft.Dynamics.CRM.QualifyLead"
    answer = await desk.person.act(path, {**QUALIFY, **more})
    context = answer["@odata.context"]
    assert context.endswith("#Collection(Microsoft.Dynamics.CRM.crmbaseentity)")
    found = {"lead": await desk.person.read(f"leads({lead['leadid']})")}
    for entity in answer["value"]:
        table = entity["@odata.type"].removeprefix("#Microsoft.Dynamics.CRM.")
        plural = "opportunities" if table == "opportunity" else f"{table}s"
        found[table] = await desk.person.read(f"{plural}({entity[f'{table}id']})")
    return found


async def parameters(desk: Sales, **body: Any) -> dict[str, Any]:
    answer = await desk.web.client.post(f"{HOST}/_sandbox/actions/set-parameters", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_lead_becomes_account_contact_and_opportunity(desk: Sales) -> None:
    found = await qualified(desk, LEAD)
    lead, account, contact, deal = (
        found[name] for name in ("lead", "account", "contact", "opportunity")
    )
    assert state(lead) == (1, 3)
    assert lead["_qualifyingopportunityid_value"] == deal["opportunityid"]
    assert (account["name"], account["address1_city"], account["telephone1"]) == (
        "Gamma Ltd",
        "Kent",
        "1",
    )
    assert (account["customertypecode"], account["accountnumber"]) == (None, None)
    assert account["_msdyn_company_value"] is None
    assert (contact["fullname"], contact["emailaddress1"]) == ("Ada Wu", "ada@gamma.example")
    assert contact["_parentcustomerid_value"] == account["accountid"]
    assert (deal["name"], deal["estimatedvalue"], state(deal)) == ("Fair in May", 5000, (0, 1))
    assert deal["_customerid_value"] == deal["_parentaccountid_value"] == account["accountid"]
    assert deal["_parentcontactid_value"] == contact["contactid"]
    for row in (account, contact, deal):
        assert row["_originatingleadid_value"] == lead["leadid"]


async def test_matching_rows_are_picked(desk: Sales) -> None:
    first = await qualified(desk, LEAD)
    again = await qualified(desk, {**LEAD, "companyname": "GAMMA LTD", "subject": "Second"})
    assert again["account"]["accountid"] == first["account"]["accountid"]
    assert again["contact"]["contactid"] == first["contact"]["contactid"]
    assert again["account"]["_originatingleadid_value"] == first["lead"]["leadid"]
    assert again["opportunity"]["_originatingleadid_value"] == again["lead"]["leadid"]
    namesake = await qualified(desk, {**LEAD, "emailaddress1": "other@gamma.example"})
    assert namesake["account"]["accountid"] == first["account"]["accountid"]
    assert namesake["contact"]["contactid"] != first["contact"]["contactid"]
    new = await qualified(desk, LEAD, SuppressDuplicateDetection=True)
    assert new["account"]["accountid"] != first["account"]["accountid"]


async def test_what_is_created_is_chosen(desk: Sales) -> None:
    nothing = {"CreateAccount": False, "CreateContact": False, "CreateOpportunity": False}
    assert list(await qualified(desk, LEAD, **nothing)) == ["lead"]
    account = await desk.account()
    euro = (await desk.person.rows("transactioncurrencies?$filter=isocurrencycode eq 'EUR'"))[0]
    found = await qualified(
        desk,
        LEAD,
        CreateAccount=False,
        CreateContact=False,
        OpportunityCustomerId={
            "@odata.type": "Microsoft.Dynamics.CRM.account",
            "accountid": account,
        },
        OpportunityCurrencyId={
            "@odata.type": "Microsoft.Dynamics.CRM.transactioncurrency",
            "transactioncurrencyid": euro["transactioncurrencyid"],
        },
    )
    assert list(found) == ["lead", "opportunity"]
    deal = found["opportunity"]
    assert deal["_customerid_value"] == account
    assert deal["_transactioncurrencyid_value"] == euro["transactioncurrencyid"]
    lists = await desk.person.rows("pricelevels?$filter=name eq 'EUR price list'")
    assert deal["_pricelevelid_value"] == lists[0]["pricelevelid"]


@pytest.mark.parametrize("on", [True, False])
async def test_a_setting_says_whether_the_account_is_a_prospect(desk: Sales, on: bool) -> None:
    answer = await parameters(desk, company="USMF", prospects_from_leads=on)
    assert answer == {"company": "USMF", "prospects_from_leads": on}
    found = await qualified(desk, LEAD)
    account = found["account"]
    kind = (account["customertypecode"], account["accountnumber"])
    assert kind == ((8, "ACC-000001") if on else (None, None))
    assert (account["_msdyn_company_value"] is not None) == on
    if on:
        deal = found["opportunity"]
        assert deal["_msdyn_company_value"] == account["_msdyn_company_value"]


async def test_parameters_are_checked(desk: Sales) -> None:
    for body in ({"nonsense": 1}, {"prospects_from_leads": "yes"}, {"company": "XXXX"}):
        url = f"{HOST}/_sandbox/actions/set-parameters"
        assert (await desk.web.client.post(url, json=body)).status_code == 400
    assert await parameters(desk) == {"company": "USMF", "prospects_from_leads": False}


async def test_people_follow_an_account_into_its_company() -> None:
    company = {"msdyn_company@odata.bind": "/cdm_companies(cdm_companycode='USMF')"}
    async with sales(gab=False) as desk:
        found = await qualified(desk, LEAD)
        account = f"accounts({found['account']['accountid']})"
        await desk.person.edit(account, {"customertypecode": 8, "accountnumber": "G-1", **company})
        contact = await desk.person.read(f"contacts({found['contact']['contactid']})")
        assert contact["_msdyn_company_value"] is not None
        assert (contact["msdyn_contactfor"], contact["msdyn_contactpersonid"]) == (
            "Customer",
            "CCP-000001",
        )
    async with sales(gab=True) as desk:
        found = await qualified(desk, LEAD)
        account = f"accounts({found['account']['accountid']})"
        await desk.person.edit(account, {"customertypecode": 8, "accountnumber": "G-1", **company})
        joined = (await desk.person.rows("msdyn_contactforparties"))[0]
        assert joined["_msdyn_associatedcompanyid_value"] is not None


async def test_a_lead_is_qualified_once_and_by_its_action(desk: Sales) -> None:
    lead = await desk.person.create("leads", LEAD)
    path = f"leads({lead['leadid']})"
    action = f"{path}/Microsoft.Dynamics.CRM.QualifyLead"
    assert "QualifyLead" in await desk.person.refused("PATCH", path, {"statecode": 1})
    assert "Status" in await desk.person.refused("POST", action, {"CreateAccount": True})
    keyless = {**QUALIFY, "OpportunityCurrencyId": {"transactioncurrencyid": lead["leadid"]}}
    assert await desk.person.refused("POST", action, keyless) == MISSING_KEY
    assert await desk.person.rows("accounts") == []
    await desk.person.act(action, QUALIFY)
    assert "must be open" in await desk.person.refused("POST", action, QUALIFY)
    assert "Qualified" in await desk.person.refused("PATCH", path, {"subject": "x"})
    missing = "leads(00000000-0000-4000-8000-000000000009)/Microsoft.Dynamics.CRM.QualifyLead"
    assert "Does Not Exist" in await desk.person.refused("POST", missing, QUALIFY, status=404)
    assert "segment" in await desk.person.refused("POST", "QualifyLead", QUALIFY, status=404)


async def test_a_disqualified_lead_can_come_back(desk: Sales) -> None:
    lead = await desk.person.create("leads", LEAD)
    path = f"leads({lead['leadid']})"
    await desk.person.edit(path, {"statecode": 2, "statuscode": 5})
    action = f"{path}/Microsoft.Dynamics.CRM.QualifyLead"
    assert "Disqualified" in await desk.person.refused("POST", action, QUALIFY)
    await desk.person.edit(path, {"statecode": 0, "statuscode": 1})
    await desk.person.act(action, QUALIFY)


async def opportunity(desk: Sales) -> dict[str, Any]:
    """An opportunity with one product, three pieces."""
    account = await desk.account()
    bind = {"customerid_account@odata.bind": f"/accounts({account})"}
    made = await desk.person.create("opportunities", {"name": "Deal", **bind})
    product, _ = await desk.product()
    line = {
        "opportunityid@odata.bind": f"/opportunities({made['opportunityid']})",
        "productid@odata.bind": f"/products({product})",
        "quantity": 3,
        "manualdiscountamount": 10,
    }
    await desk.person.create("opportunityproducts", line)
    return await desk.person.read(f"opportunities({made['opportunityid']})")


def close(deal: dict[str, Any], status: int, **more: Any) -> dict[str, Any]:
    bind = f"/opportunities({deal['opportunityid']})"
    activity = {"subject": "End", "opportunityid@odata.bind": bind, **more}
    return {"Status": status, "OpportunityClose": activity}


async def test_the_story_from_opportunity_to_order(desk: Sales) -> None:
    deal = await opportunity(desk)
    assert deal["totalamount"] == 3590
    body = {"OpportunityId": deal["opportunityid"], "ColumnSet": ALL}
    quote = await desk.person.act("GenerateQuoteFromOpportunity", body)
    assert quote["@odata.type"] == "#Microsoft.Dynamics.CRM.quote"
    assert (quote["_opportunityid_value"], quote["_customerid_value"]) == (
        deal["opportunityid"],
        deal["_customerid_value"],
    )
    assert (quote["totalamount"], state(quote)) == (3590, (0, 1))
    assert quote["msdyn_quotationcreationmethod"] == 776160001
    assert quote["_msdyn_company_value"] is not None
    lines = await desk.person.rows("quotedetails")
    assert [(one["quantity"], one["manualdiscountamount"]) for one in lines] == [(3, 10)]
    await desk.person.edit(f"quotes({quote['quoteid']})", {"statecode": 1, "statuscode": 2})
    order = await desk.person.act(
        "ConvertQuoteToSalesOrder", {"QuoteId": quote["quoteid"], "ColumnSet": ALL}
    )
    assert order["_opportunityid_value"] == deal["opportunityid"]
    won = await desk.person.read(f"opportunities({deal['opportunityid']})")
    assert (state(won), won["actualvalue"], won["actualclosedate"]) == (
        (1, 3),
        3590,
        "2026-11-22",
    )
    closes = await desk.person.rows("opportunitycloses")
    assert [row["actualrevenue"] for row in closes] == [3590]


async def test_an_opportunity_is_won_or_lost_by_its_action(desk: Sales) -> None:
    for action, status, after, value in (
        ("WinOpportunity", 3, (1, 3), 500),
        ("LoseOpportunity", 4, (2, 4), None),
        ("LoseOpportunity", 5, (2, 5), None),
    ):
        deal = await opportunity(desk)
        path = f"opportunities({deal['opportunityid']})"
        patch = {"statecode": after[0], "statuscode": after[1]}
        assert "actions" in await desk.person.refused("PATCH", path, patch)
        revenue = {"actualrevenue": 500} if value else {}
        await desk.person.act(action, close(deal, status, **revenue))
        found = await desk.person.read(path)
        assert (state(found), found["actualvalue"]) == (after, value)
        assert "must be open" in await desk.person.refused("POST", action, close(deal, status))
        assert "Read-only" in await desk.person.refused("PATCH", path, {"name": "x"})
        body = {"OpportunityId": deal["opportunityid"], "ColumnSet": ALL}
        message = await desk.person.refused("POST", "GenerateQuoteFromOpportunity", body)
        assert "must be open" in message
        await desk.person.edit(path, {"statecode": 0, "statuscode": 1})
    assert "not a valid" in await desk.person.refused("POST", "WinOpportunity", close(deal, 5))


async def test_an_order_comes_of_an_opportunity_but_no_invoice(desk: Sales) -> None:
    deal = await opportunity(desk)
    body = {"OpportunityId": deal["opportunityid"], "ColumnSet": ALL}
    order = await desk.person.act("GenerateSalesOrderFromOpportunity", body)
    assert (order["msdyn_salesordernumber"], order["totalamount"]) == ("ORD-000001", 3590)
    message = await desk.person.refused("POST", "GenerateInvoiceFromOpportunity", body)
    assert "Supply Chain Management" in message
