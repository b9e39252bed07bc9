"""S6: a prospect on a quote, driven from the CRM.

Source: Microsoft docs, prospects in prospect-to-cash and the quote lifecycle with Dynamics 365
Sales.
"""

from __future__ import annotations

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CUSTOMER
from connectors.sandbox.people.crm_sales import ACTIVE, DRAFT, WON
from connectors.sandbox.people.erp_sales import CONFIRMED_JOURNAL, SENT_JOURNAL
from connectors.sandbox.people.scenarios import crm_quote_ends as ends
from connectors.sandbox.people.scenarios import document_parties as parties
from connectors.sandbox.people.scenarios import documents
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

ID, NAME = "CRMP-006", "Iota Inc"
NEXT_CUSTOMER = "CU-000001"


def quote_a_prospect(world: World) -> None:
    """A CRM user quotes three pieces to a prospect; the ERP gets the quotation."""
    start(world)
    number, quote = world.memory["iota number"], world.memory["iota quote"]
    world.holds("CRM: a draft", world.sales.state("quotes", quote), DRAFT)
    made = documents.quotation_becomes(world, number, "Created")
    accounts = (made["ProspectId"], made["RequestingCustomerAccountNumber"])
    world.holds("ERP: for the prospect", accounts, (ID, ""))
    origin = made["SalesQuotationHeaderCreationMethod"]
    world.holds("ERP: its origin is Dynamics 365 Sales", origin, "Dynamics365Sales")
    world.holds("ERP: owned by its origin", made["SalesQuotationOwnership"], "BasedOnOrigin")
    documents.erp_quantities(world, number, [3])
    documents.same_money(world, quote, number)
    row = documents.quote_becomes(world, quote, DRAFT, "Created")
    origin = row["msdyn_quotationcreationmethod"]
    world.holds("CRM: its origin is Sales", origin, documents.FROM_SALES)
    _ship_to(world)


def start(world: World) -> None:
    """What the CRM user does first: a prospect, its address, a quote of one line."""
    account = world.crm.new_account(ID, NAME)["accountid"]
    if not world.gab:
        street, city = parties.PLACE
        world.crm.change("accounts", account, {"address1_line1": street, "address1_city": city})
    quote = world.sales.quote(account, "Projectors for Iota", 3)
    world.memory |= {
        "iota": account,
        "iota quote": quote["quoteid"],
        "iota number": quote["msdyn_quotenumber"],
    }


def pick_address(world: World) -> str:
    """With the address book a user picks an address of the party, without it is typed.

    Returns:
        the number of the picked location; empty when it was typed.
    """
    crm, (street, city), location = world.crm, parties.PLACE, ""
    typed = {"shipto_line1": street, "shipto_city": city}
    if world.gab:
        party = world.row(ID)["_msdyn_partyid_value"]
        place = {"msdyn_street": street, "msdyn_city": city, "msdyn_countryregionid": "USA"}
        link = crm.new_party_address(party, "Delivery", **place)
        row = world.sales.row(
            "msdyn_postaladdresscollections", link["_msdyn_postaladdresscollectionid_value"]
        )
        location = row["msdyn_location"]
        typed["msdyn_deliveryaddresslocationid"] = location
    crm.change("quotes", world.memory["iota quote"], typed)
    return location


def _ship_to(world: World) -> None:
    location, number = pick_address(world), world.memory["iota number"]
    seen = world.until(
        "ERP: the quotation has the delivery address",
        lambda: world.office.seen_quotation(number),
        lambda row: (row["DeliveryAddressStreet"], row["DeliveryAddressCity"]) == parties.PLACE,
    )
    named = seen["DeliveryAddressLocationId"]
    world.holds("both: the picked address of the party, or none", named, location)


def activate(world: World) -> None:
    """A CRM user activates the quote; the ERP sends the quotation and leaves it alone."""
    number, quote = world.memory["iota number"], world.memory["iota quote"]
    world.sales.activate(quote)
    documents.quotation_becomes(world, number, "Sent")
    world.holds("ERP: one journal", world.office.posted(SENT_JOURNAL, number), 1)
    documents.quote_becomes(world, quote, ACTIVE, "Sent")
    erp = world.erp
    for action in ("send", "lose", "cancel", "confirm"):
        documents.refused(
            world,
            f"ERP: to {action} it",
            lambda action=action: erp.act(f"{action}-quotation", number),  # type: ignore[misc]
            "Dynamics 365 Sales",
        )
    documents.refused(world, "ERP: deleting it", lambda: world.office.delete_quotation(number))
    documents.refused(
        world,
        "ERP: editing it",
        lambda: world.office.change_quotation(number, SalesQuotationName="Mine"),
        "read-only",
    )
    documents.refused(
        world, "CRM: editing it", lambda: world.crm.change("quotes", quote, {"name": "Mine"})
    )


def create_order(world: World) -> None:
    """A CRM user creates the order: customer, confirmation, order and account, whole or not."""
    make_order(world)
    ordered(world)
    world.crosses_as_customer(ID, "ordered")


def make_order(world: World) -> None:
    """What the CRM user does: the quote is won at once, whatever the ERP does."""
    quote = world.memory["iota quote"]
    made = world.sales.create_order(quote)
    world.memory |= {
        "iota order": made["salesorderid"],
        "iota order number": made["msdyn_salesordernumber"],
    }
    world.holds("CRM: the quote is won at once", world.sales.state("quotes", quote), WON)


