"""The base tables below the entities: parties, relations, set-up; more of them by subject.

The notation is that of `basetable`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.finops import computed
from connectors.sandbox.finops.basetable import BaseTable, Row, storage_key
from connectors.sandbox.finops.basetable import table as _table
from connectors.sandbox.finops.document_tables import DOCUMENTS
from connectors.sandbox.finops.reference_tables import REFERENCE

__all__ = ["PARTY_COLUMNS", "TABLES", "BaseTable", "Row", "storage_key"]

_ALL = (
    _table(
        "party",
        "DirPartyTable",
        """number! s40 type e:DirPartyType name s100 alias s20 known_as s100 language s7
        org_number s40 employees i abc e:DirOrganizationABCCode phonetic s100 address_books s255
        first s25 middle s25 last s25 prefix s25 initials s10 title s30 suffix s30
        phonetic_first s50 phonetic_middle s50 phonetic_last s50
        gender e:DirPersonGender marital e:DirPersonMaritalStatus hobbies s255 children s255
        birth_day i birth_month e:MonthsOfYear birth_year i
        anniversary_day i anniversary_month e:MonthsOfYear anniversary_year i""",
        {"org_name": ("s100", computed.organisation_name)},
    ),
    _table("location", "LogisticsLocation", "id! s60 description s60 parent s60"),
    _table(
        "address",
        "LogisticsPostalAddress",
        """location!# s60 valid_from! t valid_to t street s250 number s20 city s60 county s10
        state s10 zip s10 country s10 district s60 postbox s20 building s60
        latitude d longitude d timezone s60 private e:NoYes""",
        {
            "iso": ("s2", computed.country_iso),
            "formatted": ("s250", computed.formatted_address),
        },
    ),
    _table(
        "link",
        "DirPartyLocation",
        """party!# s40 location!# s60 roles s250 primary e:NoYes owner e:NoYes private e:NoYes""",
        {
            "is_delivery": ("e:NoYes", computed.role("Delivery")),
            "is_invoice": ("e:NoYes", computed.role("Invoice")),
            "is_business": ("e:NoYes", computed.role("Business")),
            "is_home": ("e:NoYes", computed.role("Home")),
        },
    ),
    _table(
        "electronic",
        "LogisticsElectronicAddress",
        """party!# s40 id! s60 type e:LogisticsElectronicAddressMethodType locator s255
        extension s10 purpose s250 description s60 calling_code s5 primary e:NoYes private e:NoYes
        mobile e:NoYes instant e:NoYes""",
    ),
    _table(
        "prospect",
        "smmBusRelTable",
        """company! s4 id! s20 party# s40 relation s10 status s10 group s10 vendor_group s10
        currency s3 credit_limit d credit_rating s10 credit_check e:NoYes
        hold e:CustVendorBlocked tax_group s10 district s10 segment s10 subsegment s10 line s10
        delivery_mode s10 delivery_terms s10 company_name s100 company_size s20 responsible s25
        note s1000 imported e:NoYes b2b e:NoYes""",
    ),
    _table(
        "customer",
        "CustTable",
        """company! s4 account! s20 party# s40 group s10 currency s3 invoice_account# s20
        credit_limit d credit_rating s10 credit_mandatory e:NoYes hold e:CustVendorBlocked
        payment_terms s10 payment_method s10 payment_schedule s10 payment_day s10
        payment_base_days i tax_group s10 tax_exempt s20 identification s50 contact s20
        vendor s20 memo s1000 site s10 warehouse s10 delivery_mode s10 delivery_terms s10
        employee s25 sequence_group s10 one_time e:NoYes party_country s10 party_state s10
        invoice_address e:InvoiceOrderAccount""",
        {
            "number": ("s20", computed.relation_number),
            "association": ("e:SmmContactPersonCdsAssociatedContactType", computed.association),
        },
    ),
    _table(
        "contact",
        "ContactPerson",
        """company! s4 id! s20 person# s40 associated# s40 default e:NoYes inactive e:NoYes
        profession s60 department s60 job_function s60 job_title s60 office s60 computer s60
        salutation s60 closing s60 decision_role s60 loyalty s60 character s60 manager s20
        responsible s25 assistant s60 assistant_phone s20 available_from i available_to i
        sensitivity e:SmmActivitySensitivity internet e:NoYes direct_mail e:NoYes vip e:NoYes
        language s7 spouse s60 notes s1000 outlook s255 mileage d government_id s50
        identity_card s50 organization_id s50 edited t""",
    ),
    _table(
        "customer_group",
        "CustGroup",
        """company! s4 id! s10 description s60 payment_terms s10 clearing s10 tax_group s10
        sequence s10 tax_included e:NoYes""",
    ),
    _table(
        "payment_term",
        "PaymTerm",
        """company! s4 name! s10 description s60 days i months i cutoff i cash e:NoYes
        certified e:NoYes default e:NoYes card_type e:CreditCardPaymentType
        card_check e:CreditCardCreditCheckType day s10 schedule s10 method e:PaymMethod""",
    ),
    _table("currency", "Currency", "code! s3 name s60 symbol s5"),
    _table(
        "legal_entity",
        "CompanyInfo",
        "id! s4 name s100 party s40 language s7 currency s3 country s10",
    ),
    _table(
        "product",
        "InventTable",
        """company! s4 number! s70 item s20 name s60 description s1000 type e:EcoResProductType
        price d cost d currency s3 unit s10 stocked e:NoYes unit_decimals i catch_weight e:NoYes
        color s10 configuration s50 size s10 style s10
        field_service e:FieldServiceProductType""",
    ),
    _table(
        "unit",
        "UnitOfMeasure",
        """symbol! s10 description s60 class e:UnitOfMeasureClass decimals i base e:NoYes
        system e:NoYes system_of_units e:UnitOfMeasureSystemOfUnits""",
    ),
    _table(
        "location_role",
        "LogisticsLocationRole",
        "purpose! s60 postal e:NoYes electronic e:NoYes",
    ),
    _table(
        "sequence",
        "NumberSequenceReference",
        """scope! e:NumberSequenceScopeType scope_value! s20 datatype! s60 code s20 format s20
        name s60 next l smallest i largest i manual e:NoYes continuous e:NoYes cyclical e:NoYes
        stopped e:NoYes""",
    ),
    _table(
        "user",
        "UserInfo",
        "id! s20 name s40 alias s80 company s4 language s7 enabled e:NoYes object_id s60",
    ),
    _table(
        "parameters",
        "smmParametersTable",
        """company! s4 prospect_customer_group s10 prospect_relation_type s10
        default_ownership e:SalesQuotationOwnership copy_quotation_data e:NoYes
        quotation_expiry_days i site s10 warehouse s10""",
    ),
)

TABLES: Mapping[str, BaseTable] = {table.name: table for table in (*_ALL, *REFERENCE, *DOCUMENTS)}
"""Every base table by its short name."""

PARTY_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "party": ("number",),
    "prospect": ("party",),
    "customer": ("party",),
    "contact": ("person", "associated"),
    "link": ("party",),
    "electronic": ("party",),
}
"""The columns of each base table that name a party."""
