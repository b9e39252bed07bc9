"""The global address book: parties and their electronic addresses."""

from __future__ import annotations

from connectors.sandbox.finops import sources
from connectors.sandbox.finops.catalogue.builder import entity

PARTIES = entity(
    "CDSParties",
    "CDSParty",
    "DirPartyCDSEntity",
    "CDS Parties",
    sources.single("party", {"PartyNumber": "number"}, party=("number",)),
    """
    PartyNumber party.number k
    PartyType party.type *
    NameAlias party.alias
    KnownAs party.known_as
    LanguageId party.language
    AddressBooks party.address_books
    OrganizationName party.org_name
    OrganizationABCCode party.abc
    OrganizationNumOfEmployees party.employees
    OrganizationNumber party.org_number
    OrganizationPhoneticName party.phonetic
    PersonFirstName party.first
    PersonMiddleName party.middle
    PersonLastName party.last
    PersonLastNamePrefix party.prefix
    PersonInitials party.initials
    PersonProfessionalTitle party.title
    PersonProfessionalSuffix party.suffix
    PersonPhoneticFirstName party.phonetic_first
    PersonPhoneticMiddleName party.phonetic_middle
    PersonPhoneticLastName party.phonetic_last
    PersonGender party.gender
    PersonMaritalStatus party.marital
    PersonHobbies party.hobbies
    PersonChildrenNames party.children
    PersonBirthDay party.birth_day
    PersonBirthMonth party.birth_month
    PersonBirthYear party.birth_year
    PersonAnniversaryDay party.anniversary_day
    PersonAnniversaryMonth party.anniversary_month
    PersonAnniversaryYear party.anniversary_year
    """,
    labels={"PartyNumber": "Party ID", "OrganizationName": "Name", "PartyType": "Party type"},
)

ELECTRONIC = entity(
    "PartyContactsV3",
    "PartyContactV3",
    "DirPartyContactV3Entity",
    "Party contacts V3",
    sources.single(
        "electronic", {"PartyNumber": "party", "ElectronicAddressId": "id"}, party=("party",)
    ),
    """
    PartyNumber electronic.party k*
    ElectronicAddressId electronic.id k
    Type electronic.type *
    Locator electronic.locator *
    LocatorExtension electronic.extension
    Purpose electronic.purpose
    Description electronic.description
    CountryRegionCode electronic.calling_code
    IsPrimary electronic.primary
    IsPrivate electronic.private
    IsMobilePhone electronic.mobile
    IsInstantMessage electronic.instant
    """,
    labels={"PartyNumber": "Party ID", "Locator": "Contact number/address"},
)

ENTITIES = (PARTIES, ELECTRONIC)
