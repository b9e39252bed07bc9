"""Customers and their addresses. Source: Microsoft docs, Customers V3 and its dual-write maps."""

from __future__ import annotations

from connectors.sandbox.finops import joins, sources
from connectors.sandbox.finops.catalogue.builder import (
    address_fields,
    electronic_fields,
    entity,
)

_CONTACT_WAYS = {
    "Email": "email",
    "Phone": "phone",
    "Fax": "fax",
    "URL": "url",
    "Facebook": "facebook",
    "Twitter": "twitter",
    "LinkedIn": "linkedin",
}

CUSTOMERS = entity(
    "CustomersV3",
    "CustomerV3",
    "CustCustomerV3Entity",
    "Customers V3",
    sources.single(
        "customer", {"dataAreaId": "company", "CustomerAccount": "account"}, party=("party",)
    ),
    """
    dataAreaId customer.company k
    CustomerAccount customer.account k
    PartyNumber customer.party c
    PartyType party.type:s20 c
    OrganizationName party.org_name
    NameAlias party.alias
    KnownAs party.known_as
    FullPrimaryAddress primary_address.formatted r
    PersonFirstName party.first
    PersonMiddleName party.middle
    PersonLastName party.last
    PersonLastNamePrefix party.prefix
    PersonInitials party.initials
    PersonProfessionalTitle party.title
    PersonProfessionalSuffix party.suffix
    PersonGender party.gender
    PersonMaritalStatus party.marital
    CustomerGroupId customer.group
    SalesCurrencyCode customer.currency
    InvoiceAccount customer.invoice_account
    InvoiceAddress customer.invoice_address
    CreditLimit customer.credit_limit
    CreditRating customer.credit_rating
    CreditLimitIsMandatory customer.credit_mandatory
    OnHoldStatus customer.hold
    PaymentTerms customer.payment_terms
    PaymentTermsBaseDays customer.payment_base_days
    PaymentMethod customer.payment_method
    PaymentSchedule customer.payment_schedule
    PaymentDay customer.payment_day
    SalesTaxGroup customer.tax_group
    TaxExemptNumber customer.tax_exempt
    IdentificationNumber customer.identification
    OrganizationNumber party.org_number
    OrganizationABCCode party.abc
    OrganizationPhoneticName party.phonetic
    OrganizationNumberOfEmployees party.employees
    ContactPersonId customer.contact
    VendorAccount customer.vendor
    SalesMemo customer.memo
    SiteId customer.site
    WarehouseId customer.warehouse
    DeliveryMode customer.delivery_mode
    DeliveryTerms customer.delivery_terms
    LanguageId party.language
    EmployeeResponsibleNumber customer.employee
    NumberSequenceGroup customer.sequence_group
    IsOneTimeCustomer customer.one_time
    PartyCountry customer.party_country
    PartyState customer.party_state
    """
    + "\n".join(
        (
            address_fields("Address", "primary"),
            address_fields("DeliveryAddress", "delivery"),
            address_fields("InvoiceAddress", "invoice"),
            electronic_fields("PrimaryContact", _CONTACT_WAYS),
        )
    ),
    joins=(
        joins.party("customer"),
        joins.electronic("party"),
        joins.addresses("party", "primary", "delivery", "invoice"),
    ),
    aliases={
        "party": "party",
        **joins.ELECTRONIC_ALIASES,
        **joins.address_aliases("primary", "delivery", "invoice"),
    },
    labels={
        "CustomerAccount": "Customer account",
        "CustomerGroupId": "Customer group",
        "SalesCurrencyCode": "Currency",
        "OrganizationName": "Name",
        "PaymentTerms": "Terms of payment",
        "InvoiceAccount": "Invoice account",
        "ContactPersonId": "Contact",
        "PartyNumber": "Party ID",
    },
)

CUSTOMER_ADDRESSES = entity(
    "CustomerPostalAddresses",
    "CustomerPostalAddress",
    "CustCustomerPostalAddressEntity",
    "Customer postal addresses",
    sources.customer_addresses(),
    """
    dataAreaId customer.company k
    CustomerAccountNumber customer.account k
    CustomerLegalEntityId customer.company k
    AddressLocationId link.location k
    Effective address.valid_from k
    Expiration address.valid_to
    AddressLocationRoles link.roles
    IsPrimary link.primary
    IsPrivate link.private
    IsRoleDelivery link.is_delivery
    IsRoleInvoice link.is_invoice
    IsRoleBusiness link.is_business
    IsRoleHome link.is_home
    AddressDescription location.description
    AddressStreet address.street
    AddressStreetNumber address.number
    AddressCity address.city
    AddressState address.state
    AddressCountyId address.county
    AddressZipCode address.zip
    AddressCountryRegionId address.country
    AddressCountryRegionISOCode address.iso
    AddressDistrictName address.district
    AddressPostBox address.postbox
    AddressBuildingCompliment address.building
    AddressLatitude address.latitude
    AddressLongitude address.longitude
    FormattedAddress address.formatted
    """,
    joins=(joins.location,),
    aliases={"location": "location"},
    read_only=True,
)

ENTITIES = (CUSTOMERS, CUSTOMER_ADDRESSES)
