"""The base tables of set-up that documents and relations refer to.

Source: Microsoft docs, data entities of finance and operations; dual-write table maps.
"""

from __future__ import annotations

from connectors.sandbox.finops import computed
from connectors.sandbox.finops import setup_fields as more
from connectors.sandbox.finops.basetable import table

_PLACE = f"""{more.columns(more.PLACE)} address_description s60 street s250
    number s20 city s60 county s10 state s10 zip s10 country s10 district s60 postbox s20
    building s60 latitude d longitude d roles s250"""
"""The address of a site or warehouse, which they hold themselves here."""

REFERENCE = (
    table(
        "unit_conversion",
        "UnitOfMeasureConversion",
        """from! s10 to! s10 numerator i denominator i factor d inner d outer d
        rounding e:UnitOfMeasureConversionRounding""",
    ),
    table("payment_day", "PaymDay", "company! s4 name! s10 description s60"),
    table(
        "payment_day_line",
        "PaymDayLine",
        "company! s4 name! s10 line! n frequency e:WeekMonth weekday e:WeekDays day i",
    ),
    table(
        "payment_schedule",
        "PaymSched",
        """company! s4 name! s10 description s60 allocation e:PaymSchedBy unit e:PeriodUnit
        frequency i payments i fixed d minimum d tax e:PaymSchedTaxDistribution notes s1000""",
    ),
    table(
        "payment_schedule_line",
        "PaymSchedLine",
        "company! s4 name! s10 line! n periods i value d by e:PercentAmount",
    ),
    table(
        "payment_method",
        "CustPaymModeTable",
        """company! s4 name! s10 description s60 account e:LedgerJournalACType
        type e:CustPaymentType status e:CustVendPaymStatus sum_by e:PaymSumBy grace i file i
        file_today i bridging e:NoYes sepa e:NoYes bill e:NoYes postdated e:NoYes
        direct_debit e:NoYes draft e:TypeOfDraft""",
    ),
    table("tax_group", "TaxGroupHeading", "company! s4 code! s10 description s60 rate d"),
    table("price_group", "PriceDiscGroup", "company! s4 code! s10 name s60"),
    table("total_discount_group", "PriceDiscGroup", "company! s4 code! s10 name s60"),
    table("line_discount_group", "PriceDiscGroup", "company! s4 code! s10 name s60"),
    table("multiline_discount_group", "PriceDiscGroup", "company! s4 code! s10 name s60"),
    table(
        "site",
        "InventSite",
        f"company! s4 id! s10 name s60 {_PLACE} {more.columns(more.SITE)}",
        {
            "assigned": ("e:NoYes", computed.has_address),
            "formatted": ("s250", computed.formatted_address),
        },
    ),
    table(
        "warehouse",
        "InventLocation",
        f"""company! s4 id! s10 name s60 site s10 type e:InventLocationType main s10 quarantine s10
        transit s10 {_PLACE} {more.columns(more.WAREHOUSE)}""",
        {
            "assigned": ("e:NoYes", computed.has_address),
            "formatted": ("s250", computed.formatted_address),
        },
    ),
    table("delivery_mode", "DlvMode", "company! s4 code! s10 description s60"),
    table(
        "delivery_term",
        "DlvTerm",
        """company! s4 code! s10 description s60 intrastat s10 freight e:WMSFreightChargeTerms
        tax_role e:LogisticsLocationRoleType cash e:NoYes charges e:NoYes transfer e:NoYes""",
    ),
    table("order_origin", "SalesOrigin", "company! s4 code! s10 description s60"),
    table("shared_product", "EcoResProduct", "number! s70 name s60 description s1000"),
    table(
        "item",
        "InventTable",
        f"""company! s4 id! s20 product s70 search s20 type e:EcoResProductType price d cost d
        unit s10 inventory_unit s10 purchase_unit s10 bom_unit s10 catch_unit s10 compared_unit s10
        alternative s20 {more.columns(more.RELEASED_PRODUCT)}""",
    ),
    table(
        "order_settings",
        "InventItemSalesSetup",
        """company! s4 item! s20 sales_site s10 sales_warehouse s10 inventory_site s10
        inventory_warehouse s10 stopped e:NoYes lowest d highest d standard d lead_days i""",
    ),
    table("color", "EcoResColor", "id! s10"),
    table("configuration", "EcoResConfiguration", "id! s50"),
    table("size", "EcoResSize", "id! s10"),
    table("style", "EcoResStyle", "id! s10"),
    table("category_hierarchy", "EcoResCategoryHierarchy", "name! s128 description s1000"),
    table(
        "category_role",
        "EcoResCategoryHierarchyRole",
        "role! e:EcoResCategoryNamedHierarchyRole hierarchy s128",
    ),
    table(
        "category",
        "EcoResCategory",
        """hierarchy! s128 name! s254 code s254 description s1000 friendly s254 keywords s1000
        project s30 parent s254 parent_hierarchy s128 tangible e:NoYes inherits e:NoYes
        inherits_products e:NoYes""",
    ),
    table(
        "operating_unit",
        "OMOperatingUnit",
        "number! s8 party# s40 name s60 alias s20 language s7 type e:OMOperatingUnitType",
    ),
    table("salutation", "smmSalutation", "company! s4 phrase! s60"),
    table("closing", "smmClosing", "company! s4 phrase! s60"),
    table("title", "ContactPersonTitle", "company! s4 alias! s30 title s60"),
    table("decision_role", "smmDecision", "company! s4 name! s30 description s60"),
    table("job_function", "smmFunction", "company! s4 name! s30 description s60"),
    table("loyalty_level", "smmLoyalty", "company! s4 phrase! s30 description s60"),
    table("character_type", "smmCharacter", "company! s4 name! s30 description s60"),
    table("feature", "FeatureManagementState", "name! s100 enabled e:NoYes"),
)
