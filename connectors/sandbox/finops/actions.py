"""What a person does in a form of the ERP and no public entity does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from connectors.sandbox.finops import actionbodies, refusals
from connectors.sandbox.finops.document_actions import DOCUMENT_ACTIONS
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.documents.lifecycle import OPEN
from connectors.sandbox.finops.logic.documents.ownership import check_action
from connectors.sandbox.finops.logic.relations import CUSTOMER
from connectors.sandbox.finops.parameter_actions import (
    set_parameters,
    set_switches,
    set_tax_rate,
)
from connectors.sandbox.finops.system import SYSTEM, FinopsSystem
from connectors.sandbox.kernel.tokens import Caller

Action = Callable[[dict[str, Any]], dict[str, Any]]


def convert_prospect(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Convert to customer: number and party stay, the prospect is retired.

    Source: Microsoft docs, prospects in prospect-to-cash: the customer account is the prospect's
    number whatever the customer sequence says, and a number that is taken refuses the conversion.

    Args:
        system: the ERP.
        body: `company`, `number`, and optionally `customer_group`. The number of a quotation
            converts the prospect that it is for.
        caller: the person.
    """
    company, number = actionbodies.text(body, "company").lower(), actionbodies.text(body, "number")
    with system.transaction(caller):
        number = _prospect_of(system, company, number, caller)
        key = {"dataAreaId": company, "ProspectId": number}
        prospect = system.get("Prospects", key)
        if prospect is None:
            raise refusals.nothing_to_update()
        customer = system.db.get("customer", company, number)
        if customer is None or customer["party"] != prospect["ProspectPartyNumber"]:
            new = {
                "dataAreaId": company,
                "CustomerAccount": prospect["ProspectId"],
                "PartyNumber": prospect["ProspectPartyNumber"],
            }
            if body.get("customer_group"):
                new["CustomerGroupId"] = actionbodies.text(body, "customer_group")
            system.create("CustomersV3", new, caller)
        elif prospect["ProspectRelationTypeId"] == CUSTOMER:
            raise refusals.infolog(
                "SmmProspectEntity",
                "frozen",
                f"Business relation {number} has already been converted to a customer.",
            )
        system.update("Prospects", key, {"ProspectRelationTypeId": CUSTOMER}, caller)
    return {"company": company, "number": prospect["ProspectId"], "relation": CUSTOMER}


def _prospect_of(system: FinopsSystem, company: str, number: str, caller: Caller) -> str:
    """The prospect of a number, or the one that the quotation of that number is for."""
    if system.db.get("prospect", company, number) is not None:
        return number
    quotation = system.db.get(QUOTATION.table, company, number)
    if quotation is None:
        return number
    work = system.work("CDSSalesQuotationHeaders", caller)
    check_action(work, quotation, "Convert to customer")
    status = quotation.get("status", "Created")
    if not quotation.get("prospect") or status not in OPEN:
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"Sales quotation {number} has nothing to convert: its status is {status} and its "
            f"account type is {'Prospect' if quotation.get('prospect') else 'Customer'}.",
        )
    return str(quotation["prospect"])


_ACTIONS: Final = {
    "convert-prospect": convert_prospect,
    "set-parameters": set_parameters,
    "set-switches": set_switches,
    "set-tax-rate": set_tax_rate,
    **DOCUMENT_ACTIONS,
}


def actions_of(system: FinopsSystem, caller: Caller = SYSTEM) -> dict[str, Action]:
    """The actions by name, as the control routes want them."""

    def bound(function: Callable[..., dict[str, Any]]) -> Action:
        return lambda body: function(system, body, caller)

    return {name: bound(function) for name, function in _ACTIONS.items()}