def ordered(world: World) -> None:
    """All that an order takes is done on both sides."""
    quote, order = world.memory["iota quote"], world.memory["iota order number"]
    world.until(f"ERP: order {order}", lambda: world.office.seen_order(order))
    documents.quotation_becomes(world, world.memory["iota number"], "Confirmed")
    world.until(
        "CRM: the account is a customer's",
        lambda: world.row(ID)["customertypecode"],
        lambda seen: seen == CUSTOMER,
    )
    documents.quote_becomes(world, quote, WON, "Confirmed")
    world.until(
        "CRM: the quote tells its order",
        lambda: world.sales.row("quotes", quote)["_msdyn_generatedsalesordernumber_value"],
        lambda seen: seen == world.memory["iota order"],
    )


def final_state(world: World) -> None:
    """What must exist after the last step."""
    crm, erp = world.crm, world.erp
    account = world.row(ID)
    world.holds("CRM: the same account row", account["accountid"], world.memory["iota"])
    world.holds("CRM: a customer account", account["customertypecode"], CUSTOMER)
    world.holds("CRM: exactly one", len(crm.rows("accounts", f"name eq '{NAME}'")), 1)
    customers = erp.rows("CustomersV3", f"CustomerAccount eq '{ID}'")
    world.holds("ERP: one customer", [row["CustomerGroupId"] for row in customers], ["10"])
    world.holds("ERP: an organisation", customers[0]["PartyType"], "Organization")
    prospect = erp.prospect(ID) or {}
    world.holds("ERP: the prospect is retired", prospect["ProspectRelationTypeId"], "Customer")
    party = customers[0]["PartyNumber"]
    world.holds("ERP: the same party", party, prospect["ProspectPartyNumber"])
    world.holds("ERP: no contact person", erp.contacts(party), [])
    world.holds("ERP: next customer number", erp.next_number("CustAccount"), NEXT_CUSTOMER)
    world.holds("CRM: no lead was made", crm.rows("leads"), [])
    street = parties.PLACE[0]
    places = world.customer_places(ID)
    if world.gab:
        world.holds("ERP: the address with its role", places, {"Delivery": street})
        parties_of = crm.rows("msdyn_parties", f"msdyn_partynumber eq '{party}'")
        world.holds("CRM: one party", len(parties_of), 1)
        found = world.crm_places(world.crm_addresses(parties_of[0]["msdyn_partyid"]))
        world.holds("CRM: one party address with its role", found, {"Delivery": street})
    else:
        world.holds("ERP: the customer has no address", places, {})
        world.holds("CRM: the address as typed", account["address1_line1"], street)
        world.holds("CRM: no party rows", crm.rows("msdyn_parties"), [])
    _documents(world, account)


def _documents(world: World, account: Row) -> None:
    number, order = world.memory["iota number"], world.memory["iota order number"]
    quotation = world.office.seen_quotation(number)
    world.holds("ERP: Confirmed", quotation["SalesQuotationStatus"], "Confirmed")
    origin = quotation["SalesQuotationHeaderCreationMethod"]
    world.holds("ERP: its origin is kept", origin, "Dynamics365Sales")
    journals = world.office.posted(CONFIRMED_JOURNAL, number)
    world.holds("ERP: one confirmation journal", journals, 1)
    world.holds("ERP: it tells its order", quotation["GeneratedSalesOrderNumber"], order)
    there = world.office.seen_order(order)
    world.holds("ERP: an open order", there["SalesOrderStatus"], "Backorder")
    world.holds("ERP: of the customer", there["OrderingCustomerAccountNumber"], ID)
    world.holds("ERP: of the quotation", there["QuotationNumber"], number)
    lines = [line["OrderedSalesQuantity"] for line in world.office.order_lines(order)]
    world.holds("ERP: its line", lines, [3])
    here = world.sales.row("salesorders", world.memory["iota order"])
    world.holds("CRM: the order is new", (here["statecode"], here["statuscode"]), (0, 1))
    active = documents.PROCESSING["Active"]
    world.holds("CRM: processing status Active", here["msdyn_processingstatus"], active)
    world.holds("CRM: the account's order", here["_customerid_value"], account["accountid"])
    documents.quantities(world, "salesorders", here["salesorderid"], [3])
    quote = world.sales.row("quotes", world.memory["iota quote"])
    world.holds("CRM: the quote is won", (quote["statecode"], quote["statuscode"]), WON)
    documents.same_money(world, quote["quoteid"], number)


S6 = Scenario(
    "S6",
    "Prospect on a quote, driven from the CRM",
    (
        Step("S6.1", "A CRM user quotes three pieces to a prospect", quote_a_prospect),
        Step("S6.2", "A CRM user activates the quote", activate),
        Step("S6.3", "A CRM user creates the order, with all that it takes", create_order),
        Step("S6.4a", "Revised instead, twice: a new draft each time", ends.revise),
        Step("S6.4b", "Closed as lost instead", ends.lose),
        Step("S6.4c", "Closed as cancelled instead", ends.cancel),
        Step("S6.4d", "Taken over by the ERP: Create order is refused", ends.give_away),
        Step("S6 end", "What must exist at the end, and no more", final_state),
    ),
)
