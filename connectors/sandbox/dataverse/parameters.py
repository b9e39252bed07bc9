"""What an administrator of the CRM sets, and no public table holds.

Whether an account that is born of a lead becomes a Prospect of a company (and so reaches the ERP),
or waits for someone to say so.

Source: prospect-to-cash (an account made by qualification has no relationship type); partner
products that create the prospect when a lead is qualified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.kernel.reference_data import DEFAULT_COMPANY

if TYPE_CHECKING:
    from connectors.sandbox.dataverse.system import DataverseSystem

_WHERE: Final = ("$parameters", "sales")
_DEFAULTS: Final[Mapping[str, Any]] = {"company": DEFAULT_COMPANY, "prospects_from_leads": False}


def parameters(system: DataverseSystem) -> dict[str, Any]:
    """Every parameter: `company` (a code) and `prospects_from_leads`."""
    return {**_DEFAULTS, **(system.storage.get(*_WHERE) or {})}


def set_parameters(system: DataverseSystem, body: Mapping[str, Any]) -> dict[str, Any]:
    """Change parameters and answer all of them.

    Args:
        system: the organisation.
        body: `company`, the code of the company whose prospects leads become;
            `prospects_from_leads`, whether they become any.
    """
    changes = {name: value for name, value in body.items() if name != "number"}
    for name in changes.keys() - _DEFAULTS.keys():
        raise refusals.invalid(f"There is no parameter '{name}'. Known: {', '.join(_DEFAULTS)}.")
    if not isinstance(changes.get("prospects_from_leads", False), bool):
        raise refusals.invalid("The parameter 'prospects_from_leads' is true or false.")
    if "company" in changes and company_id(system, str(changes["company"])) is None:
        raise refusals.invalid(f"There is no company '{changes['company']}'.")
    found = {**parameters(system), **changes}
    with system.transaction():
        system.storage.put(*_WHERE, found)
    return found


def company_id(system: DataverseSystem, code: str) -> str | None:
    """The id of a company."""
    found = system.indexes.find("cdm_company", ("cdm_companycode",), (code,))
    return found[0] if found else None


def form_actions(system: DataverseSystem) -> dict[str, Callable[[dict[str, Any]], Any]]:
    """What an administrator does in a form, for `POST /_sandbox/actions/{action}`."""
    return {"set-parameters": lambda body: set_parameters(system, body)}
