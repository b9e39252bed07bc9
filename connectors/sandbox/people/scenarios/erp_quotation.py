"""S5: a prospect on a quotation, driven from the ERP.

Source: Microsoft docs, prospects in prospect-to-cash and the quote lifecycle with Dynamics 365
Sales.
"""

from __future__ import annotations

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CUSTOMER, PROSPECT
from connectors.sandbox.people.crm_sales import ACTIVE, DRAFT, LOST, WON
from connectors.sandbox.people.erp_sales import CONFIRMED_JOURNAL, SENT_JOURNAL
from connectors.sandbox.people.scenarios import document_parties as parties
from connectors.sandbox.people.scenarios import documents
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

NUMBER, NAME = "Q-0001", "Theta Ltd"
NEXT_CUSTOMER = "CU-000001"
DOCK = ("3 Berth Rd", "Seattle")


def quote_a_prospect(world: World) -> None:
    """An ERP user quotes three pieces to a prospect; the CRM gets the draft, and may not act."""
    start(world)
    prospect = world.memory["theta"]
    account = world.account(prospect)
    made = world.office.seen_quotation(NUMBER)
    world.holds("ERP: Created", made["SalesQuotationStatus"], "Created")
    accounts = (made["ProspectId"], made["RequestingCustomerAccountNumber"])
    world.holds("ERP: for the prospect", accounts, (prospect, ""))
    world.holds("ERP: its origin", made["SalesQuotationHeaderCreationMethod"], "SCM")
    world.holds("ERP: its ownership", made["SalesQuotationOwnership"], "BasedOnOrigin")
    quote = documents.crm_quote(world, NUMBER)
    world.memory |= {"theta account": account["accountid"], "theta quote": quote["quoteid"]}
    world.holds("CRM: for the account", quote["_customerid_value"], account["accountid"])
    state = (quote["statecode"], quote["statuscode"])
    world.holds("CRM: a draft in progress", state, DRAFT)
    status = documents.QUOTATION_STATUS["Created"]
    world.holds("CRM: quotation status Created", quote["msdyn_salesquotationstatus"], status)
    origin = quote["msdyn_quotationcreationmethod"]
    world.holds("CRM: from the ERP", origin, documents.FROM_ERP)
    world.holds("CRM: in company USMF", quote["_msdyn_company_value"], world.crm.company)
    documents.quantities(world, "quotes", quote["quoteid"], [3])
    documents.same_money(world, quote["quoteid"], NUMBER)
    _left_to_the_erp(world, quote)


def start(world: World) -> None:
    """What the ERP user does first: a prospect, its delivery address, a quotation of one line."""
    made = world.erp.new_prospect(NAME)
    number, party = made["ProspectId"], made["ProspectPartyNumber"]
    world.memory |= {"theta": number, "theta party": party}
    world.erp.new_address(party, *DOCK, "Delivery", CountryRegionId="USA")
    world.office.quotation(NUMBER, 3, ProspectId=number)


def _left_to_the_erp(world: World, quote: Row) -> None:
    """The CRM's user may edit lines of a draft, and none of its life."""
    sales, quote_id = world.sales, quote["quoteid"]
    line = sales.lines("quotes", quote_id)[0]
    for quantity in (4, 3):
        world.crm.change("quotedetails", line["quotedetailid"], {"quantity": quantity})
        documents.erp_quantities(world, NUMBER, [quantity])
    says = documents.NOT_OWNED
    documents.refused(world, "CRM: activating it", lambda: sales.activate(quote_id), says)
    documents.refused(world, "CRM: deleting it", lambda: world.crm.delete("quotes", quote_id), says)
    documents.refused(world, "CRM: revising it", lambda: sales.revise(quote_id), says)
    documents.refused(world, "CRM: closing it", lambda: sales.close(quote_id, LOST), says)
    documents.refused(world, "CRM: creating its order", lambda: sales.create_order(quote_id), says)


def send(world: World) -> None:
    """An ERP user sends the quotation."""
    world.erp.act("send-quotation", NUMBER)
    world.holds("ERP: one journal", world.office.posted(SENT_JOURNAL, NUMBER), 1)
    quote = world.memory["theta quote"]
    documents.quote_becomes(world, quote, ACTIVE, "Sent")
    documents.quotation_becomes(world, NUMBER, "Sent")
    says = documents.NOT_OWNED
    sales = world.sales
    documents.refused(
        world,
        "CRM: editing it",
        lambda: world.crm.change("quotes", quote, {"name": "Mine"}),
        f"Read-only This record's status: Active. {says}",
    )
    documents.refused(world, "CRM: revising it", lambda: sales.revise(quote), says)
    documents.refused(world, "CRM: closing it", lambda: sales.close(quote, LOST), says)
    documents.refused(world, "CRM: creating its order", lambda: sales.create_order(quote), says)


