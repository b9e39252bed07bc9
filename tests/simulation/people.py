"""People who work in both systems: each act is one transaction of a person, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from connectors.sandbox.finops.actions import convert_prospect
from connectors.sandbox.kernel.errors import SystemRefusal
from tests.simulation.book import CITIES, COUNTRIES, WORDS, AddressBook, key_of
from tests.simulation.story import Story
from tests.simulation.systems import CRM_PERSON, ERP_PERSON, Systems


class People(AddressBook, Story):
    """Everybody in one world.

    Args:
        systems: Where they work.
        random: What they feel like.
        known: Whether the service has linked an account.
        polite: Whether a record is only ever edited on the side where it was born.

    Attributes:
        acts: What was done, in order, refused acts included.
        refused: How many acts a system refused.
    """

    def __init__(
        self,
        systems: Systems,
        random: Random,
        known: Callable[[str], bool],
        *,
        polite: bool = False,
    ) -> None:
        self._systems, self._random, self.polite = systems, random, polite
        self._crm, self._erp, self._known = systems.crm, systems.erp, known
        self.acts: list[str] = []
        self.refused = 0
        # In some worlds everybody works on the same few records.
        self._focus = random.choice((1, 3, None))
        self._numbers = 0
        self._typed = 0
        company = self._crm.list("cdm_companies")[0]["cdm_companyid"]
        self._company = {"msdyn_company@odata.bind": f"/cdm_companies({company})"}
        self._groups = [
            f"/msdyn_customergroups({row['msdyn_customergroupid']})"
            for row in self._crm.list("msdyn_customergroups")
        ]
        common = [
            (6, self._edit_account),
            (5, self._edit_relation),
            (2, self._convert_in_crm),
            (2, self._convert_in_erp),
            (2, self._new_contact_in_crm),
            (2, self._new_contact_in_erp),
            (2, self._edit_contact_in_crm),
            (2, self._edit_contact_in_erp),
            (3, self._address_in_erp),
            (2, self._delete_in_crm),
            (2, self._delete_in_erp),
            (2, self._new_account),
            (2, self._new_prospect),
            (1, self._new_customer),
            (1, self._take_number),
            (2, self._same_number),
            (1, self._edit_key),
            (1, self._too_long),
        ]
        gab = [(3, self._address_in_crm), (2, self._edit_party_in_erp), (2, self._mail_in_erp)]
        if polite:
            rude = {self._take_number, self._same_number, self._delete_in_crm, self._delete_in_erp}
            common = [choice for choice in common if choice[1] not in rude]
        self._choices = common + (gab if systems.gab else [(2, self._address_on_account)])

    def act(self) -> None:
        """One person does one thing."""
        weights = [weight for weight, _ in self._choices]
        (choice,) = self._random.choices([what for _, what in self._choices], weights)
        self.do(choice)

    def do(self, what: Callable[[], None]) -> None:
        """Do it, unless the system refuses."""
        name = what.__name__.strip("_")
        try:
            what()
        except SystemRefusal as refusal:
            self.refused += 1
            name = f"{name} refused {refusal.status}"
        self.acts.append(name)

    def begin(self) -> None:
        """A few records on each side before the service ever runs."""
        for what in (self._new_account, self._new_prospect, self._new_account, self._new_customer):
            self.do(what)

    # what they type

    def _number(self) -> str:
        self._numbers += 1
        return f"N{self._numbers:03d}"

    def _word(self) -> str:
        self._typed += 1
        return f"{self._random.choice(WORDS)} {self._typed}"

    def _pick(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        if not rows:
            raise SystemRefusal(404, "", "There is nothing to do it with.")
        return self._random.choice(rows)

    def _account(self, code: int | None = None) -> dict[str, Any]:
        rows = self._crm.list("accounts")
        if self.polite:
            rows = [row for row in rows if row["_createdby_value"] == CRM_PERSON.user_id]
        rows = [row for row in rows if code is None or row["customertypecode"] == code]
        rows.sort(key=lambda row: (row["accountnumber"] or "", row["accountid"]))
        return self._pick(rows[: self._focus])

    def _relation(self) -> tuple[str, dict[str, Any]]:
        """A business relation of the ERP, as a customer if it is one."""
        customers = self._erp.list("CustomersV3")
        numbers = {row["CustomerAccount"] for row in customers}
        found = [("CustomersV3", row) for row in customers if row["PartyType"] == "Organization"]
        found += [
            ("Prospects", row)
            for row in self._erp.list("Prospects")
            if row["ProspectId"] not in numbers
        ]
        if self.polite:
            found = [
                (table, row)
                for table, row in found
                if (row.get("CustomerAccount") or row.get("ProspectId", "")).startswith(
                    ("PR-", "CU-", "E")
                )
            ]
        if not found:
            raise SystemRefusal(404, "", "There is nobody.")
        found.sort(key=lambda one: one[1].get("CustomerAccount") or one[1].get("ProspectId", ""))
        return self._random.choice(found[: self._focus])

    # accounts in the CRM

    def _new_account(self) -> None:
        body: dict[str, Any] = {
            "name": self._word(),
            "accountnumber": self._number(),
            "customertypecode": self._random.choice((8, 8, 8, 3)),
            **self._company,
        }
        if body["customertypecode"] == 3 or self._random.random() < 0.3:
            body["msdyn_customergroupid@odata.bind"] = self._random.choice(self._groups)
        if self._random.random() < 0.5:
            body["telephone1"] = f"+1 {self._word()}"
        if self._random.random() < 0.5:
            body["emailaddress1"] = f"{self._word().replace(' ', '.')}@example.com"
        if self._random.random() < 0.2:
            body["address1_line1"] = f"{self._word()} Street"
        self._crm.create("accounts", body, CRM_PERSON)

    def _edit_account(self) -> None:
        row = self._account()
        body = self._random.choice(
            (
                {"name": self._word()},
                {"telephone1": f"+1 {self._word()}"},
                {"emailaddress1": f"{self._word().replace(' ', '.')}@example.com"},
                {"description": self._word()},
                {"telephone1": None},
                {"websiteurl": f"https://{self._word().replace(' ', '.')}.example"},
                {"msdyn_customergroupid@odata.bind": self._random.choice(self._groups)},
                {"creditlimit": self._random.randrange(1, 90) * 1000},
                {"creditonhold": self._random.random() < 0.5},
                {"name": self._word(), "fax": f"+2 {self._word()}"},
            )
        )
        self._crm.update("accounts", row["accountid"], body, CRM_PERSON)

    def _convert_in_crm(self) -> None:
        row = self._account(8)
        body: dict[str, Any] = {"customertypecode": 3}
        if self._random.random() < 0.7:
            body["msdyn_customergroupid@odata.bind"] = self._random.choice(self._groups)
        self._crm.update("accounts", row["accountid"], body, CRM_PERSON)

    def _delete_in_crm(self) -> None:
        self._crm.delete("accounts", self._account()["accountid"], CRM_PERSON)

    def _edit_key(self) -> None:
        """Another number for a record that the service knows; before that it is another record."""
        row = self._account()
        if self._random.random() < 0.5 or not self._known(row["accountid"]):
            raise SystemRefusal(400, "", "It is not known yet.")
        self._crm.update(
            "accounts", row["accountid"], {"accountnumber": self._number()}, CRM_PERSON
        )

    def _too_long(self) -> None:
        body = {"name": f"{self._word()} {'x' * 110}"}
        self._crm.update("accounts", self._account()["accountid"], body, CRM_PERSON)

    def _address_on_account(self) -> None:
        country = self._random.choice(list(COUNTRIES.values()))
        body = {
            f"address{self._random.choice((1, 2))}_{name}": value
            for name, value in (
                ("line1", f"{self._word()} Street"),
                ("city", self._random.choice(CITIES)),
                ("country", country),
            )
        }
        self._crm.update("accounts", self._account()["accountid"], body, CRM_PERSON)

    # business relations in the ERP

    def _new_prospect(self) -> None:
        body = {
            "ProspectName": self._word(),
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
        }
        if self._random.random() < 0.4:
            body["ProspectId"] = f"E{self._number()}"
        if self._random.random() < 0.5:
            body["PrimaryPhoneNumber"] = f"+3 {self._word()}"
        if self._random.random() < 0.3:
            body["CustomerGroupId"] = self._random.choice(("10", "20"))
        self._erp.create("Prospects", body, ERP_PERSON)

    def _new_customer(self) -> None:
        body = {
            "OrganizationName": self._word(),
            "PartyType": "Organization",
            "CustomerGroupId": self._random.choice(("10", "20")),
        }
        self._erp.create("CustomersV3", body, ERP_PERSON)

    def _edit_relation(self) -> None:
        table, row = self._relation()
        names = (
            ("OrganizationName", "PrimaryContactPhone", "PrimaryContactEmail")
            if table == "CustomersV3"
            else ("ProspectName", "PrimaryPhoneNumber", "PrimaryEmailAddress")
        )
        body: dict[str, Any] = self._random.choice(
            (
                {names[0]: self._word()},
                {names[1]: f"+3 {self._word()}"},
                {names[2]: f"{self._word().replace(' ', '.')}@example.org"},
                {names[1]: ""},
                {"CustomerGroupId": self._random.choice(("10", "20"))},
                {"CreditLimit": self._random.randrange(1, 90) * 1000},
                {"CreditRating": self._random.choice(("A", "B"))},
            )
        )
        self._erp.update(table, key_of(row, self._erp.entity(table).keys), body, ERP_PERSON)

    def _convert_in_erp(self) -> None:
        table, row = self._relation()
        if table == "CustomersV3":
            raise SystemRefusal(400, "", "It is a customer already.")
        body = {"company": "USMF", "number": row["ProspectId"]}
        if self._random.random() < 0.4:
            body["customer_group"] = self._random.choice(("10", "20"))
        convert_prospect(self._erp, body, ERP_PERSON)

    def _delete_in_erp(self) -> None:
        table, row = self._relation()
        self._erp.delete(table, key_of(row, self._erp.entity(table).keys), ERP_PERSON)

    def _take_number(self) -> None:
        """A customer of another party under the number of a prospect."""
        row = self._account(8)
        body = {
            "CustomerAccount": row["accountnumber"] or "",
            "OrganizationName": self._word(),
            "PartyType": "Organization",
            "CustomerGroupId": "10",
        }
        self._erp.create("CustomersV3", body, ERP_PERSON)

    def _same_number(self) -> None:
        """Two people make a prospect of the same number at the same time."""
        number = self._number()
        body: dict[str, Any] = {
            "name": self._word(),
            "accountnumber": number,
            "customertypecode": 8,
            **self._company,
        }
        self._crm.create("accounts", body, CRM_PERSON)
        body = {
            "ProspectId": number,
            "ProspectName": self._word(),
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
        }
        self._erp.create("Prospects", body, ERP_PERSON)
