"""S7, its first half: from a lead to the order, in the CRM.

Source: Microsoft docs, qualifying leads, prospect-to-cash; leads and opportunities are the CRM's
alone.
"""

from __future__ import annotations

from decimal import Decimal

from connectors.sandbox.people.crm import CUSTOMER, PROSPECT
from connectors.sandbox.people.crm_sales import ACTIVE, DRAFT, REVISED, WON
from connectors.sandbox.people.scenarios import documents
from connectors.sandbox.people.scenarios.world import World

ID, COMPANY, SUBJECT = "LEAD-001", "Omicron Ltd", "Beamers for the Omicron fair"
OTHER, LOST_COMPANY = "Sigma GmbH", "Upsilon BV"
_QUALIFIED, _DISQUALIFIED = (1, 3), (2, 5)
_IN_PROGRESS, _WON, _OUT_SOLD = (0, 1), (1, 3), (2, 5)


def qualify(world: World) -> None:
    """A CRM user qualifies a lead: account, contact and opportunity, and nothing in the ERP."""
    sales = world.sales
    sales.prospects_from_leads(on=False)
    lead = _lead(world, SUBJECT, COMPANY, "Ada", "Oz")
    made = sales.qualify(lead)
    account, contact, deal = made["account"], made["contact"], made["opportunity"]
    world.memory |= {
        "lead": lead,
        "omicron": account["accountid"],
        "ada": contact["contactid"],
        "deal": deal["opportunityid"],
    }
    world.holds("CRM: the lead is qualified", sales.state("leads", lead), _QUALIFIED)
    world.holds("CRM: the account's name", account["name"], COMPANY)
    kind = (account["customertypecode"], account["_msdyn_company_value"])
    world.holds("CRM: of no kind and no company yet", kind, (None, None))
    parent = contact["_parentcustomerid_value"]
    world.holds("CRM: the contact is the account's", parent, account["accountid"])
    world.holds("CRM: the deal is the account's", deal["_customerid_value"], account["accountid"])
    origins = {row["_originatingleadid_value"] for row in (account, contact, deal)}
    world.holds("CRM: all three tell their lead", origins, {lead})
    disqualified = _lead(world, "Not now", LOST_COMPANY, "Udo", "Lu")
    world.crm.change(
        "leads",
        disqualified,
        {"statecode": _DISQUALIFIED[0], "statuscode": _DISQUALIFIED[1]},
    )
    world.memory["disqualified"] = disqualified


def become_prospect(world: World) -> None:
    """Somebody makes the account a prospect: that crosses, and only that; the setting does both."""
    sales, erp = world.sales, world.erp
    sales.prospects_from_leads(on=True)
    try:
        other = _lead(world, "Screens for Sigma", OTHER, "Sue", "Ray")
        account = sales.qualify(other)["account"]
    finally:
        sales.prospects_from_leads(on=False)
    world.memory["other lead"] = other
    number = account["accountnumber"]
    world.holds("CRM: the setting makes it a prospect", account["customertypecode"], PROSPECT)
    arrived = world.until(f"ERP: prospect {number}", lambda: erp.prospect(number)) or {}
    world.holds("ERP: by its name", arrived["ProspectName"], OTHER)
    unborn = erp.rows("Prospects", f"ProspectName eq '{COMPANY}'")
    world.holds("ERP: nothing yet of the account without a kind", unborn, [])
    sales.make_prospect(world.memory["omicron"], ID)
    made = world.until(f"ERP: prospect {ID}", lambda: erp.prospect(ID)) or {}
    world.holds("ERP: by its name", made["ProspectName"], COMPANY)
    party = made["ProspectPartyNumber"]
    people = world.until("ERP: Ada is its contact person", lambda: erp.contacts(party))
    world.holds("ERP: Ada alone", [row["ContactPersonName"] for row in people], ["Ada Oz"])