def refuse_early_confirmation(world: World) -> None:
    """A quotation to a prospect cannot be confirmed before the prospect is a customer."""
    number, prospect = NUMBER, world.memory["theta"]
    documents.refused(
        world,
        "ERP: confirming it",
        lambda: world.erp.act("confirm-quotation", number),
        "Prospect",
    )
    status = world.office.seen_quotation(number)["SalesQuotationStatus"]
    world.holds("ERP: still Sent", status, "Sent")
    world.holds("ERP: no customer was made", world.erp.customer(prospect), None)
    world.office.change_quotation(number, CustomersReference="After the refusal")
    quote = world.until(
        "a later edit of the quotation has crossed",
        lambda: world.sales.row("quotes", world.memory["theta quote"]),
        lambda row: row["msdyn_customersreference"] == "After the refusal",
    )
    state = (quote["statecode"], quote["statuscode"])
    world.holds("CRM: the quote is still active", state, ACTIVE)
    world.holds("CRM: still a prospect", world.row(prospect)["customertypecode"], PROSPECT)


def convert(world: World) -> None:
    """An ERP user converts the prospect from the quotation: Follow up > Modify > Convert."""
    prospect = world.memory["theta"]
    world.erp.act("convert-prospect", NUMBER)
    customer = world.erp.customer(prospect) or {}
    world.holds("ERP: customer group 10", customer.get("CustomerGroupId"), "10")
    party = customer.get("PartyNumber")
    world.holds("ERP: the same party", party, world.memory["theta party"])
    relation = (world.erp.prospect(prospect) or {})["ProspectRelationTypeId"]
    world.holds("ERP: the prospect is retired, type Customer", relation, "Customer")
    quotation = world.office.seen_quotation(NUMBER)
    accounts = (quotation["ProspectId"], quotation["RequestingCustomerAccountNumber"])
    world.holds("ERP: the quotation is the customer's", accounts, ("", prospect))
    world.holds("ERP: still Sent", quotation["SalesQuotationStatus"], "Sent")
    world.until(
        "CRM: the account is a customer's",
        lambda: world.row(prospect)["customertypecode"],
        lambda seen: seen == CUSTOMER,
    )
    world.crosses_as_customer(prospect, "converted by its quotation")
    quote = world.sales.row("quotes", world.memory["theta quote"])
    account = world.memory["theta account"]
    world.holds("CRM: the same account row", world.row(prospect)["accountid"], account)
    world.holds("CRM: the quote is still its", quote["_customerid_value"], account)
    world.holds("CRM: still active", (quote["statecode"], quote["statuscode"]), ACTIVE)


def confirm(world: World) -> None:
    """An ERP user confirms the quotation: the order is born in the ERP and reaches the CRM."""
    answer = world.erp.act("confirm-quotation", NUMBER)
    world.memory["theta order"] = answer["order"]
    world.holds("ERP: confirmation journal", world.office.posted(CONFIRMED_JOURNAL, NUMBER), 1)
    ordered(world)


def ordered(world: World) -> None:
    """The order is on both sides, and the quote knows it."""
    arrived = documents.crm_order(world, world.memory["theta order"])
    world.memory["theta crm order"] = arrived["salesorderid"]
    documents.quantities(world, "salesorders", arrived["salesorderid"], [3])
    quote = documents.crm_quote(world, NUMBER)["quoteid"]
    documents.quote_becomes(world, quote, WON, "Confirmed")
    world.until(
        "CRM: the quote tells its order",
        lambda: world.sales.row("quotes", quote)["_msdyn_generatedsalesordernumber_value"],
        lambda seen: seen == arrived["salesorderid"],
    )


