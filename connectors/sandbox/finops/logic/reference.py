"""Writes of reference data: who refers to what, and what keeps a row from being deleted."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.finops.companies import close_company, open_company
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.logic.plain import Refers, Use, plain
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.values import Values

_TERMS = "Terms of payment"


def _documents(column: str) -> list[Use]:
    """A column of quotations and orders as a use of a row."""
    return [("quotation", column), ("order", column)]


def _lines(column: str) -> list[Use]:
    """A column of quotations, orders and their lines as a use of a row."""
    tables = ("quotation", "order", "quotation_line", "order_line")
    used = tables[2:] if column == "unit" else tables
    return [(table, column) for table in used]


_COMPANIES = plain(
    "legal_entity",
    "Company",
    (
        ("customer", "company"),
        ("prospect", "company"),
        ("contact", "company"),
        ("customer_group", "company"),
        ("payment_term", "company"),
        ("product", "company"),
        ("quotation", "company"),
        ("order", "company"),
    ),
    (Refers("currency", "Currency", "currency", "Currencies", shared=True),),
)


def insert_company(work: Work, values: Values) -> Rows:
    """A new company, with its parameters and number sequences."""
    rows = _COMPANIES.insert(work, values)
    open_company(work.db, rows["legal_entity"]["id"].lower())
    return rows


def delete_company(work: Work, rows: Rows) -> None:
    """Remove a company in which there is nothing."""
    _COMPANIES.delete(work, rows)
    close_company(work.db, rows["legal_entity"]["id"].lower())


def unit(column: str) -> Refers:
    """A column that names a unit."""
    return Refers(column, "Unit", "unit", "Units", shared=True)


REFERENCE: Mapping[str, Handler] = {
    "LegalEntities": Handler(insert_company, _COMPANIES.update, delete_company),
    "Currencies": plain(
        "currency",
        "Currency",
        (
            ("customer", "currency"),
            ("prospect", "currency"),
            ("legal_entity", "currency"),
            *_documents("currency"),
        ),
    ),
    "CustomerGroups": plain(
        "customer_group",
        "Customer group",
        (("customer", "group"), ("prospect", "group")),
        (
            Refers("payment_terms", _TERMS, "payment_term", _TERMS),
            Refers("clearing", _TERMS, "payment_term", _TERMS),
            Refers("tax_group", "Sales tax group", "tax_group"),
        ),
    ),
    "PaymentTerms": plain(
        "payment_term",
        _TERMS,
        (
            ("customer", "payment_terms"),
            ("customer_group", "payment_terms"),
            *_documents("payment_terms"),
        ),
        (
            Refers("day", "Payment day", "payment_day"),
            Refers("schedule", "Payment schedule", "payment_schedule"),
        ),
    ),
    "PaymentDaysCds": plain(
        "payment_day",
        "Payment day",
        (
            ("payment_day_line", "name"),
            ("payment_term", "day"),
            ("customer", "payment_day"),
        ),
    ),
    "PaymentDayLinesCdsV2": plain(
        "payment_day_line", "Payment day line", (), (Refers("name", "Payment day", "payment_day"),)
    ),
    "PaymentSchedules": plain(
        "payment_schedule",
        "Payment schedule",
        (
            ("payment_schedule_line", "name"),
            ("payment_term", "schedule"),
            ("customer", "payment_schedule"),
        ),
    ),
    "PaymentScheduleLines": plain(
        "payment_schedule_line",
        "Payment schedule line",
        (),
        (Refers("name", "Payment schedule", "payment_schedule"),),
    ),
    "CustomerPaymentMethods": plain(
        "payment_method", "Method of payment", (("customer", "payment_method"),)
    ),
    "TaxGroups": plain(
        "tax_group",
        "Sales tax group",
        (
            ("customer", "tax_group"),
            ("prospect", "tax_group"),
            ("customer_group", "tax_group"),
            *_documents("tax_group"),
        ),
    ),
    "PriceCustomerGroups": plain(
        "price_group", "Price customer group", tuple(_documents("price_group"))
    ),
    "TotalDiscountCustomerGroups": plain("total_discount_group", "Total discount customer group"),
    "LineDiscountCustomerGroups": plain("line_discount_group", "Line discount customer group"),
    "MultilineDiscountCustomerGroups": plain(
        "multiline_discount_group", "Multiline discount customer group"
    ),
    "OperationalSites": plain(
        "site", "Site", (("warehouse", "site"), ("customer", "site"), *_lines("site"))
    ),
    "Warehouses": plain(
        "warehouse",
        "Warehouse",
        (("customer", "warehouse"), *_lines("warehouse")),
        (
            Refers("site", "Site", "site"),
            Refers("main", "Main warehouse", "warehouse"),
            Refers("quarantine", "Quarantine warehouse", "warehouse"),
            Refers("transit", "Transit warehouse", "warehouse"),
        ),
    ),
    "DeliveryModesV2": plain(
        "delivery_mode",
        "Mode of delivery",
        (
            ("customer", "delivery_mode"),
            ("prospect", "delivery_mode"),
            *_documents("delivery_mode"),
        ),
    ),
    "DeliveryTerms": plain(
        "delivery_term",
        "Terms of delivery",
        (
            ("customer", "delivery_terms"),
            ("prospect", "delivery_terms"),
            *_documents("delivery_terms"),
        ),
    ),
    "SalesOrderOriginCodes": plain(
        "order_origin", "Sales origin", tuple(_documents("origin_code"))
    ),
    "TradeD365SalesFeatureParameters": plain("feature", "Feature"),
    "CDSLocationRoles": plain("location_role", "Purpose"),
    "UnitsOfMeasure": plain(
        "unit",
        "Unit",
        (
            ("product", "unit"),
            ("item", "unit"),
            ("unit_conversion", "from"),
            ("unit_conversion", "to"),
            *_lines("unit"),
        ),
    ),
    "UnitOfMeasureConversions": plain(
        "unit_conversion", "Unit conversion", (), (unit("from"), unit("to"))
    ),
    "ProductColors": plain("color", "Color", (("product", "color"),)),
    "ProductConfigurations": plain(
        "configuration", "Configuration", (("product", "configuration"),)
    ),
    "ProductSizes": plain("size", "Size", (("product", "size"),)),
    "ProductStyles": plain("style", "Style", (("product", "style"),)),
    "ProductDefaultOrderSettings": plain(
        "order_settings",
        "Default order settings",
        (),
        (
            Refers("sales_site", "Site", "site"),
            Refers("sales_warehouse", "Warehouse", "warehouse"),
            Refers("inventory_site", "Site", "site"),
            Refers("inventory_warehouse", "Warehouse", "warehouse"),
        ),
    ),
    "Salutations": plain("salutation", "Salutation", (("contact", "salutation"),)),
    "ComplimentaryClosings": plain("closing", "Complimentary closing", (("contact", "closing"),)),
    "SalesContactPersonTitles": plain("title", "Title", (("contact", "job_title"),)),
    "DecisionMakingRoles": plain("decision_role", "Decision", (("contact", "decision_role"),)),
    "EmploymentJobFunctions": plain("job_function", "Function", (("contact", "job_function"),)),
    "LoyaltyLevels": plain("loyalty_level", "Loyalty", (("contact", "loyalty"),)),
    "PersonalCharacterTypes": plain("character_type", "Character", (("contact", "character"),)),
}
"""The handlers of plain reference data, by entity set."""
