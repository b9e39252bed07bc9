"""S7: the whole way from a lead to the invoice, and that leads and opportunities stay in the CRM.

Source: Microsoft docs, prospect-to-cash end to end.
"""

from __future__ import annotations

from connectors.sandbox.people.calls import Calls, Row
from connectors.sandbox.people.scenarios import lead_to_order, order_to_invoice
from connectors.sandbox.people.scenarios.steps import Scenario, Step
from connectors.sandbox.people.scenarios.world import World

_SERVICE = "dualwrite"


def final_state(world: World) -> None:
    """What must exist after the last step; of leads and opportunities the ERP knows nothing."""
    erp, number = world.erp, lead_to_order.ID
    account = world.row(number)
    world.holds("CRM: the account of the lead", account["accountid"], world.memory["omicron"])
    origin = account["_originatingleadid_value"]
    world.holds("CRM: it still tells its lead", origin, world.memory["lead"])
    customers = erp.rows("CustomersV3", f"CustomerAccount eq '{number}'")
    world.holds("ERP: one customer", [row["CustomerGroupId"] for row in customers], ["10"])
    states = [world.sales.state("leads", row) for row in _leads(world)]
    world.holds("CRM: the leads are as people left them", states, [(1, 3), (1, 3), (2, 5)])
    deals = [world.memory["deal"], world.memory["lost deal"]]
    states = [world.sales.state("opportunities", deal) for deal in deals]
    world.holds("CRM: one deal won, one lost", states, [(1, 3), (2, 5)])
    person = world.crm.calls.get("/api/data/v9.2/WhoAmI")["UserId"]
    wrote = {world.sales.row("leads", lead)["_modifiedby_value"] for lead in _leads(world)}
    wrote |= {world.sales.row("opportunities", deal)["_modifiedby_value"] for deal in deals}
    world.holds("CRM: people alone wrote leads and opportunities", wrote, {person})
    quoted = erp.rows("CDSSalesQuotationHeaders")
    known = {row["OpportunityId"] for row in quoted}
    world.holds("ERP: no quotation knows an opportunity", known, {""})
    names = [row["ProspectName"] for row in erp.rows("Prospects")]
    lost = lead_to_order.LOST_COMPANY
    world.holds("ERP: nothing of the disqualified lead", lost not in names)
    _never_asked(world, [*_leads(world), *deals])


def _leads(world: World) -> list[str]:
    return [world.memory[name] for name in ("lead", "other lead", "disqualified")]


def _never_asked(world: World, ids: list[str]) -> None:
    """The service wrote no lead and no opportunity, read none, and told the ERP of none."""
    tables = ("/leads", "/opportunities", "/opportunityproducts")
    asked = [
        entry["path"]
        for entry in _requests(world.crm.calls)
        if any(table in f"{entry['path']} {entry['body']}".lower() for table in tables)
    ]
    world.holds("CRM: nobody but people worked with leads and opportunities", asked, [])
    told = [
        entry["path"]
        for entry in _requests(world.erp.calls)
        if any(each in f"{entry['path']} {entry['body']}" for each in ids)
    ]
    world.holds("ERP: was told of no lead and no opportunity", told, [])


def _requests(calls: Calls) -> list[Row]:
    """What the service asked of a system."""
    noted: list[Row] = calls.get("/_sandbox/journal")["requests"]
    return [entry for entry in noted if entry["headers"].get("user-agent") == _SERVICE]


S7 = Scenario(
    "S7",
    "From lead to invoice",
    (
        Step("S7.1", "A CRM user qualifies a lead, and disqualifies one", lead_to_order.qualify),
        Step("S7.2", "The account becomes a prospect", lead_to_order.become_prospect),
        Step("S7.3", "A quote is made of the opportunity", lead_to_order.quote),
        Step("S7.4", "The quote is revised and activated", lead_to_order.revise),
        Step("S7.5", "Its order is created, the opportunity won", lead_to_order.order),
        Step("S7.5b", "A second opportunity is lost with its quote", lead_to_order.lose_another),
        Step("S7.6", "The ERP confirms, picks and packs in parts", order_to_invoice.ship),
        Step("S7.7", "The ERP invoices, the invoice arrives", order_to_invoice.invoice),
        Step("S7.8", "Another order is invoiced in parts", order_to_invoice.invoice_in_parts),
        Step("S7.9", "One more order is cancelled", order_to_invoice.cancel),
        Step("S7 end", "What must exist at the end, and no more", final_state),
    ),
)