def quote(world: World) -> None:
    """The opportunity gets its products; a quote of it crosses with both lines."""
    sales, deal = world.sales, world.memory["deal"]
    sales.opportunity_line(deal, 3, manualdiscountamount=Decimal("10.00"))
    sales.opportunity_line(deal, 2)
    made = sales.quote_from(deal)
    quote_id, number = made["quoteid"], made["msdyn_quotenumber"]
    world.memory |= {"first quote": quote_id, "first number": number}
    world.holds("CRM: the quote tells its opportunity", made["_opportunityid_value"], deal)
    there = documents.quotation_becomes(world, number, "Created")
    world.holds("ERP: for the prospect", there["ProspectId"], ID)
    documents.erp_quantities(world, number, [3, 2])
    total = documents.same_money(world, quote_id, number)
    world.holds("both: 5 pieces at 1200.00 less 10.00", total, Decimal("5990.00"))


def revise(world: World) -> None:
    """The quote is activated, revised and activated again; the history stays."""
    sales, first, base = world.sales, world.memory["first quote"], world.memory["first number"]
    sales.activate(first)
    documents.quotation_becomes(world, base, "Sent")
    draft = sales.revise(first)
    quote_id, number = draft["quoteid"], f"{base}-R1"
    world.memory |= {"second quote": quote_id, "second number": number}
    documents.quotation_becomes(world, base, "Revised")
    documents.quote_becomes(world, first, REVISED, "Revised")
    documents.quote_becomes(world, quote_id, DRAFT, "Created")
    line = sales.lines("quotes", quote_id)[1]
    world.crm.change("quotedetails", line["quotedetailid"], {"quantity": 4})
    documents.erp_quantities(world, number, [3, 4])
    documents.erp_quantities(world, base, [3, 2])
    sales.activate(quote_id)
    documents.quotation_becomes(world, number, "Sent")
    documents.quote_becomes(world, quote_id, ACTIVE, "Sent")
    total = documents.same_money(world, quote_id, number)
    world.holds("both: 7 pieces at 1200.00 less 10.00", total, Decimal("8390.00"))


def order(world: World) -> None:
    """A CRM user creates the order: the opportunity is won, the prospect a customer."""
    sales, quote_id = world.sales, world.memory["second quote"]
    made = sales.create_order(quote_id)
    number = made["msdyn_salesordernumber"]
    world.memory |= {"order": made["salesorderid"], "order number": number}
    deal = world.memory["deal"]
    world.holds("CRM: the opportunity is won", sales.state("opportunities", deal), _WON)
    world.until(f"ERP: order {number}", lambda: world.office.seen_order(number))
    documents.quotation_becomes(world, world.memory["second number"], "Confirmed")
    documents.quote_becomes(world, quote_id, WON, "Confirmed")
    world.until(
        "CRM: the account is a customer's",
        lambda: world.row(ID)["customertypecode"],
        lambda seen: seen == CUSTOMER,
    )
    total = documents.same_order_money(world, made["salesorderid"], number)
    world.holds("both: the order has the quote's total", total, Decimal("8390.00"))


def lose_another(world: World) -> None:
    """A second deal of the customer is lost with its quote: the quote crosses, the deal stays."""
    sales, account = world.sales, world.memory["omicron"]
    bind = {"customerid_account@odata.bind": f"/accounts({account})"}
    deal = world.crm.create("opportunities", {"name": "A second hall", **bind})["opportunityid"]
    sales.opportunity_line(deal, 1)
    made = sales.quote_from(deal)
    quote_id, number = made["quoteid"], made["msdyn_quotenumber"]
    world.memory["lost deal"] = deal
    world.holds("CRM: the deal is open", sales.state("opportunities", deal), _IN_PROGRESS)
    sales.activate(quote_id)
    documents.quotation_becomes(world, number, "Sent")
    sales.close(quote_id, (3, 5))
    documents.quotation_becomes(world, number, "Lost")
    documents.quote_becomes(world, quote_id, (3, 5), "Lost")
    sales.lose_opportunity(deal)
    world.holds("CRM: the deal is lost", sales.state("opportunities", deal), _OUT_SOLD)


def _lead(world: World, subject: str, company: str, first: str, last: str) -> str:
    row = world.sales.lead(subject, companyname=company, firstname=first, lastname=last)
    return str(row["leadid"])