def quote_with_contact(world: World) -> None:
    """A quotation with a contact person and a delivery address, and the order of it."""
    erp, office = world.erp, world.office
    made = erp.new_prospect("Lambda Ltd")
    number, party = made["ProspectId"], made["ProspectPartyNumber"]
    place = erp.new_address(party, *parties.PLACE, "Delivery", CountryRegionId="USA")
    contact = erp.new_contact(party, "Kim", "Lo")["ContactPersonId"]
    quotation = office.quotation(None, 2, ProspectId=number, ContactPersonId=contact)
    name = quotation["SalesQuotationNumber"]
    world.holds("ERP: it drew its number", name.startswith("SQ-"))
    location = quotation["DeliveryAddressLocationId"]
    world.holds("ERP: it took the delivery address", location, place["LocationId"])
    quote = documents.crm_quote(world, name)["quoteid"]
    parties.has_contact(world, "quotes", quote, contact)
    parties.has_address(world, "quotes", quote, location)
    erp.act("send-quotation", name)
    erp.act("convert-prospect", name)
    order = erp.act("confirm-quotation", name)["order"]
    arrived = documents.crm_order(world, order)["salesorderid"]
    documents.quantities(world, "salesorders", arrived, [2])
    parties.has_contact(world, "salesorders", arrived, contact)
    parties.has_address(world, "salesorders", arrived, location)
    documents.quote_becomes(world, quote, WON, "Confirmed")


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm, erp, number = world.crm, world.erp, world.memory["theta"]
    account = world.row(number)
    same = account["accountid"] == world.memory["theta account"]
    world.holds("CRM: the same account row", same)
    world.holds("CRM: a customer account", account["customertypecode"], CUSTOMER)
    world.holds("CRM: exactly one", len(crm.rows("accounts", f"name eq '{NAME}'")), 1)
    contacts = crm.rows("contacts", f"_parentcustomerid_value eq {account['accountid']}")
    world.holds("CRM: no contact", contacts, [])
    world.holds("ERP: no contact person", erp.contacts(world.memory["theta party"]), [])
    customers = erp.rows("CustomersV3", f"CustomerAccount eq '{number}'")
    world.holds("ERP: one customer", [row["CustomerGroupId"] for row in customers], ["10"])
    world.holds("ERP: an organisation", customers[0]["PartyType"], "Organization")
    relation = (erp.prospect(number) or {})["ProspectRelationTypeId"]
    world.holds("ERP: the prospect is retired", relation, "Customer")
    world.holds("ERP: its address", world.customer_places(number), {"Delivery": DOCK[0]})
    world.holds("ERP: next customer number", erp.next_number("CustAccount"), NEXT_CUSTOMER)
    _addresses(world, account)
    _documents(world, account)


def _addresses(world: World, account: Row) -> None:
    party = f"msdyn_partynumber eq '{world.memory['theta party']}'"
    parties = world.crm.rows("msdyn_parties", party)
    if not world.gab:
        world.holds("CRM: no party rows", parties, [])
        place = (account["address1_line1"], account["address1_city"])
        world.holds("CRM: address 1 is the delivery address", place, DOCK)
        return
    world.holds("CRM: one party", len(parties), 1)
    party_id = parties[0]["msdyn_partyid"]
    world.holds("CRM: the account's", account["_msdyn_partyid_value"], party_id)
    places = world.crm_places(world.crm_addresses(party_id))
    world.holds("CRM: one party address with its role", places, {"Delivery": DOCK[0]})


def _documents(world: World, account: Row) -> None:
    number = world.memory["theta order"]
    quotation = world.office.seen_quotation(NUMBER)
    world.holds("ERP: Confirmed", quotation["SalesQuotationStatus"], "Confirmed")
    origin = quotation["SalesQuotationHeaderCreationMethod"]
    world.holds("ERP: its origin is kept", origin, "SCM")
    world.holds("ERP: it tells its order", quotation["GeneratedSalesOrderNumber"], number)
    order = world.office.seen_order(number)
    world.holds("ERP: an open order", order["SalesOrderStatus"], "Backorder")
    customer = order["OrderingCustomerAccountNumber"]
    world.holds("ERP: the order is the customer's", customer, world.memory["theta"])
    arrived = world.sales.row("salesorders", world.memory["theta crm order"])
    state = (arrived["statecode"], arrived["statuscode"])
    world.holds("CRM: the order is active, new", state, (0, 1))
    active = documents.PROCESSING["Active"]
    world.holds("CRM: processing status Active", arrived["msdyn_processingstatus"], active)
    world.holds(
        "CRM: the order is the account's", arrived["_customerid_value"], account["accountid"]
    )
    quote = world.sales.row("quotes", world.memory["theta quote"])
    world.holds("CRM: the quote is won", (quote["statecode"], quote["statuscode"]), WON)
    origin = quote["msdyn_quotationcreationmethod"]
    world.holds("CRM: its origin is kept", origin, documents.FROM_ERP)
    world.holds("CRM: no lead was made", world.crm.rows("leads"), [])
    documents.same_money(world, quote["quoteid"], NUMBER)


S5 = Scenario(
    "S5",
    "Prospect on a quotation, driven from the ERP",
    (
        Step("S5.1", "An ERP user quotes three pieces to a prospect", quote_a_prospect),
        Step("S5.2", "An ERP user sends the quotation", send),
        Step("S5.2b", "Confirming it for a prospect is refused", refuse_early_confirmation),
        Step("S5.3", "An ERP user converts the prospect from the quotation", convert),
        Step("S5.4", "An ERP user confirms it: an order on both sides", confirm),
        Step("S5.5", "A quotation with contact person and address", quote_with_contact),
        Step("S5 end", "What must exist at the end, and no more", final_state),
    ),
)
