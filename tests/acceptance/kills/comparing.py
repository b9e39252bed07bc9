"""Both systems compared by somebody who knows their APIs, and nothing of the service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CUSTOMER, PROSPECT, CrmPerson
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.northwind_ledger import Ledger, read_ledger
from tests.acceptance.kills.book import plain

Key = tuple[str, str]
"""What a record is, and its number."""
_ONCE = ("name", "person", "last name", "street")
"""Values that only one record can have: whoever has one twice was doubled."""
_TYPED = {"reference": ("msdyn_customersreference", "CustomersReference")}


@dataclass
class Reading:
    """What one system says.

    Attributes:
        records: record → field → value, as text that is the same in both systems.
        doubled: keys that several rows have.
    """

    records: dict[Key, dict[str, str]] = field(default_factory=dict)
    doubled: list[Key] = field(default_factory=list)

    def add(self, kind: str, number: str | None, **values: object) -> None:
        """Take a record in."""
        key = (kind, str(number or ""))
        if key in self.records:
            self.doubled.append(key)
        self.records[key] = {name.replace("_", " "): plain(v) for name, v in values.items()}

    def values(self) -> dict[str, set[str]]:
        """Every value of every field."""
        found: dict[str, set[str]] = {}
        for values in self.records.values():
            for name, value in values.items():
                found.setdefault(name, set()).add(value)
        return found


@dataclass
class Comparison:
    """Both systems, side by side.

    Attributes:
        crm: what the CRM says.
        erp: what the ERP says.
        documents: quotes, orders, invoices and their lines.
    """

    crm: Reading
    erp: Reading
    documents: Ledger

    @property
    def compared(self) -> int:
        """How many pairs of values were compared."""
        pairs = self.crm.records.keys() & self.erp.records.keys()
        return sum(len(self.crm.records[key]) for key in pairs) + self.documents.values

    def differences(self, contested: Iterable[Key]) -> list[str]:
        """What is lost, doubled or different, but for records that a person has to decide on."""
        left = frozenset(contested)
        found = [text for key, text in self._apart() if key not in left]
        numbers = tuple(f" {number}:" for kind, number in left if kind == "document")
        found += [
            text
            for text in self.documents.differences
            if not any(number.lower() in text.lower() for number in numbers)
        ]
        return found

    def present(self) -> dict[str, dict[str, set[str]]]:
        """Side → field → every value."""
        found = {"crm": self.crm.values(), "erp": self.erp.values()}
        for name, columns in {**_TYPED, "quote name": ("name", "SalesQuotationName")}.items():
            for side, column in zip(("crm", "erp"), columns, strict=True):
                rows = getattr(self.documents, side)["quote"].values()
                found[side][name] = {plain(row[column]) for row in rows}
        return found

    def unconverted(self, numbers: Iterable[str], contested: Iterable[Key]) -> list[str]:
        """Whose owner was made a customer and is none, on either side."""
        left = frozenset(contested)
        return [
            f"lost: the conversion of {_shown(key)}"
            for number in sorted(numbers)
            for key in (("account", number), ("person", number))
            for reading in (self.crm, self.erp)
            if key not in left
            and reading.records.get(key, {}).get("stage", "customer") != "customer"
        ]

    def standing(self, contested: Iterable[Key]) -> set[tuple[str, str]]:
        """Fields and values that contested records have on either side."""
        return {
            item
            for key in contested
            for reading in (self.crm, self.erp)
            for item in reading.records.get(key, {}).items()
        }

    def _apart(self) -> Iterator[tuple[Key, str]]:
        crm, erp = self.crm.records, self.erp.records
        for key in sorted(crm.keys() ^ erp.keys()):
            yield key, f"lost: {_shown(key)} is only in the {'CRM' if key in crm else 'ERP'}"
        for key in sorted(crm.keys() & erp.keys()):
            for name, value in crm[key].items():
                instead = erp[key].get(name, "")
                if instead != value:
                    yield (
                        key,
                        f"different: {name} of {_shown(key)} is {value!r} in the CRM, "
                        f"{instead!r} in the ERP",
                    )
        for side, reading in (("CRM", self.crm), ("ERP", self.erp)):
            for key in reading.doubled:
                yield key, f"doubled: {_shown(key)} has several rows in the {side}"
            for name in _ONCE:
                values = {k: v[name] for k, v in reading.records.items() if v.get(name)}
                counts = Counter(values.values())
                for key, value in values.items():
                    if counts[value] > 1:
                        yield key, f"doubled: {value!r} is {counts[value]} records in the {side}"


def compare(crm: CrmPerson, erp: ErpPerson, *, gab: bool) -> Comparison:
    """Read both systems whole."""
    here, there = _Crm(crm, gab=gab), _Erp(erp, gab=gab)
    return Comparison(here.read(), there.read(), read_ledger(crm, erp))


class _Crm:
    """The CRM's half."""

    def __init__(self, crm: CrmPerson, *, gab: bool) -> None:
        self._crm, self._gab, self._found = crm, gab, Reading()

    def read(self) -> Reading:
        groups = self._names("msdyn_customergroups", "msdyn_customergroupid", "msdyn_groupid")
        accounts = self._crm.rows("accounts")
        for row in accounts:
            if row["customertypecode"] in (PROSPECT, CUSTOMER):
                self._account(row, groups)
        self._contacts()
        if self._gab:
            self._addresses()
        return self._found

    def _account(self, row: Row, groups: Mapping[str, str]) -> None:
        customer = row["customertypecode"] == CUSTOMER
        more = {"memo": row["description"], "credit": row["creditlimit"] or 0} if customer else {}
        self._found.add(
            "account",
            row["accountnumber"],
            stage="customer" if customer else "prospect",
            name=row["name"],
            phone=row["telephone1"],
            email=row["emailaddress1"],
            group=groups.get(row["_msdyn_customergroupid_value"]),
            **more,
        )

    def _contacts(self) -> None:
        for row in self._crm.rows("contacts"):
            if row["msdyn_sellable"] or row["msdyn_isprospect"]:
                stage = "customer" if row["msdyn_sellable"] else "prospect"
                self._found.add(
                    "person", row["msdyn_contactpersonid"], stage=stage, person=row["fullname"]
                )
            elif not self._gab:
                self._found.add("contact", row["msdyn_contactpersonid"], last_name=row["lastname"])
        if self._gab:
            names = self._names("msdyn_parties", "msdyn_partyid", "msdyn_lastname")
            for row in self._crm.rows("msdyn_contactforparties"):
                self._found.add(
                    "contact",
                    row["msdyn_contactforpartynumber"],
                    last_name=names[row["_msdyn_contactpartyid_value"]],
                )

    def _addresses(self) -> None:
        key = "msdyn_postaladdresscollectionid"
        numbers = self._names("msdyn_postaladdresscollections", key, "msdyn_location")
        streets = self._names("msdyn_postaladdresses", f"_{key}_value", "msdyn_street")
        for row in self._crm.rows("msdyn_partypostaladdresses"):
            place = row[f"_{key}_value"]
            self._found.add("address", numbers[place], street=streets.get(place))

    def _names(self, table: str, row_id: str, name: str) -> dict[str, str]:
        return {row[row_id]: row[name] for row in self._crm.rows(table)}


