"""People who work in both systems while the service between them dies: all from one seed.

They know the two systems' APIs, save on condition of what they saw, and never wait for anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from connectors.sandbox.people.calls import Refusal, Row
from connectors.sandbox.people.crm import CUSTOMER, PROSPECT, ROOT, CrmPerson
from connectors.sandbox.people.erp import ErpPerson
from tests.acceptance.kills.book import Book

_ACCOUNT = {"name": "name", "phone": "telephone1", "email": "emailaddress1"}
_CUSTOMER = {**_ACCOUNT, "memo": "description", "credit": "creditlimit"}
_PROSPECT = {
    "name": "ProspectName",
    "phone": "PrimaryPhoneNumber",
    "email": "PrimaryEmailAddress",
}
_ERP_CUSTOMER = {
    "name": "OrganizationName",
    "phone": "PrimaryContactPhone",
    "email": "PrimaryContactEmail",
    "memo": "SalesMemo",
    "credit": "CreditLimit",
}
_FEW = 4
"""So often everybody works on the same few records."""


class NothingToDo(Exception):
    """A person finds nothing to do it with."""


class Typists:
    """Everybody's keeping of accounts, persons, contact persons and addresses.

    Attributes:
        book: what was typed.
        done: act → how often.
        refused: act and status → how often a system said no.
    """

    def __init__(self, crm: CrmPerson, erp: ErpPerson, *, gab: bool, random: Random) -> None:
        self.crm, self.erp, self._gab, self._random = crm, erp, gab, random
        self.book = Book()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._numbers: list[str] = []
        self._people: list[str] = []
        self._contacts: dict[str, list[str]] = {"crm": [], "erp": []}
        self._words = 0
        self._acts: list[tuple[int, Callable[[], None]]] = [
            (3, self.new_account),
            (3, self.new_prospect),
            (6, self.edit_account),
            (6, self.edit_relation),
            (2, self.convert_in_crm),
            (2, self.convert_in_erp),
            (2, self.new_contact_in_crm),
            (2, self.new_contact_in_erp),
            (2, self.edit_contact_in_crm),
            (2, self.edit_contact_in_erp),
            (1, self.new_person_in_crm),
            (1, self.new_person_in_erp),
            (1, self.convert_person),
        ]
        if gab:
            self._acts += [(2, self.new_address_in_crm), (2, self.address_in_erp)]

    def act(self) -> None:
        """One person does one thing, unless the system refuses it."""
        (what,) = self._random.choices([one for _, one in self._acts], [n for n, _ in self._acts])
        name = what.__name__
        try:
            what()
        except NothingToDo:
            return
        except Refusal as refusal:
            self.refused[f"{name} {refusal.status}"] += 1
        else:
            self.done[name] += 1

    # organisations

    def new_account(self) -> None:
        number, name, phone = self._number("A"), self.word("Alpha"), self.word("+1")
        self.crm.new_account(number, name, telephone1=phone)
        self.book.note("crm", "name", name)
        self.book.note("crm", "phone", phone)
        self._numbers.append(number)

    def new_prospect(self) -> None:
        name, mail = self.word("Beta"), self._mail()
        made = self.erp.new_prospect(name, PrimaryEmailAddress=mail)
        self.book.note("erp", "name", name)
        self.book.note("erp", "email", mail)
        self._numbers.append(made["ProspectId"])

    def edit_account(self) -> None:
        row = self._account(self._pick(self._numbers))
        columns = _CUSTOMER if row["customertypecode"] == CUSTOMER else _ACCOUNT
        what = self._random.choice(sorted(columns))
        self.save_in_crm("accounts", row["accountid"], row, what, columns[what])

    def edit_relation(self) -> None:
        number = self._pick(self._numbers)
        customer, prospect = self.erp.customer(number), self.erp.prospect(number)
        if customer is not None:
            what = self._random.choice(sorted(_ERP_CUSTOMER))
            key = {"dataAreaId": self.erp.company, "CustomerAccount": number}
            self.save_in_erp("CustomersV3", key, customer, what, _ERP_CUSTOMER[what])
        elif prospect is not None:
            what = self._random.choice(sorted(_PROSPECT))
            key = {"dataAreaId": self.erp.company, "ProspectId": number}
            self.save_in_erp("Prospects", key, prospect, what, _PROSPECT[what])
        else:
            raise NothingToDo

    def convert_in_crm(self) -> None:
        row = self._account(self._pick(self._numbers))
        if row["customertypecode"] != PROSPECT:
            raise NothingToDo
        self.crm.convert(row["accountid"], self._random.choice(("10", "20")))
        self.book.customers.add(row["accountnumber"])

    def convert_in_erp(self) -> None:
        number = self._pick(self._numbers)
        prospect = self.erp.prospect(number)
        if prospect is None or self.erp.customer(number) is not None:
            raise NothingToDo
        self.erp.act("convert-prospect", number)
        self.book.customers.add(number)

    # contact persons

    def new_contact_in_crm(self) -> None:
        account, last = self._account(self._pick(self._numbers)), self.word("Low")
        made = self.crm.new_contact(account["accountid"], "Ann", last)
        self.book.note("crm", "last name", last)
        self._contacts["crm"].append(made["contactid"])

    def new_contact_in_erp(self) -> None:
        number = self._pick(self._numbers)
        prospect, last = self.erp.prospect(number), self.word("Moe")
        if prospect is None:
            raise NothingToDo
        made = self.erp.new_contact(prospect["ProspectPartyNumber"], "Bob", last)
        self.book.note("erp", "last name", last)
        self._contacts["erp"].append(made["ContactPersonId"])

    def edit_contact_in_crm(self) -> None:
        contact = self._pick(self._contacts["crm"])
        row = self.crm.calls.get(f"{ROOT}contacts({contact})")
        self.save_in_crm("contacts", contact, row, "last name", "lastname")

    def edit_contact_in_erp(self) -> None:
        number = self._pick(self._contacts["erp"])
        row = self.erp.one("ContactPersons", f"ContactPersonId eq '{number}'")
        key = {"dataAreaId": self.erp.company, "ContactPersonId": number}
        self.save_in_erp("ContactPersons", key, row, "last name", "LastName")

    # persons who buy

    def new_person_in_crm(self) -> None:
        last = self.word("Poe")
        made = self.crm.new_person("Eve", last)
        self.book.note("crm", "person", f"Eve {last}")
        self._people.append(made["contactid"])

    def new_person_in_erp(self) -> None:
        last = self.word("Roe")
        self.erp.new_person(f"Max {last}")
        self.book.note("erp", "person", f"Max {last}")

    def convert_person(self) -> None:
        contact = self._pick(self._people)
        row = self.crm.calls.get(f"{ROOT}contacts({contact})")
        if row["msdyn_sellable"] or not row["msdyn_contactpersonid"]:
            raise NothingToDo
        self.crm.convert_person(contact, "10")
        self.book.customers.add(row["msdyn_contactpersonid"])

    # addresses, with party and address book

    def new_address_in_crm(self) -> None:
        party = self._account(self._pick(self._numbers))["_msdyn_partyid_value"]
        street = self.word("Street")
        self.crm.new_party_address(
            party, "Delivery", msdyn_street=street, msdyn_city="Oslo", msdyn_countryregionid="NOR"
        )
        self.book.note("crm", "street", street)

    def address_in_erp(self) -> None:
        prospect = self.erp.prospect(self._pick(self._numbers))
        if prospect is None:
            raise NothingToDo
        street, party = self.word("Road"), prospect["ProspectPartyNumber"]
        known = self.erp.addresses(party)
        if not known:
            self.erp.new_address(party, street, "Rome", "Invoice", CountryRegionId="ITA")
            self.book.note("erp", "street", street)
            return
        row = self._random.choice(known)
        key = {name: row[name] for name in ("PartyNumber", "LocationId", "ValidFrom")}
        self.save_in_erp("PartyLocationPostalAddressesV2", key, row, "street", "Street")

    # how they type

    def word(self, beginning: str) -> str:
        """A text that nobody ever typed."""
        self._words += 1
        return f"{beginning} {self._words}"

    def pick_account(self) -> Row:
        """An account that is in the CRM, of those that everybody knows."""
        return self._account(self._pick(self._numbers))

    def pick_number(self) -> str:
        """The number of an organisation that is known on the side where it was made."""
        return self._pick(self._numbers)

    def save_in_crm(self, table: str, row_id: str, row: Row, what: str, column: str) -> None:
        """Type a value into a row as it was seen; who saved it meanwhile makes it fail."""
        value = self._value(what)
        self.crm.change(table, row_id, {column: value}, if_match=row["@odata.etag"])
        self.book.note("crm", what, value, row[column])

    def save_in_erp(
        self, table: str, key: dict[str, Any], row: Row | None, what: str, column: str
    ) -> None:
        """The same in the ERP, if there is such a row."""
        if row is None:
            raise NothingToDo
        value = self._value(what)
        self.erp.change(table, key, {column: value}, if_match=row["@odata.etag"])
        self.book.note("erp", what, value, row[column])

    def _account(self, number: str) -> Row:
        row = self.crm.account(number)
        if row is None:
            raise NothingToDo
        return row

    def _pick(self, known: list[str]) -> str:
        if not known:
            raise NothingToDo
        return self._random.choice(known[-_FEW:] if self._random.random() < 0.5 else known)

    def _number(self, beginning: str) -> str:
        self._words += 1
        return f"{beginning}{self._words:05d}"

    def _mail(self) -> str:
        self._words += 1
        return f"m{self._words}@example.com"

    def _value(self, what: str) -> Any:
        if what == "credit":
            self._words += 1
            return self._words * 10
        return self._mail() if what == "email" else self.word(what.capitalize())
