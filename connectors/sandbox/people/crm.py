"""A person in the CRM: rows over the Dataverse Web API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.people.calls import Calls, Row

ROOT = "/api/data/v9.2/"
PROSPECT, CUSTOMER = 8, 3


class CrmPerson:
    """Works in one company.

    Args:
        calls: the way to the CRM.
        company: the company's code.
    """

    def __init__(self, calls: Calls, company: str = "USMF") -> None:
        self.calls = calls
        self.company_code = company
        self._ids: dict[tuple[str, str], str] = {}

    def rows(self, table: str, condition: str | None = None) -> list[Row]:
        """The rows of an entity set that fulfil a filter, every page."""
        query = {} if condition is None else {"$filter": condition}
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
        return self.calls.send(
            "POST", f"{ROOT}{table}", dict(body), headers={"Prefer": "return=representation"}
        )

    def change(
        self, table: str, row_id: str, body: Mapping[str, Any], *, if_match: str = "*"
    ) -> Row:
        """Change an existing row, perhaps only as it was seen, and read it back."""
        return self.calls.send(
            "PATCH",
            f"{ROOT}{table}({row_id})",
            dict(body),
            headers={"Prefer": "return=representation", "If-Match": if_match},
        )

    def delete(self, table: str, row_id: str) -> None:
        """Delete a row."""
        self.calls.send("DELETE", f"{ROOT}{table}({row_id})")

    def account(self, number: str) -> Row | None:
        """The account of a number, in the person's company."""
        return self.one(
            "accounts",
            f"accountnumber eq '{number}' and _msdyn_company_value eq {self.company}",
        )

    def new_account(self, number: str, name: str, **columns: Any) -> Row:
        """Create a prospect account."""
        body = {
            "accountnumber": number,
            "name": name,
            "customertypecode": PROSPECT,
            "msdyn_company@odata.bind": f"/cdm_companies({self.company})",
            **columns,
        }
        return self.create("accounts", body)

    def contact(self, number: str) -> Row | None:
        """The person, or the contact person, of a number, in the person's company."""
        quoted = number.replace("'", "''")
        return self.one(
            "contacts",
            f"msdyn_contactpersonid eq '{quoted}' and _msdyn_company_value eq {self.company}",
        )

    def new_person(self, first: str, last: str, **columns: Any) -> Row:
        """Create a contact who is a prospect, without a number."""
        body = {
            "firstname": first,
            "lastname": last,
            "msdyn_isprospect": True,
            "msdyn_company@odata.bind": f"/cdm_companies({self.company})",
            **columns,
        }
        return self.create("contacts", body)

    def new_contact(self, account: str, first: str, last: str, **columns: Any) -> Row:
        """Create a contact under an account."""
        body = {
            "firstname": first,
            "lastname": last,
            "parentcustomerid_account@odata.bind": f"/accounts({account})",
            **columns,
        }
        return self.create("contacts", body)

    def new_party_address(self, party: str, roles: str | None, **place: Any) -> Row:
        """Add an address to a party, as the Addresses tab does: location, address, link."""
        location = self.create(
            "msdyn_postaladdresscollections", {"msdyn_description": place.get("msdyn_city")}
        )["msdyn_postaladdresscollectionid"]
        at = f"/msdyn_postaladdresscollections({location})"
        self.create(
            "msdyn_postaladdresses", {**place, "msdyn_postaladdresscollectionid@odata.bind": at}
        )
        body: dict[str, Any] = {
            "msdyn_partyid@odata.bind": f"/msdyn_parties({party})",
            "msdyn_postaladdresscollectionid@odata.bind": at,
        }
        if roles is not None:
            body["msdyn_postaladdresspurposenames"] = roles
        return self.create("msdyn_partypostaladdresses", body)

    def convert(self, account: str, group: str | None) -> Row:
        """Change the relationship type to Customer, picking a customer group or none."""
        body: dict[str, Any] = {"customertypecode": CUSTOMER}
        return self.change("accounts", account, body | self._picked(group))

    def convert_person(self, contact: str, group: str | None) -> Row:
        """Set Is Customer to Yes, picking a customer group or none."""
        body: dict[str, Any] = {"msdyn_sellable": True}
        return self.change("contacts", contact, body | self._picked(group))

    def _picked(self, group: str | None) -> dict[str, str]:
        if group is None:
            return {}
        return {"msdyn_customergroupid@odata.bind": f"/msdyn_customergroups({self.group(group)})"}

    @property
    def company(self) -> str:
        """The id of the person's company."""
        code = self.company_code
        return self._id("cdm_companies", "cdm_companyid", f"cdm_companycode eq '{code}'")

    @property
    def company_row(self) -> Row:
        """The row of the person's company."""
        return self.calls.get(f"{ROOT}cdm_companies({self.company})")

    def group(self, code: str) -> str:
        """The id of a customer group."""
        return self._id(
            "msdyn_customergroups",
            "msdyn_customergroupid",
            f"msdyn_groupid eq '{code}' and _msdyn_company_value eq {self.company}",
        )

    def _id(self, table: str, key: str, condition: str) -> str:
        known = self._ids.get((table, condition))
        if known is None:
            row = self.one(table, condition)
            if row is None:
                raise LookupError(f"no row of {table} fulfils: {condition}")
            known = self._ids[table, condition] = row[key]
        return known
