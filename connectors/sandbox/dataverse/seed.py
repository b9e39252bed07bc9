"""The rows of a new organisation: platform, company, currencies, reference data, users."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from connectors.sandbox.dataverse.setup_seed import seed_setup
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.dataverse.writing import Context
from connectors.sandbox.kernel import reference_data as reference
from connectors.sandbox.kernel.storage import Row, Storage
from connectors.sandbox.kernel.tokens import Caller

_SPACE = uuid.UUID("6f1b6d5e-3f0c-5f7a-9d2a-6a6d0b1d2c3e")
SYSTEM_USER = str(uuid.uuid5(_SPACE, "systemuser/SYSTEM"))
ROOT_UNIT = str(uuid.uuid5(_SPACE, "businessunit/root"))
ORGANIZATION = str(uuid.uuid5(_SPACE, "organization"))


def user_id_of(app_id: str) -> str:
    """The `systemuserid` of an application's user."""
    return str(uuid.uuid5(_SPACE, f"systemuser/{app_id}"))


def seed_system(system: DataverseSystem, callers: Iterable[Caller] = ()) -> None:
    """Fill an empty organisation. The listeners are told, as of any other write.

    Args:
        system: the organisation.
        callers: the application users; each gets its `systemusers` row.
    """
    with system.transaction():
        _platform(system, callers)
        companies = _companies(system)
        for code, company in companies.items():
            _company_data(system, code, company)
        _shared_data(system)
        _price_lists(system, companies)
        seed_setup(partial(_put, system), companies)


def open_system(
    storage: Storage,
    *,
    gab: bool,
    callers: Iterable[Caller] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> DataverseSystem:
    """The organisation in a storage: as it was left, or seeded when the storage is new."""
    system = DataverseSystem(storage, gab=gab, clock=clock)
    if not storage.rows("organization"):
        seed_system(system, callers)
    return system


def installer() -> Context:
    """Who fills and upgrades an organisation."""
    return Context(Caller(SYSTEM_USER, "", True))


def _put(system: DataverseSystem, table: str, identity: str, values: dict[str, Any]) -> Row:
    row_id = str(uuid.uuid5(_SPACE, f"{table}/{identity}"))
    return system.writer.insert(table, {f"{table}id": row_id, **values}, installer())


def _platform(system: DataverseSystem, callers: Iterable[Caller]) -> None:
    add = system.writer.insert
    add("businessunit", {"businessunitid": ROOT_UNIT, "name": "org"}, installer())
    add("organization", {"organizationid": ORGANIZATION, "name": "org"}, installer())
    users: list[tuple[str, str, dict[str, Any]]] = [(SYSTEM_USER, "SYSTEM", {})]
    for caller in callers:
        name = "Dual-write integration" if caller.is_integration else "Sales person"
        extra = {
            "applicationid": caller.app_id or None,
            "azureactivedirectoryobjectid": caller.object_id or None,
            "isintegrationuser": caller.is_integration,
            "accessmode": 4 if caller.is_integration else 0,
        }
        users.append((caller.user_id, name, extra))
    for user_id, name, extra in users:
        values = {"systemuserid": user_id, "fullname": name, "_businessunitid_value": ROOT_UNIT}
        add("systemuser", {**values, **extra}, installer())
    for message in ("Create", "Update", "Delete"):
        made = _put(system, "sdkmessage", message, {"name": message})
        for table in all_tables().values():
            if table.change_tracking:
                _put(
                    system,
                    "sdkmessagefilter",
                    f"{message}/{table.name}",
                    {
                        "name": f"{message} of {table.name}",
                        "primaryobjecttypecode": table.name,
                        "secondaryobjecttypecode": "none",
                        "_sdkmessageid_value": made["sdkmessageid"],
                    },
                )


def _companies(system: DataverseSystem) -> dict[str, Row]:
    currencies = {
        currency.code: _put(
            system,
            "transactioncurrency",
            currency.code,
            {
                "isocurrencycode": currency.code,
                "currencyname": currency.name,
                "currencysymbol": currency.symbol,
                "currencyprecision": currency.precision,
                "exchangerate": Decimal("1.0000000000"),
            },
        )
        for currency in reference.CURRENCIES
    }
    companies = {}
    for company in reference.COMPANIES:
        unit = _put(system, "businessunit", company.code, {"name": company.code})
        team = _put(
            system,
            "team",
            company.code,
            {
                "name": f"{company.code} Dual Write",
                "_businessunitid_value": unit["businessunitid"],
            },
        )
        companies[company.code] = _put(
            system,
            "cdm_company",
            company.code,
            {
                "cdm_companycode": company.code,
                "cdm_name": company.name,
                "_cdm_defaultowningteam_value": team["teamid"],
                "_transactioncurrencyid_value": currencies[company.currency][
                    "transactioncurrencyid"
                ],
                "_ownerid_value": team["teamid"],
            },
        )
    return companies


def _company_data(system: DataverseSystem, code: str, company: Row) -> None:
    scope = {"_msdyn_company_value": company["cdm_companyid"]}
    terms = {
        term.name: _put(
            system,
            "msdyn_paymentterm",
            f"{code}/{term.name}",
            {
                "msdyn_name": term.name,
                "msdyn_description": term.description,
                "msdyn_days": term.days,
                **scope,
            },
        )["msdyn_paymenttermid"]
        for term in reference.PAYMENT_TERMS
    }
    for group in reference.CUSTOMER_GROUPS:
        _put(
            system,
            "msdyn_customergroup",
            f"{code}/{group.code}",
            {
                "msdyn_groupid": group.code,
                "msdyn_description": group.description,
                "_msdyn_paymenttermid_value": terms.get(group.payment_term or ""),
                **scope,
            },
        )


def _shared_data(system: DataverseSystem) -> None:
    for role in reference.ADDRESS_ROLES:
        values = {
            "msdyn_name": role.name,
            "msdyn_ispostaladdressrole": role.postal,
            "msdyn_iselectronicaddressrole": role.electronic,
        }
        _put(system, "msdyn_addressrole", role.name, values)


def _price_lists(system: DataverseSystem, companies: dict[str, Row]) -> None:
    """A price list for each company's currency; products enter it when they are created."""
    currencies = (row["_transactioncurrencyid_value"] for row in companies.values())
    for currency in dict.fromkeys(currencies):
        code = (system.storage.get("transactioncurrency", currency) or {})["isocurrencycode"]
        values = {"name": f"{code} price list", "_transactioncurrencyid_value": currency}
        _put(system, "pricelevel", code, values)
