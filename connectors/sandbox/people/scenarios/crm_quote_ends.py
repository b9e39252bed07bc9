"""S6.4: how a quote of the CRM ends without an order: revised, lost, cancelled, given away.

Source: Microsoft docs, the quote lifecycle with Dynamics 365 Sales.
"""

from __future__ import annotations

from connectors.sandbox.people.crm import PROSPECT
from connectors.sandbox.people.crm_sales import ACTIVE, CANCELLED, DRAFT, LOST, REVISED
from connectors.sandbox.people.scenarios import documents
from connectors.sandbox.people.scenarios.world import World

ID, NAME = "CRMP-007", "Kappa Inc"
_SCM_OWNS = 776160001


def revise(world: World) -> None:
    """A CRM user revises an active quote twice; each copy is a quotation of its own."""
    world.memory["kappa"] = world.crm.new_account(ID, NAME)["accountid"]
    first, base = _active(world, "To be revised", 3, 5)
    second = _revised(world, first, base, f"{base}-R1")
    world.sales.quote_line(second, 7)
    documents.quantities(world, "quotes", second, [3, 5, 7])
    world.sales.activate(second)
    documents.quotation_becomes(world, f"{base}-R1", "Sent")
    third = _revised(world, second, f"{base}-R1", f"{base}-R2")
    documents.erp_quantities(world, f"{base}-R2", [3, 5, 7])
    documents.same_money(world, third, f"{base}-R2")
    documents.erp_quantities(world, base, [3, 5])
    world.holds("CRM: the first is as it was", world.sales.state("quotes", first), REVISED)


def lose(world: World) -> None:
    """A CRM user closes an active quote as lost."""
    quote, number = _active(world, "To be lost", 2)
    world.sales.close(quote, LOST)
    documents.quotation_becomes(world, number, "Lost")
    documents.quote_becomes(world, quote, LOST, "Lost")
    _ended(world, quote)


def cancel(world: World) -> None:
    """A CRM user closes an active quote as cancelled."""
    quote, number = _active(world, "To be cancelled", 2)
    world.sales.close(quote, CANCELLED)
    documents.quotation_becomes(world, number, "Cancelled")
    documents.quote_becomes(world, quote, CANCELLED, "Cancelled")
    _ended(world, quote)


def give_away(world: World) -> None:
    """An ERP user takes the quote over before its order: Create order is refused."""
    quote, number = _active(world, "To be given away", 4)
    world.erp.act("change-quotation-ownership", number, ownership="SCM")
    world.until(
        "CRM: the ERP owns the quote",
        lambda: world.sales.row("quotes", quote)["msdyn_quotationownership"],
        lambda seen: seen == _SCM_OWNS,
    )
    says, sales = documents.NOT_OWNED, world.sales
    documents.refused(world, "CRM: creating its order", lambda: sales.create_order(quote), says)
    documents.refused(world, "CRM: revising it", lambda: sales.revise(quote), says)
    documents.refused(world, "CRM: closing it", lambda: sales.close(quote, LOST), says)
    world.office.change_quotation(number, CustomersReference="Taken over")
    row = world.until(
        "a later edit of the quotation has crossed",
        lambda: sales.row("quotes", quote),
        lambda seen: seen["msdyn_customersreference"] == "Taken over",
    )
    world.holds("CRM: the quote is still active", (row["statecode"], row["statuscode"]), ACTIVE)
    there = world.office.seen_quotation(number)
    world.holds("ERP: still Sent", there["SalesQuotationStatus"], "Sent")
    world.holds("ERP: no order", there["GeneratedSalesOrderNumber"], "")
    _never_a_customer(world)
    world.erp.act("lose-quotation", number)
    documents.quote_becomes(world, quote, LOST, "Lost")


def _active(world: World, name: str, *quantities: int) -> tuple[str, str]:
    """An active quote, sent in the ERP; its id and number."""
    made = world.sales.quote(world.memory["kappa"], name, *quantities)
    quote, number = made["quoteid"], made["msdyn_quotenumber"]
    world.sales.activate(quote)
    documents.quotation_becomes(world, number, "Sent")
    documents.quote_becomes(world, quote, ACTIVE, "Sent")
    return quote, number


def _revised(world: World, quote: str, old: str, new: str) -> str:
    """Revise an active quote; the id of the new draft, which is there on both sides."""
    draft = world.sales.revise(quote)
    world.holds("CRM: the copy's number", draft["msdyn_quotenumber"], new)
    documents.quotation_becomes(world, old, "Revised")
    documents.quote_becomes(world, quote, REVISED, "Revised")
    made = documents.quotation_becomes(world, new, "Created")
    world.holds("ERP: the copy is the prospect's", made["ProspectId"], ID)
    documents.quote_becomes(world, draft["quoteid"], DRAFT, "Created")
    return str(draft["quoteid"])


def _ended(world: World, quote: str) -> None:
    """Nothing more happens to a quote that ended, nor to its prospect."""
    documents.refused(
        world, "CRM: creating its order", lambda: world.sales.create_order(quote), "must be active"
    )
    orders = world.crm.rows("salesorders", f"_quoteid_value eq {quote}")
    world.holds("CRM: it has no order", orders, [])
    _never_a_customer(world)


def _never_a_customer(world: World) -> None:
    world.holds("CRM: still a prospect", world.row(ID)["customertypecode"], PROSPECT)
    world.holds("ERP: no customer", world.erp.customer(ID), None)
