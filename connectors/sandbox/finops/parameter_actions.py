"""Set-up that a person changes in forms of the ERP: parameters, features, behaviours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from connectors.sandbox.finops import actionbodies, refusals
from connectors.sandbox.finops.document_actions import OWNERSHIPS
from connectors.sandbox.finops.kinds import WrongValue
from connectors.sandbox.finops.logic.features import LIFECYCLE, PROSPECTS, is_on
from connectors.sandbox.finops.system import SWITCHES, SYSTEM, FinopsSystem
from connectors.sandbox.finops.tables import TABLES
from connectors.sandbox.kernel.tokens import Caller

# What `convert-prospect`, the entities and the docs call them.
_ALIASES: Final = {
    "customer_group": "prospect_customer_group",
    "CustomerGroupId": "prospect_customer_group",
    "relation_type": "prospect_relation_type",
    "default_relation_type": "prospect_relation_type",
    "ownership": "default_ownership",
    "default_site": "site",
    "default_warehouse": "warehouse",
}
_FEATURES: Final = {
    "integrate_quotation_lifecycles": LIFECYCLE,
    "integrate_prospects": PROSPECTS,
}
_ON_OFF: Final = {"yes": "Yes", "true": "Yes", "on": "Yes", "no": "No", "false": "No", "off": "No"}
_REFERENCES: Final = {
    "prospect_customer_group": ("Customer group", "Customer groups", "customer_group"),
    "site": ("Site", "Sites (InventSite)", "site"),
    "warehouse": ("Warehouse", "Warehouses (InventLocation)", "warehouse"),
}


def set_parameters(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Change the sales and marketing parameters of a company, and the features of the integration.

    Args:
        system: the ERP.
        body: `company` and any of the parameters, of which the empty text clears one; features
            are switched for every company.
        caller: the person.

    Returns:
        every parameter of the company, and the features.
    """
    company = str(body.get("company") or system.company_of(caller)).lower()
    columns = TABLES["parameters"].columns
    known = {name for name in columns if name != "company"}
    changes: dict[str, Any] = {}
    switched: dict[str, str] = {}
    for given, value in body.items():
        if given in {"company", "number"}:
            continue
        name = _ALIASES.get(given, given)
        if name in _FEATURES:
            switched[_FEATURES[name]] = actionbodies.member(_ON_OFF, value, name)
            continue
        if name not in known:
            every = sorted(known | set(_FEATURES))
            raise refusals.bad_request(
                f"There is no parameter '{given}'. Known: {', '.join(every)}."
            )
        wanted = value
        if name == "default_ownership":
            wanted = actionbodies.member(OWNERSHIPS, value, name) if value else None
        elif name == "copy_quotation_data":
            wanted = actionbodies.member(_ON_OFF, value, name)
        try:
            changes[name] = columns[name].parse(wanted)
        except WrongValue as error:
            raise refusals.bad_request(f"Parameter '{name}': {error}") from None
    with system.transaction(caller):
        row = system.db.get("parameters", company)
        if row is None:
            raise refusals.bad_request(f"There is no company '{company}'.")
        _check(system, company, changes)
        after = system.db.update("parameters", row, changes)
        for feature, enabled in switched.items():
            known_feature = system.db.get("feature", feature)
            if known_feature is None:
                system.db.insert("feature", {"name": feature, "enabled": enabled})
            else:
                system.db.update("feature", known_feature, {"enabled": enabled})
    return {
        **{name: after.get(name, columns[name].blank) for name in columns},
        **{name: "Yes" if is_on(system.db, title) else "No" for name, title in _FEATURES.items()},
    }


def set_tax_rate(
    system: FinopsSystem, body: Mapping[str, Any], caller: Caller = SYSTEM
) -> dict[str, Any]:
    """Set what a sales tax group charges; documents take it when they next change.

    Args:
        system: the ERP.
        body: `company`, `number` (the group) and `percent`.
        caller: the person.
    """
    company, code = actionbodies.text(body, "company").lower(), actionbodies.text(body, "number")
    percent = actionbodies.amount(body.get("percent"), "percent")
    with system.transaction(caller):
        row = system.db.get("tax_group", company, code)
        if row is None:
            raise refusals.nothing_to_update()
        system.db.update("tax_group", row, {"rate": percent})
    return {"company": company, "number": row["code"], "percent": percent}


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


def _check(system: FinopsSystem, company: str, changes: Mapping[str, Any]) -> None:
    for name, (label, related, table) in _REFERENCES.items():
        value = changes.get(name)
        if value and system.db.get(table, company, value) is None:
            raise refusals.unknown_reference("smmParameters", value, label, related)