class _Erp:
    """The ERP's half."""

    def __init__(self, erp: ErpPerson, *, gab: bool) -> None:
        self._erp, self._gab, self._found = erp, gab, Reading()

    def read(self) -> Reading:
        customers = {row["CustomerAccount"]: row for row in self._erp.rows("CustomersV3")}
        for number, row in customers.items():
            self._customer(number, row)
        for row in self._erp.rows("Prospects"):
            if row["ProspectId"] not in customers:
                self._prospect(row)
        for row in self._erp.rows("ContactPersons"):
            self._found.add("contact", row["ContactPersonId"], last_name=row["LastName"])
        if self._gab:
            for row in self._erp.rows("PartyLocationPostalAddressesV2"):
                self._found.add("address", row["LocationId"], street=row["Street"])
        return self._found

    def _customer(self, number: str, row: Row) -> None:
        if row["PartyType"] == "Person":
            name = f"{row['PersonFirstName']} {row['PersonLastName']}"
            self._found.add("person", number, stage="customer", person=name)
            return
        self._found.add(
            "account",
            number,
            stage="customer",
            name=row["OrganizationName"],
            phone=row["PrimaryContactPhone"],
            email=row["PrimaryContactEmail"],
            group=row["CustomerGroupId"],
            memo=row["SalesMemo"],
            credit=row["CreditLimit"] or 0,
        )

    def _prospect(self, row: Row) -> None:
        stage = row["ProspectRelationTypeId"].lower()
        if row["ProspectPartyType"] == "Person":
            self._found.add("person", row["ProspectId"], stage=stage, person=row["ProspectName"])
            return
        self._found.add(
            "account",
            row["ProspectId"],
            stage=stage,
            name=row["ProspectName"],
            phone=row["PrimaryPhoneNumber"],
            email=row["PrimaryEmailAddress"],
            group=row["CustomerGroupId"],
        )


def _shown(key: Key) -> str:
    return " ".join(key)
