"""Prospects: business relations. Source: Microsoft docs, public set `Prospects`."""

from __future__ import annotations

from connectors.sandbox.finops import joins, sources
from connectors.sandbox.finops.catalogue.builder import address_fields, entity

PROSPECTS = entity(
    "Prospects",
    "Prospect",
    "SmmProspectEntity",
    "Prospects",
    sources.single("prospect", {"dataAreaId": "company", "ProspectId": "id"}, party=("party",)),
    """
    dataAreaId prospect.company k
    ProspectId prospect.id k
    ProspectName party.name
    ProspectPartyNumber prospect.party c
    ProspectPartyType party.type:s20 c
    ProspectRelationTypeId prospect.relation
    ProspectStatusCode prospect.status
    ProspectKnownAsName party.known_as
    ProspectSearchName party.alias
    ProspectResponsiblePersonnelNumber prospect.responsible
    CustomerGroupId prospect.group
    VendorGroupId prospect.vendor_group
    CurrencyCode prospect.currency
    CreditLimit prospect.credit_limit
    CreditRating prospect.credit_rating
    IsCreditLimitCheckingRequired prospect.credit_check
    OnHoldStatus prospect.hold
    SalesTaxGroupCode prospect.tax_group
    SalesDistrictId prospect.district
    BusinessSegmentCode prospect.segment
    BusinessSubsegmentCode prospect.subsegment
    LineOfBusinessId prospect.line
    DeliveryModeCode prospect.delivery_mode
    DeliveryTermsCode prospect.delivery_terms
    CompanyName prospect.company_name
    CompanySize prospect.company_size
    OrganizationNumber party.org_number
    OrganizationEmployeeAmount party.employees
    PrimaryEmailAddress email.locator
    PrimaryPhoneNumber phone.locator
    PrimaryPhoneNumberExtension phone.extension
    PrimaryFaxNumber fax.locator
    PrimaryURL url.locator
    Note prospect.note
    IsImported prospect.imported
    IsB2BProspect prospect.b2b
    """
    + address_fields("Address", "primary", {"State": "StateId", "County": "CountyId"}),
    joins=(
        joins.party("prospect"),
        joins.electronic("party"),
        joins.addresses("party", "primary"),
    ),
    aliases={
        "party": "party",
        **joins.ELECTRONIC_ALIASES,
        **joins.address_aliases("primary"),
    },
    labels={
        "ProspectId": "Business relation",
        "ProspectName": "Name",
        "CustomerGroupId": "Customer group",
        "CurrencyCode": "Currency",
        "ProspectPartyNumber": "Party ID",
    },
)

ENTITIES = (PROSPECTS,)
