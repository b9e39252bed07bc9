"""Win and lose an opportunity; make a quote, an order or an invoice of it.

Source: Microsoft docs, WinOpportunity, LoseOpportunity and the Generate…FromOpportunity actions.
"""

from __future__ import annotations

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import (
    INVOICE,
    OPPORTUNITY,
    ORDER,
    QUOTE,
    Document,
)
from connectors.sandbox.dataverse.logic.features import integrated
from connectors.sandbox.dataverse.logic.states import state_name
from connectors.sandbox.dataverse.process.act import ACTIONS, NOTHING, Act, Answer
from connectors.sandbox.dataverse.process.copying import copy_document
from connectors.sandbox.dataverse.wiring import Row

_OPEN, _WON, _LOST = 0, 1, 2


@ACTIONS.on("WinOpportunity")
def win_opportunity(act: Act) -> Answer:
    """`{"Status": 3, "OpportunityClose": {…}}`: won, with the actual revenue."""
    return _close(act, _WON, 3)


@ACTIONS.on("LoseOpportunity")
def lose_opportunity(act: Act) -> Answer:
    """`{"Status": 4 canceled | 5 out-sold, "OpportunityClose": {…}}`."""
    return _close(act, _LOST, 4, 5)


@ACTIONS.on("GenerateQuoteFromOpportunity")
def generate_quote(act: Act) -> Answer:
    """`{"OpportunityId": …, "ColumnSet": {…}}`: a draft quote with its products and prices."""
    return _generate(act, QUOTE)


@ACTIONS.on("GenerateSalesOrderFromOpportunity")
def generate_order(act: Act) -> Answer:
    """`{"OpportunityId": …, "ColumnSet": {…}}`: an order with its products and prices."""
    return _generate(act, ORDER)


@ACTIONS.on("GenerateInvoiceFromOpportunity")
def generate_invoice(act: Act) -> Answer:
    """`{"OpportunityId": …, "ColumnSet": {…}}`: hidden from people while the ERP invoices."""
    if act.by_person and integrated(act.system):
        raise refusals.business("Invoices are created in Supply Chain Management.")
    return _generate(act, INVOICE)


def _generate(act: Act, kind: Document) -> Answer:
    opportunity = _open(act, act.named("OpportunityId", "opportunity"))
    values = {"_opportunityid_value": opportunity["opportunityid"]}
    made = copy_document(act, opportunity, OPPORTUNITY, kind, values)
    return Answer(((kind.table, made),), typed=True)


def _close(act: Act, state: int, *reasons: int) -> Answer:
    activity = act.closing("OpportunityClose", "opportunityclose", "opportunityid")
    reason = act.status(*reasons)
    opportunity = _open(act, act.row("opportunity", activity["_opportunityid_value"]))
    stamp = act.system.stamp()
    given = {name: value for name, value in activity.items() if value is not None}
    act.insert(
        "opportunityclose",
        {"subject": opportunity["name"], "actualend": stamp, **given, "statecode": 1},
    )
    closed = {"statecode": state, "statuscode": reason, "actualclosedate": stamp[:10]}
    if state == _WON:
        amounts = (activity.get("actualrevenue"), opportunity["totalamount"])
        known = [amount for amount in amounts if amount]
        closed["actualvalue"] = known[0] if known else opportunity["estimatedvalue"]
    act.change("opportunity", opportunity["opportunityid"], closed)
    return NOTHING


def _open(act: Act, opportunity: Row) -> Row:
    if opportunity["statecode"] != _OPEN:
        raise refusals.wrong_state(
            f"{act.name}: opportunity {opportunity['name']} is "
            f"{state_name('opportunity', opportunity)}; it must be open."
        )
    return opportunity
