"""Reference data and set-up: groups, terms, currencies, companies, sequences, users."""

from __future__ import annotations

from connectors.sandbox.finops import numbers, sources
from connectors.sandbox.finops.catalogue.builder import entity

GROUPS = entity(
    "CustomerGroups",
    "CustomerGroup",
    "CustCustomerGroupEntity",
    "Customer groups",
    sources.single("customer_group", {"dataAreaId": "company", "CustomerGroupId": "id"}),
    """
    dataAreaId customer_group.company k
    CustomerGroupId customer_group.id k*
    Description customer_group.description
    PaymentTermId customer_group.payment_terms
    ClearingPeriodPaymentTermName customer_group.clearing
    TaxGroupId customer_group.tax_group
    CustomerAccountNumberSequence customer_group.sequence
    IsSalesTaxIncludedInPrice customer_group.tax_included
    """,
    labels={"CustomerGroupId": "Customer group", "PaymentTermId": "Terms of payment"},
)

TERMS = entity(
    "PaymentTerms",
    "PaymentTerm",
    "PaymentTermEntity",
    "Terms of payment",
    sources.single("payment_term", {"dataAreaId": "company", "Name": "name"}),
    """
    dataAreaId payment_term.company k
    Name payment_term.name k*
    Description payment_term.description
    NumberOfDays payment_term.days
    NumberOfMonths payment_term.months
    CutOffDayOfMonth payment_term.cutoff
    IsCashPayment payment_term.cash
    IsCertifiedCompanyCheck payment_term.certified
    IsDefaultPaymentTerm payment_term.default
    CreditCardPaymentType payment_term.card_type
    CreditCardCreditCheckType payment_term.card_check
    PaymentDayName payment_term.day
    PaymentScheduleName payment_term.schedule
    PaymentMethodType payment_term.method
    """,
    labels={"Name": "Terms of payment"},
)

CURRENCIES = entity(
    "Currencies",
    "Currency",
    "CurrencyEntity",
    "Currencies",
    sources.single("currency", {"CurrencyCode": "code"}),
    """
    CurrencyCode currency.code k*
    Name currency.name
    Symbol currency.symbol
    """,
    labels={"CurrencyCode": "Currency"},
)

COMPANIES = entity(
    "LegalEntities",
    "LegalEntity",
    "OMLegalEntityEntity",
    "Legal entities",
    sources.single("legal_entity", {"LegalEntityId": "id"}),
    """
    LegalEntityId legal_entity.id k*
    Name legal_entity.name
    PartyNumber legal_entity.party
    LanguageId legal_entity.language
    CurrencyCode legal_entity.currency
    AddressCountryRegionId legal_entity.country
    """,
    labels={"LegalEntityId": "Company"},
)

OPERATING_UNITS = entity(
    "OperatingUnits",
    "OperatingUnit",
    "OMOperatingUnitEntity",
    "Operating units",
    sources.single("operating_unit", {"OperatingUnitNumber": "number"}),
    """
    OperatingUnitNumber operating_unit.number k
    PartyNumber operating_unit.party
    Name operating_unit.name
    NameAlias operating_unit.alias
    LanguageId operating_unit.language
    OperatingUnitType operating_unit.type
    """,
    read_only=True,
)
"""Set up in the ERP's forms for the organisation; here it is only read."""

ROLES = entity(
    "CDSLocationRoles",
    "CDSLocationRole",
    "LogisticsLocationRoleCDSEntity",
    "CDS location roles",
    sources.single("location_role", {"Purpose": "purpose"}),
    """
    Purpose location_role.purpose k*
    IsPostalAddress location_role.postal
    IsContactInformation location_role.electronic
    """,
)

SEQUENCES = entity(
    "NumberSequencesV2References",
    "NumberSequencesV2Reference",
    "NumberSequenceReferenceV2Entity",
    "Number sequences references",
    numbers.references(),
    """
    ScopeType sequence.scope k
    ScopeValue sequence.scope_value k
    DataTypeName sequence.datatype k
    NumberSequenceCode sequence.code
    Format sequence.format
    NextNumber sequence.next
    IsManual sequence.manual
    """,
    read_only=True,
)

SEQUENCE_CODES = entity(
    "SequenceV2Tables",
    "SequenceV2Table",
    "NumberSequenceTableV2Entity",
    "Number sequence code",
    numbers.codes(),
    """
    NumberSequenceCode sequence.code k
    ScopeType sequence.scope k
    ScopeValue sequence.scope_value k
    Name sequence.name
    Format sequence.format
    Next sequence.next:i
    Smallest sequence.smallest
    Largest sequence.largest
    Manual sequence.manual
    Continuous sequence.continuous
    Cyclical sequence.cyclical
    Stopped sequence.stopped
    """,
)

USERS = entity(
    "SystemUsers",
    "SystemUser",
    "SystemUserEntity",
    "Users",
    sources.single("user", {"UserID": "id"}),
    """
    UserID user.id k
    UserName user.name
    Alias user.alias
    Company user.company
    Language user.language
    Enabled user.enabled
    ExternalID user.object_id
    """,
    read_only=True,
)

ENTITIES = (
    GROUPS,
    TERMS,
    CURRENCIES,
    COMPANIES,
    OPERATING_UNITS,
    ROLES,
    SEQUENCES,
    SEQUENCE_CODES,
    USERS,
)
