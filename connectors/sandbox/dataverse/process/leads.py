"""Qualify a lead: its company becomes an account, its person a contact, its deal an opportunity.

Source: Microsoft docs, QualifyLead action and qualifying leads (an existing account or contact is
picked when it matches, else a new one is made; the opportunity carries the lead).
"""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.states import state_name
from connectors.sandbox.dataverse.parameters import company_id, parameters
from connectors.sandbox.dataverse.process.act import ACTIONS, Act, Answer
from connectors.sandbox.dataverse.process.matching import find_account, find_contact
from connectors.sandbox.dataverse.wiring import Row

_OPEN: Final = 0
_QUALIFIED: Final = (1, 3)
_PROSPECT: Final = 8
_ADDRESS: Final = tuple(
    f"address1_{part}"
    for part in (
        "name",
        "line1",
        "line2",
        "line3",
        "city",
        "stateorprovince",
        "postalcode",
        "country",
        "county",
        "postofficebox",
    )
)
_BOTH: Final = ("telephone1", "fax", "emailaddress1", "websiteurl", "description", *_ADDRESS)
_COMPANY: Final = ("industrycode", "revenue", "numberofemployees", "sic")
_PERSON: Final = (
    "firstname",
    "middlename",
    "lastname",
    "salutation",
    "jobtitle",
    "mobilephone",
)
_DEAL: Final = ("description", "estimatedclosedate", "budgetamount", "budgetstatus")
_CURRENCY: Final = "_transactioncurrencyid_value"


@ACTIONS.on("QualifyLead", row="lead")
def qualify_lead(act: Act) -> Answer:
    """`{"CreateAccount", "CreateContact", "CreateOpportunity": true, "Status": 3, …}`.

    Optional: `OpportunityCurrencyId`, `OpportunityCustomerId` (entities that name their type), and
    `SuppressDuplicateDetection`: true makes new rows although others match.
    """
    lead = act.bound()
    act.status(_QUALIFIED[1])
    if lead["statecode"] != _OPEN:
        raise refusals.wrong_state(
            f"QualifyLead: lead {lead['fullname'] or lead['subject']} is "
            f"{state_name('lead', lead)}; it must be open."
        )
    account = act.row("account", found) if (found := lead["_parentaccountid_value"]) else None
    contact = act.row("contact", found) if (found := lead["_parentcontactid_value"]) else None
    answer: list[tuple[str, Row]] = []
    if account is None and act.body.get("CreateAccount", True) and lead["companyname"]:
        account = _account(act, lead)
        answer.append(("account", account))
    if contact is None and act.body.get("CreateContact", True) and lead["lastname"]:
        contact = _contact(act, lead, account)
        answer.append(("contact", contact))
    opportunity = None
    if act.body.get("CreateOpportunity", True):
        opportunity = _opportunity(act, lead, account, contact)
        answer.append(("opportunity", opportunity))
    act.change(
        "lead",
        lead["leadid"],
        {
            "statecode": _QUALIFIED[0],
            "statuscode": _QUALIFIED[1],
            "_parentaccountid_value": account and account["accountid"],
            "_parentcontactid_value": contact and contact["contactid"],
            "_qualifyingopportunityid_value": opportunity and opportunity["opportunityid"],
        },
    )
    return Answer(tuple(answer), many=True)


def _account(act: Act, lead: Row) -> Row:
    found = find_account(act, lead)
    if found is not None:
        return found
    return act.insert(
        "account",
        {
            "name": lead["companyname"],
            **_taken(lead, _BOTH, _COMPANY),
            **_scope(act, lead),
            "_originatingleadid_value": lead["leadid"],
        },
    )


def _contact(act: Act, lead: Row, account: Row | None) -> Row:
    found = find_contact(act, lead, account)
    if found is not None:
        return found
    return act.insert(
        "contact",
        {
            **_taken(lead, _BOTH, _PERSON),
            "_parentcustomerid_value": account and account["accountid"],
            "_originatingleadid_value": lead["leadid"],
        },
    )


def _opportunity(act: Act, lead: Row, account: Row | None, contact: Row | None) -> Row:
    given = act.entity("OpportunityCustomerId", "account", "contact")
    customer = given or account or contact
    currency = act.entity("OpportunityCurrencyId", "transactioncurrency")
    chosen = currency["transactioncurrencyid"] if currency is not None else lead[_CURRENCY]
    values = {
        "name": lead["subject"] or lead["companyname"] or lead["fullname"],
        **_taken(lead, _DEAL),
        "estimatedvalue": lead["estimatedamount"],
        "_customerid_value": customer and (customer.get("accountid") or customer["contactid"]),
        "_parentaccountid_value": account and account["accountid"],
        "_parentcontactid_value": contact and contact["contactid"],
        "_originatingleadid_value": lead["leadid"],
        "_msdyn_company_value": lead["_msdyn_company_value"],
        _CURRENCY: chosen or (customer or {}).get(_CURRENCY) or _default_currency(act),
    }
    return act.insert("opportunity", values)


def _scope(act: Act, lead: Row) -> dict[str, Any]:
    """What makes the new account a prospect of a company, if the parameters say so."""
    settings = parameters(act.system)
    if not settings["prospects_from_leads"]:
        return {}
    number = act.draw("ACC")
    while act.where("account", accountnumber=number):
        number = act.draw("ACC")
    return {
        "customertypecode": _PROSPECT,
        "accountnumber": number,
        "_msdyn_company_value": lead["_msdyn_company_value"]
        or company_id(act.system, settings["company"]),
    }


def _default_currency(act: Act) -> str | None:
    company = company_id(act.system, parameters(act.system)["company"])
    if company is None:
        return None
    currency: str | None = act.row("cdm_company", company)[_CURRENCY]
    return currency


def _taken(lead: Row, *names: tuple[str, ...]) -> dict[str, Any]:
    columns = (name for group in names for name in group)
    found = {name: lead[name] for name in columns if lead[name] is not None}
    if lead[_CURRENCY] is not None:
        found[_CURRENCY] = lead[_CURRENCY]
    return found
