"""The set-up that a new organisation holds: units, products, sites, payment and contact lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.kernel import reference_data as data
from connectors.sandbox.kernel import setup_data as setup

Put = Callable[[str, str, dict[str, Any]], Row]
"""Makes a row: table, what it is known by, its values."""

_LISTS: Final = {
    "payment_schedule": ("msdyn_paymentschedule", "msdyn_name", "msdyn_description"),
    "payment_method": ("msdyn_customerpaymentmethod", "msdyn_name", "msdyn_description"),
    "tax_group": ("msdyn_taxgroup", "msdyn_name", "msdyn_description"),
    "price_group": ("msdyn_pricecustomergroup", "msdyn_groupcode", "msdyn_groupname"),
    "total_discount_group": (
        "msdyn_totaldiscountcustomergroup",
        "msdyn_groupcode",
        "msdyn_groupname",
    ),
    "line_discount_group": (
        "msdyn_linediscountcustomergroup",
        "msdyn_groupcode",
        "msdyn_groupname",
    ),
    "multiline_discount_group": (
        "msdyn_multilinediscountcustomergroup",
        "msdyn_groupcode",
        "msdyn_groupname",
    ),
    "site": ("msdyn_operationalsite", "msdyn_siteid", "msdyn_sitename"),
    "delivery_mode": ("msdyn_shipvia", "msdyn_name", "msdyn_description"),
    "delivery_term": ("msdyn_termsofdelivery", "msdyn_termscode", "msdyn_termsdescription"),
    "order_origin": ("msdyn_salesorderorigin", "msdyn_origincode", "msdyn_origindescription"),
    "salutation": ("msdyn_salutation", "msdyn_salutationphrase", ""),
    "closing": ("msdyn_complimentaryclosing", "msdyn_closingphrase", ""),
    "title": ("msdyn_salescontactpersontitle", "msdyn_jobtitlealias", "msdyn_jobtitle"),
    "decision_role": ("msdyn_decisionmakingrole", "msdyn_rolename", "msdyn_roledescription"),
    "job_function": (
        "msdyn_employmentjobfunction",
        "msdyn_functionname",
        "msdyn_functiondescription",
    ),
    "loyalty_level": ("msdyn_loyaltylevel", "msdyn_levelphrase", "msdyn_leveldescription"),
    "character_type": ("msdyn_personalcharactertype", "msdyn_typename", "msdyn_typedescription"),
}
"""Kind of set-up to the table and its columns of code and text."""
_SHARED: Final = {
    "color": ("msdyn_productcolor", "msdyn_productcolorname"),
    "configuration": ("msdyn_productconfiguration", "msdyn_productconfiguration"),
    "size": ("msdyn_productsize", "msdyn_productsize"),
    "style": ("msdyn_productstyle", "msdyn_productstyle"),
}
_UNIT_TYPES: Final = {"OMDepartment": 806380001, "RetailChannel": 192350000}
_WEEK, _MONTH, _NEVER, _MONDAY = 806380000, 806380001, 806380000, 806380001
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def seed_setup(put: Put, companies: Mapping[str, Row]) -> None:
    """Insert what belongs to no company, then what belongs to each."""
    units = _units(put)
    for kind, named_rows in setup.SHARED.items():
        table, column = _SHARED[kind]
        for named in named_rows:
            put(table, named.code, {column: named.code})
    for unit in setup.OPERATING_UNITS:
        put(
            "msdyn_internalorganization",
            unit.number,
            {
                "msdyn_partynumber": unit.party,
                "msdyn_name": unit.name,
                "msdyn_languageid": "en-us",
                "msdyn_type": _UNIT_TYPES[unit.kind],
            },
        )
    _categories(put)
    for name, enabled in setup.FEATURES.items():
        state = {"statecode": 0 if enabled else 1, "statuscode": 1 if enabled else 2}
        put("msdyn_supplychainfeaturestate", name, {"msdyn_name": name, **state})
    shared = {
        product.number: put(
            "msdyn_globalproduct",
            product.number,
            {"msdyn_productnumber": product.number, "msdyn_productname": product.name},
        )["msdyn_globalproductid"]
        for product in data.PRODUCTS
    }
    for code, company in companies.items():
        _company(put, code, {"_msdyn_company_value": company["cdm_companyid"]})
        scope = {"_msdyn_companyid_value": company["cdm_companyid"]}
        for product in data.PRODUCTS:
            _product(put, f"{code}/{product.number}", product, scope, units, shared)


def _units(put: Put) -> dict[str, str]:
    """The units by symbol; their groups make themselves."""
    units: dict[str, str] = {}
    classes: set[str] = set()
    for unit in data.UNITS:
        values = {
            "name": unit.symbol,
            "msdyn_symbol": unit.symbol,
            "msdyn_description": unit.name,
            "msdyn_externalunitclassname": unit.unit_class,
            "msdyn_decimalprecision": unit.decimals,
            "msdyn_isbaseunit": unit.unit_class not in classes,
            "quantity": Decimal("1.0000000000"),
        }
        classes.add(unit.unit_class)
        units[unit.symbol] = put("uom", unit.symbol, values)["uomid"]
    for one in setup.CONVERSIONS:
        values = {
            "_msdyn_fromunit_value": units[one.of],
            "_msdyn_tounit_value": units[one.to],
            "msdyn_factor": one.factor,
            "msdyn_numerator": 1,
            "msdyn_denominator": 1,
        }
        put("msdyn_unitofmeasureconversion", f"{one.of}/{one.to}", values)
    return units


def _categories(put: Put) -> None:
    hierarchies = {
        named.code: put(
            "msdyn_productcategoryhierarchy",
            named.code,
            {"msdyn_name": named.code, "msdyn_description": named.text},
        )["msdyn_productcategoryhierarchyid"]
        for named in setup.HIERARCHIES
    }
    made: dict[tuple[str, str], str] = {}
    for one in setup.CATEGORIES:
        values = {
            "msdyn_name": one.name,
            "msdyn_description": one.text,
            "_msdyn_hierarchy_value": hierarchies[one.hierarchy],
            "_msdyn_parentproductcategory_value": made.get((one.hierarchy, one.parent)),
        }
        row = put("msdyn_productcategory", f"{one.hierarchy}/{one.name}", values)
        made[one.hierarchy, one.name] = row["msdyn_productcategoryid"]


def _company(put: Put, code: str, scope: dict[str, Any]) -> None:
    made: dict[tuple[str, str], str] = {}
    for kind, named_rows in setup.PER_COMPANY.items():
        table, column, text = _LISTS[kind]
        for named in named_rows:
            values = {column: named.code, **({text: named.text} if text else {}), **scope}
            row = put(table, f"{code}/{named.code}", values)
            made[kind, named.code] = row[f"{table}id"]
    for day in setup.PAYMENT_DAYS:
        values = {"msdyn_name": day.name, "msdyn_description": day.text, **scope}
        row = put("msdyn_paymentday", f"{code}/{day.name}", values)
        weekly = day.weekday in _WEEKDAYS
        line = {
            "_msdyn_paymentday_value": row["msdyn_paymentdayid"],
            "msdyn_linenumber": 1,
            "msdyn_frequency": _WEEK if weekly else _MONTH,
            "msdyn_dayofweek": _MONDAY + _WEEKDAYS.index(day.weekday) if weekly else _NEVER,
            "msdyn_dayofmonth": day.day,
        }
        put("msdyn_paymentdayline", f"{code}/{day.name}/1", {**line, **scope})
    for part in setup.INSTALMENTS:
        line = {
            "_msdyn_paymentschedule_value": made["payment_schedule", part.schedule],
            "msdyn_linenumber": part.line,
            "msdyn_periodsafterduedate": part.months,
            "msdyn_percentoramountvalue": part.percent,
        }
        identity = f"{code}/{part.schedule}/{part.line}"
        put("msdyn_paymentscheduleline", identity, {**line, **scope})
    for house in setup.WAREHOUSES:
        values = {
            "msdyn_warehouseidentifier": house.code,
            "msdyn_name": house.code,
            "msdyn_description": house.name,
            "_msdyn_operationalsite_value": made["site", house.site],
        }
        put("msdyn_warehouse", f"{code}/{house.code}", {**values, **scope})


def _product(
    put: Put,
    identity: str,
    product: data.Product,
    scope: dict[str, Any],
    units: Mapping[str, str],
    shared: Mapping[str, str],
) -> None:
    put(
        "msdyn_sharedproductdetail",
        identity,
        {
            "msdyn_itemnumber": product.number,
            "msdyn_salesprice": product.price,
            "_msdyn_globalproduct_value": shared[product.number],
            "_msdyn_salesunitsymbol_value": units[product.unit],
            **scope,
        },
    )
    put(
        "product",
        identity,
        {
            "msdyn_productnumber": product.number,
            "msdyn_itemnumber": product.number,
            "name": product.name,
            "description": product.name,
            "price": product.price,
            "msdyn_isstockedproduct": True,
            "msdyn_fieldserviceproducttype": 690970000,
            "_defaultuomid_value": units[product.unit],
            **scope,
        },
    )
