"""Types the Northwind companies into both systems, and sees whether they reached the other side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connectors.sandbox.northwind import Company, load_companies
from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.erp import ErpPerson


@dataclass(frozen=True)
class Halves:
    """Which companies are born where."""

    crm: tuple[Company, ...]
    erp: tuple[Company, ...]


@dataclass(frozen=True)
class Arrived:
    """How many of one half's companies, contacts and addresses are on the other side."""

    companies: int
    contacts: int
    addresses: int
    of: int

    @property
    def complete(self) -> bool:
        """Whether every company is there with its contact; addresses are counted apart."""
        return self.companies == self.contacts == self.of


def halves(limit: int | None = None) -> Halves:
    """Every other company is born in the CRM, the rest in the ERP; `limit` takes the first few."""
    companies = load_companies()[:limit]
    return Halves(crm=companies[::2], erp=companies[1::2])


def seed_crm(crm: CrmPerson, companies: Iterable[Company], *, gab: bool) -> int:
    """Create prospect accounts with contact and address; how many were not there yet."""
    known = {row["accountnumber"] for row in crm.rows("accounts")}
    fresh = [company for company in companies if company.number not in known]
    for company in fresh:
        account = crm.new_account(
            company.number, company.name, telephone1=company.phone, **_typed(company, gab=gab)
        )
        crm.new_contact(account["accountid"], company.first, company.last, jobtitle=company.title)
        if gab:
            crm.new_party_address(
                account["_msdyn_partyid_value"],
                "Delivery",
                msdyn_street=company.street,
                msdyn_city=company.city,
                msdyn_state=company.state or None,
                msdyn_zipcode=company.zip or None,
                msdyn_countryregionid=company.country,
            )
    return len(fresh)


def seed_erp(erp: ErpPerson, companies: Iterable[Company]) -> int:
    """Create prospects with contact person and address; how many were not there yet."""
    known = {row["ProspectId"] for row in erp.rows("Prospects")}
    fresh = [company for company in companies if company.number not in known]
    for company in fresh:
        made = erp.new_prospect(company.name, company.number, PrimaryPhoneNumber=company.phone)
        party = made["ProspectPartyNumber"]
        erp.new_contact(party, company.first, company.last, EmploymentProfession=company.title)
        erp.new_address(
            party,
            company.street,
            company.city,
            "Delivery",
            State=company.state,
            ZipCode=company.zip,
            CountryRegionId=company.country,
        )
    return len(fresh)


def arrived_in_erp(erp: ErpPerson, companies: Sequence[Company]) -> Arrived:
    """What of the CRM's half is in the ERP."""
    parties = {row["ProspectId"]: row["ProspectPartyNumber"] for row in erp.rows("Prospects")}
    people = {(row["AssociatedPartyNumber"], _name(row)) for row in erp.rows("ContactPersons")}
    places = {
        (row["PartyNumber"], row["Street"]) for row in erp.rows("PartyLocationPostalAddressesV2")
    }
    there = [company for company in companies if company.number in parties]
    return Arrived(
        companies=len(there),
        contacts=sum((parties[c.number], c.contact) in people for c in there),
        addresses=sum((parties[c.number], c.street) in places for c in there),
        of=len(companies),
    )


def arrived_in_crm(crm: CrmPerson, companies: Sequence[Company], *, gab: bool) -> Arrived:
    """What of the ERP's half is in the CRM."""
    accounts = {row["accountnumber"]: row for row in crm.rows("accounts")}
    there = [company for company in companies if company.number in accounts]
    people = _crm_people(crm, gab=gab)
    places = _crm_places(crm) if gab else set()
    key = "_msdyn_partyid_value" if gab else "accountid"
    return Arrived(
        companies=len(there),
        contacts=sum((accounts[c.number][key], c.contact) in people for c in there),
        addresses=sum(
            (accounts[c.number][key], c.street) in places
            if gab
            else accounts[c.number]["address1_line1"] == c.street
            for c in there
        ),
        of=len(companies),
    )


def _crm_people(crm: CrmPerson, *, gab: bool) -> set[tuple[str, str]]:
    """Contact names by account, or with the address book by party."""
    contacts = crm.rows("contacts")
    if not gab:
        return {(row["_parentcustomerid_value"], row["fullname"]) for row in contacts}
    names = {row["_msdyn_partyid_value"]: row["fullname"] for row in contacts}
    return {
        (row["_msdyn_associatedpartyid_value"], names[row["_msdyn_contactpartyid_value"]])
        for row in crm.rows("msdyn_contactforparties")
        if row["_msdyn_contactpartyid_value"] in names
    }


def _crm_places(crm: CrmPerson) -> set[tuple[str, str]]:
    """Streets by party."""
    location = "_msdyn_postaladdresscollectionid_value"
    streets = {row[location]: row["msdyn_street"] for row in crm.rows("msdyn_postaladdresses")}
    return {
        (row["_msdyn_partyid_value"], streets[row[location]])
        for row in crm.rows("msdyn_partypostaladdresses")
        if row[location] in streets
    }


def _typed(company: Company, *, gab: bool) -> dict[str, str | None]:
    """The address columns that a user without the address book fills."""
    if gab:
        return {}
    return {
        "address1_line1": company.street,
        "address1_city": company.city,
        "address1_stateorprovince": company.state or None,
        "address1_postalcode": company.zip or None,
        "address1_country": company.country_name,
    }


def _name(row: Row) -> str:
    return f"{row['FirstName']} {row['LastName']}"
