"""Contact persons, in the ERP's own entity and in the one that dual-write uses without GAB."""

from __future__ import annotations

from connectors.sandbox.finops import joins, sources
from connectors.sandbox.finops.catalogue.builder import address_fields, entity
from connectors.sandbox.finops.entity import Join

_EMPLOYMENT = """
    EmploymentProfession contact.profession
    EmploymentDepartment contact.department
    EmploymentJobFunctionName contact.job_function
    EmploymentJobTitle contact.job_title
    EmploymentOfficeLocation contact.office
    EmploymentComputerNetworkName contact.computer
    PrimarySalutationPhrase contact.salutation
    PrimaryComplimentaryClosingPhrase contact.closing
    DecisionMakingRoleCode contact.decision_role
    LoyaltyLevelPhrase contact.loyalty
    PersonalCharacterTypeCode contact.character
    ManagerContactPersonId contact.manager
    ContactPersonResponsiblePersonnelNumber contact.responsible
    AssistantName contact.assistant
    AssistantPhoneNumber contact.assistant_phone
    AvailableFromTime contact.available_from
    AvailableToTime contact.available_to
    ContactActivitySensitivityLevel contact.sensitivity
    HasRequestedInternetAccess contact.internet
    IsReceivingDirectMail contact.direct_mail
    IsVIP contact.vip
    ContactInformationLanguageId contact.language
    SpouseName contact.spouse
    Notes contact.notes
    MicrosoftOutlookCategories contact.outlook
    MileageDistance contact.mileage
    GovernmentIdentificationNumber contact.government_id
    IdentityCardNumber contact.identity_card
    OrganizationIdentificationNumber contact.organization_id
    IsInactive contact.inactive
    LastEditDateTime contact.edited r
    """

_PERSON = (
    """
    FirstName person.first
    MiddleName person.middle
    LastName person.last
    Gender person.gender
    MaritalStatus person.marital
    PrimaryEmailAddress email.locator
    PrimaryPhoneNumber phone.locator
    PrimaryPhoneNumberExtension phone.extension
    PrimaryFaxNumber fax.locator
    PrimaryURL url.locator
    """
    + _EMPLOYMENT
    + address_fields("PrimaryAddress", "primary", {"State": "StateId", "County": "CountyId"})
)

_JOINS: tuple[Join, ...] = (
    joins.party("contact", "person", "person"),
    joins.electronic("person"),
    joins.addresses("person", "primary"),
)
_ALIASES = {
    "person": "party",
    **joins.ELECTRONIC_ALIASES,
    **joins.address_aliases("primary"),
}
_LABELS = {
    "ContactPersonId": "Contact",
    "ContactPersonPartyNumber": "Contact person party",
    "AssociatedPartyNumber": "Associated party",
    "AssociatedContactNumber": "Associated contact number",
    "ContactPersonName": "Name",
}

CONTACTS = entity(
    "ContactPersons",
    "ContactPerson",
    "smmContactPersonV2Entity",
    "Contacts V2",
    sources.single(
        "contact",
        {"dataAreaId": "company", "ContactPersonId": "id"},
        party=("person", "associated"),
    ),
    """
    dataAreaId contact.company k
    ContactPersonId contact.id k
    ContactPersonPartyNumber contact.person c
    AssociatedPartyNumber contact.associated c
    ContactPersonName person.name
    IsDefaultContactPerson contact.default
    """
    + _PERSON,
    joins=_JOINS,
    aliases=_ALIASES,
    labels=_LABELS,
)

CUSTOMER_CONTACTS = entity(
    "CDSContactPersonsV2",
    "CDSContactPersonV2",
    "smmContactPersonCDSV2Entity",
    "CDS Contacts V2",
    sources.customer_contacts(),
    """
    dataAreaId contact.company k
    ContactPersonPartyNumber contact.person k
    AssociatedContactType relation.association k
    AssociatedContactNumber relation.number k
    ContactPersonId contact.id c
    AssociatedPartyNumber contact.associated r
    ContactPersonName person.name
    IsDefaultContactPerson contact.default
    """
    + _PERSON,
    joins=_JOINS,
    aliases=_ALIASES,
    labels=_LABELS,
)

ENTITIES = (CONTACTS, CUSTOMER_CONTACTS)
