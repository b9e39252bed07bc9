"""What people do with contacts, addresses and the rest of the address book."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from connectors.sandbox.dataverse import DataverseSystem
from connectors.sandbox.finops.system import FinopsSystem
from tests.simulation.systems import CRM_PERSON, ERP_PERSON

WORDS: Final = ("Alpha", "Beta", "Gamma", "Delta", "Omega", "Sigma", "Kappa", "Zeta")
CITIES: Final = ("Berlin", "Paris", "Oslo", "Rome")
COUNTRIES: Final = {"DEU": "Germany", "FRA": "France", "USA": "United States"}
_ROLES = ("Business", "Delivery", "Invoice")


def key_of(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The key of an ERP row."""
    return {name: row[name] for name in names}


class AddressBook:
    """Acts on contacts and addresses; `People` says who and what is typed."""

    _crm: DataverseSystem
    _erp: FinopsSystem
    _random: Random
    polite: bool

    def _word(self) -> str:
        raise LookupError("people type words")

    def _number(self) -> str:
        raise LookupError("people type numbers")

    def _pick(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        raise LookupError("people pick rows")

    def _account(self, code: int | None = None) -> dict[str, Any]:
        raise LookupError("people pick accounts")

    def _relation(self) -> tuple[str, dict[str, Any]]:
        raise LookupError("people pick relations")

    # contacts

    def _new_contact_in_crm(self) -> None:
        body = {
            "firstname": self._random.choice(WORDS),
            "lastname": self._word(),
            "parentcustomerid_account@odata.bind": f"/accounts({self._account()['accountid']})",
        }
        if self._random.random() < 0.5:
            body["telephone1"] = f"+1 {self._word()}"
        self._crm.create("contacts", body, CRM_PERSON)

    def _edit_contact_in_crm(self) -> None:
        rows = self._crm.list("contacts")
        if self.polite:
            rows = [row for row in rows if row["_createdby_value"] == CRM_PERSON.user_id]
        row = self._pick(rows)
        body = self._random.choice(
            ({"lastname": self._word()}, {"emailaddress1": f"c{self._number()}@example.com"})
        )
        self._crm.update("contacts", row["contactid"], body, CRM_PERSON)

    def _new_contact_in_erp(self) -> None:
        table, row = self._relation()
        party = row["PartyNumber"] if table == "CustomersV3" else row["ProspectPartyNumber"]
        body = {
            "FirstName": self._random.choice(WORDS),
            "LastName": self._word(),
            "AssociatedPartyNumber": party,
        }
        self._erp.create("ContactPersons", body, ERP_PERSON)

    def _edit_contact_in_erp(self) -> None:
        rows = self._erp.list("ContactPersons")
        if self.polite:
            rows = [row for row in rows if row["ContactPersonId"].startswith("ECP-")]
        row = self._pick(rows)
        body = self._random.choice(
            (
                {"LastName": self._word()},
                {"EmploymentProfession": self._word()},
                {"PrimaryPhoneNumber": f"+3 {self._word()}"},
            )
        )
        key = key_of(row, self._erp.entity("ContactPersons").keys)
        self._erp.update("ContactPersons", key, body, ERP_PERSON)

    # addresses and the address book

    def _address_in_erp(self) -> None:
        table, row = self._relation()
        party = row["PartyNumber"] if table == "CustomersV3" else row["ProspectPartyNumber"]
        place = {
            "Street": f"{self._word()} Street",
            "City": self._random.choice(CITIES),
            "CountryRegionId": self._random.choice(list(COUNTRIES)),
        }
        known = [
            found
            for found in self._erp.list("PartyLocationPostalAddressesV2")
            if found["PartyNumber"] == party
            and not (self.polite and found["LocationId"].startswith("CLO-"))
        ]
        entity = self._erp.entity("PartyLocationPostalAddressesV2")
        if known and self._random.random() < 0.6:
            key = key_of(self._random.choice(known), entity.keys)
            self._erp.update(entity.set_name, key, place, ERP_PERSON)
        else:
            body = {**place, "PartyNumber": party, "Roles": self._random.choice(_ROLES)}
            self._erp.create(entity.set_name, body, ERP_PERSON)

    def _address_in_crm(self) -> None:
        rows = self._crm.list("msdyn_postaladdresses")
        if self.polite:
            rows = [row for row in rows if row["_createdby_value"] == CRM_PERSON.user_id]
        place = {
            "msdyn_street": f"{self._word()} Street",
            "msdyn_city": self._random.choice(CITIES),
            "msdyn_countryregionid": self._random.choice(list(COUNTRIES)),
        }
        if rows and self._random.random() < 0.5:
            row = self._random.choice(rows)
            self._crm.update(
                "msdyn_postaladdresses", row["msdyn_postaladdressid"], place, CRM_PERSON
            )
            return
        party = self._account()["_msdyn_partyid_value"]
        with self._crm.transaction():
            location = self._crm.create(
                "msdyn_postaladdresscollections", {"msdyn_description": self._word()}, CRM_PERSON
            )["msdyn_postaladdresscollectionid"]
            at = f"/msdyn_postaladdresscollections({location})"
            bind = {"msdyn_postaladdresscollectionid@odata.bind": at}
            self._crm.create("msdyn_postaladdresses", {**place, **bind}, CRM_PERSON)
            roles = self._random.choice((*_ROLES, None))
            self._crm.create(
                "msdyn_partypostaladdresses",
                {
                    **bind,
                    "msdyn_partyid@odata.bind": f"/msdyn_parties({party})",
                    "msdyn_postaladdresspurposenames": roles,
                },
                CRM_PERSON,
            )

    def _edit_party_in_erp(self) -> None:
        rows = self._erp.list("CDSParties")
        if self.polite:
            rows = [row for row in rows if row["PartyNumber"].startswith("EPA-")]
        row = self._pick(rows)
        body = self._random.choice(({"KnownAs": self._word()}, {"OrganizationNumber": "42"}))
        self._erp.update("CDSParties", key_of(row, ("PartyNumber",)), body, ERP_PERSON)

    def _mail_in_erp(self) -> None:
        rows = self._erp.list("CDSParties")
        if self.polite:
            rows = [row for row in rows if row["PartyNumber"].startswith("EPA-")]
        row = self._pick(rows)
        self._erp.create(
            "PartyContactsV3",
            {
                "PartyNumber": row["PartyNumber"],
                "Type": self._random.choice(("Email", "Phone")),
                "Locator": f"m{self._number()}@example.org",
            },
            ERP_PERSON,
        )
