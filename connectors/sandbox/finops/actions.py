"""What a person does in a form of the ERP and no public entity does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.kinds import WrongValue
from connectors.sandbox.finops.logic.prospects import CUSTOMER
from connectors.sandbox.finops.system import SWITCHES, SYSTEM, FinopsSystem
from connectors.sandbox.finops.tables import TABLES
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
        body: `company`, `number`, and optionally `customer_group`.
        caller: the person.
    """
    company, number = _text(body, "company").lower(), _text(body, "number")
    key = {"dataAreaId": company, "ProspectId": number}
    with system.transaction(caller):
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
                new["CustomerGroupId"] = _text(body, "customer_group")
            system.create("CustomersV3", new, caller)
        elif prospect["ProspectRelationTypeId"] == CUSTOMER:
            raise refusals.infolog(
                "SmmProspectEntity",
                "frozen",
                f"Business relation {number} has already been converted to a customer.",
            )
        system.update("Prospects", key, {"ProspectRelationTypeId": CUSTOMER}, caller)
    return {"company": company, "number": prospect["ProspectId"], "relation": CUSTOMER}


def set_parameters(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Change the sales and marketing parameters of a company.

    Args:
        system: the ERP.
        body: `company` and any of the parameters, of which the empty text clears one.
        caller: the person.

    Returns:
        every parameter of the company.
    """
    company = str(body.get("company") or system.company_of(caller)).lower()
    columns = TABLES["parameters"].columns
    known = {name for name in columns if name != "company"}
    changes: dict[str, Any] = {}
    for given, value in body.items():
        if given in {"company", "number"}:
            continue
        name = _PARAMETER_NAMES.get(given, given)
        if name not in known:
            raise refusals.bad_request(
                f"There is no parameter '{name}'. Known: {', '.join(sorted(known))}."
            )
        try:
            changes[name] = columns[name].parse(value)
        except WrongValue as error:
            raise refusals.bad_request(f"Parameter '{name}': {error}") from None
    group = changes.get("prospect_customer_group")
    with system.transaction(caller):
        row = system.db.get("parameters", company)
        if row is None:
            raise refusals.bad_request(f"There is no company '{company}'.")
        if group and system.db.get("customer_group", company, group) is None:
            raise refusals.unknown_reference(
                "smmParameters", group, "Customer group", "Customer groups"
            )
        after = system.db.update("parameters", row, changes)
    return {name: after.get(name, columns[name].blank) for name in columns}


def set_switches(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Choose between behaviours of the real service that were never written down.

    Args:
        system: the ERP.
        body: any of `fo_stale_status` (412, 409 or 400) and `enum_literal` (strict or lenient).
        caller: the person.

    Returns:
        every switch as it is now.
    """
    del caller
    for name, value in body.items():
        if name not in SWITCHES:
            raise refusals.bad_request(
                f"There is no switch '{name}'. Known: {', '.join(sorted(SWITCHES))}."
            )
        if value not in SWITCHES[name]:
            allowed = ", ".join(map(str, SWITCHES[name]))
            raise refusals.bad_request(f"The switch '{name}' is one of {allowed}, not '{value}'.")
    for name, value in body.items():
        setattr(system.switches, name, value)
    return asdict(system.switches)


# What `convert-prospect` and the entities call it.
_PARAMETER_NAMES: Final = {
    "customer_group": "prospect_customer_group",
    "CustomerGroupId": "prospect_customer_group",
}

_ACTIONS: Final = {
    "convert-prospect": convert_prospect,
    "set-parameters": set_parameters,
    "set-switches": set_switches,
}


def actions_of(system: FinopsSystem, caller: Caller = SYSTEM) -> dict[str, Action]:
    """The actions by name, as the control routes want them."""

    def bound(function: Callable[..., dict[str, Any]]) -> Action:
        return lambda body: function(system, body, caller)

    return {name: bound(function) for name, function in _ACTIONS.items()}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise refusals.bad_request(f"The action needs '{name}'.")
    return value
