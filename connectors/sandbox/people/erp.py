"""A person in the ERP: rows over the data entities, and what is done in a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.odata import jsonwire
from connectors.sandbox.people.calls import Calls, Row

ROOT = "/data/"
_CROSS = {"cross-company": "true"}


class ErpPerson:
    """Works in one company.

    Args:
        calls: the way to the ERP.
        company: the company's code.
    """

    def __init__(self, calls: Calls, company: str = "usmf") -> None:
        self.calls = calls
        self.company = company

    def rows(self, table: str, condition: str | None = None) -> list[Row]:
        """The rows of an entity set that fulfil a filter, of every company, every page."""
        query = dict(_CROSS)
        if condition is not None:
            query["$filter"] = condition
        page = self.calls.get(f"{ROOT}{table}", query)
        found: list[Row] = page["value"]
        while "@odata.nextLink" in page:
            page = self.calls.get(page["@odata.nextLink"])
            found += page["value"]
        return found

    def one(self, table: str, condition: str) -> Row | None:
        """The only row that fulfils a filter; none when there is none.

        Raises:
            LookupError: there are several.
        """
        found = self.rows(table, condition)
        if len(found) > 1:
            raise LookupError(f"{len(found)} rows of {table} fulfil: {condition}")
        return found[0] if found else None

    def create(self, table: str, body: Mapping[str, Any]) -> Row:
        """Create a row and read it back."""
        return self.calls.send("POST", f"{ROOT}{table}", dict(body))

    def change(
        self,
        table: str,
        key: Mapping[str, Any],
        body: Mapping[str, Any],
        *,
        if_match: str | None = None,
    ) -> None:
        """Change an existing row, named by its whole key, perhaps only as it was seen."""
        seen = None if if_match is None else {"If-Match": if_match}
        self.calls.send("PATCH", _address(table, key), dict(body), query=_CROSS, headers=seen)

    def delete(self, table: str, key: Mapping[str, Any]) -> None:
        """Delete a row, named by its whole key."""
        self.calls.send("DELETE", _address(table, key), query=_CROSS)

    def act(self, action: str, number: str | None = None, **options: Any) -> Row:
        """Do what a form does and no entity does, such as `convert-prospect`."""
        body: dict[str, Any] = {"company": self.company, **options}
        if number is not None:
            body["number"] = number
        return self.calls.send("POST", f"/_sandbox/actions/{action}", body)

    def prospect(self, number: str) -> Row | None:
        """The business relation of a number, in the person's company."""
        return self.one("Prospects", f"dataAreaId eq '{self.company}' and ProspectId eq '{number}'")

    def customer(self, number: str) -> Row | None:
        """The customer of an account number, in the person's company."""
        condition = f"dataAreaId eq '{self.company}' and CustomerAccount eq '{number}'"
        return self.one("CustomersV3", condition)

    def new_prospect(self, name: str, number: str | None = None, **columns: Any) -> Row:
        """Create an organisation prospect; its number comes from the sequence when left out."""
        body: dict[str, Any] = {
            "dataAreaId": self.company,
            "ProspectName": name,
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
            **columns,
        }
        if number is not None:
            body["ProspectId"] = number
        return self.create("Prospects", body)

    def new_person(self, name: str, number: str | None = None, **columns: Any) -> Row:
        """Create a person prospect; its number comes from the sequence when left out."""
        return self.new_prospect(name, number, ProspectPartyType="Person", **columns)

    def change_prospect(self, number: str, **columns: Any) -> None:
        """Change a business relation."""
        self.change("Prospects", {"dataAreaId": self.company, "ProspectId": number}, columns)

    def new_address(self, party: str, street: str, city: str, roles: str, **columns: Any) -> Row:
        """Add an address to a party: location, address and roles at once."""
        body = {"PartyNumber": party, "Street": street, "City": city, "Roles": roles, **columns}
        return self.create("PartyLocationPostalAddressesV2", body)

    def addresses(self, party: str) -> list[Row]:
        """The addresses of a party, with their roles."""
        return self.rows("PartyLocationPostalAddressesV2", f"PartyNumber eq '{party}'")

    def new_contact(self, party: str, first: str, last: str, **columns: Any) -> Row:
        """Add a contact person to a party."""
        body = {
            "dataAreaId": self.company,
            "AssociatedPartyNumber": party,
            "FirstName": first,
            "LastName": last,
            **columns,
        }
        return self.create("ContactPersons", body)

    def contacts(self, party: str) -> list[Row]:
        """The contact persons of a party."""
        return self.rows("ContactPersons", f"AssociatedPartyNumber eq '{party}'")

    def next_number(self, datatype: str) -> str:
        """The number that a sequence gives out next, e.g. of `CustAccount` or `BusRelAccount`."""
        for row in self.rows("NumberSequencesV2References"):
            if row["DataTypeName"] == datatype:
                pattern, number = str(row["Format"]), str(row["NextNumber"])
                return pattern.replace("#" * pattern.count("#"), number.zfill(pattern.count("#")))
        raise LookupError(f"no number sequence for {datatype}")


def _address(table: str, key: Mapping[str, Any]) -> str:
    parts = ",".join(f"{name}={_literal(value)}" for name, value in key.items())
    return f"{ROOT}{table}({parts})"


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return jsonwire.encode(value).decode()
