"""What a scenario works on: a person in both systems, and what is remembered between steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from connectors.sandbox.people.calls import Row
from connectors.sandbox.people.crm import CrmPerson
from connectors.sandbox.people.crm_sales import CrmSales
from connectors.sandbox.people.erp import ErpPerson
from connectors.sandbox.people.erp_sales import ErpSales
from connectors.sandbox.people.patience import Patience

T = TypeVar("T")
_LOOKS = 6
"""How many looks in a row must see the same: with growing pauses, about a second."""


@dataclass
class World:
    """Both systems as a person sees them.

    Args:
        crm: the person in the CRM.
        erp: the person in the ERP.
        gab: whether party and global address book are in use.
        patience: how long the other side has.
        noted: told of every assertion that held.
        memory: what earlier steps remember for later ones.
    """

    crm: CrmPerson
    erp: ErpPerson
    gab: bool
    patience: Patience = field(default_factory=Patience)
    noted: Callable[[str], None] = lambda _what: None
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def sales(self) -> CrmSales:
        """The person, selling in the CRM."""
        return CrmSales(self.crm)

    @property
    def office(self) -> ErpSales:
        """The person, selling in the ERP."""
        return ErpSales(self.erp)

    def until(self, what: str, look: Callable[[], T], so: Callable[[T], bool] = bool) -> T:
        """Wait until something is so; what was seen then.

        Raises:
            NotSeen: it never was.
        """
        seen = self.patience.until(what, look, so)
        self.noted(what)
        return seen

    def holds(self, what: str, seen: Any, expected: Any = True) -> None:
        """Something is so now.

        Raises:
            NotSeen: it is not.
        """
        self.patience.holds(what, seen, expected=expected)
        self.noted(what)

    def at_rest(self, what: str, look: Callable[[], T]) -> T:
        """What is seen as soon as it is the same in several looks, each later than the one before.

        What the service writes after a step's own outcome (values that the other system filled in)
        has been written by then.
        """
        seen: list[T] = []

        def same() -> bool:
            seen.append(look())
            return len(seen) >= _LOOKS and all(one == seen[-1] for one in seen[-_LOOKS:])

        self.patience.until(f"{what}: nothing moves any more", same)
        return seen[-1]

    def account(self, number: str) -> Row:
        """The account of a number, as soon as there is one."""
        found = self.until(f"CRM: an account {number}", lambda: self.crm.account(number))
        assert found is not None  # noqa: S101 - narrows the type; `until` has seen it
        return found

    def row(self, number: str) -> Row:
        """The account of a number, which exists.

        Raises:
            LookupError: it does not.
        """
        found = self.crm.account(number)
        if found is None:
            raise LookupError(f"the CRM has no account {number}")
        return found

    def party_number(self, party_id: str | None) -> str | None:
        """The number of a party of the CRM."""
        if party_id is None:
            return None
        row = self.crm.one("msdyn_parties", f"msdyn_partyid eq {party_id}")
        return None if row is None else str(row["msdyn_partynumber"])

    def crm_addresses(self, party_id: str) -> list[Row]:
        """The addresses of a party of the CRM: links with roles."""
        return self.crm.rows("msdyn_partypostaladdresses", f"_msdyn_partyid_value eq {party_id}")

    def crm_places(self, links: list[Row]) -> dict[str, str]:
        """Street by role of a party's addresses in the CRM, as far as they have arrived."""
        found: dict[str, str] = {}
        for link in links:
            location = link["_msdyn_postaladdresscollectionid_value"]
            for place in self.crm.rows(
                "msdyn_postaladdresses", f"_msdyn_postaladdresscollectionid_value eq {location}"
            ):
                for role in roles_of(link["msdyn_postaladdresspurposenames"]):
                    found[role] = str(place["msdyn_street"])
        return found

    def erp_places(self, party: str) -> dict[str, str]:
        """Street by role of a party's addresses in the ERP."""
        return {
            role: str(row["Street"])
            for row in self.erp.addresses(party)
            for role in roles_of(row["Roles"])
        }

    def person(self, number: str) -> Row:
        """The person of a number in the CRM, who exists.

        Raises:
            LookupError: there is none.
        """
        found = self.crm.contact(number)
        if found is None:
            raise LookupError(f"the CRM has no contact {number}")
        return found

    def customer_places(self, number: str) -> dict[str, str]:
        """Street by role of the addresses of a customer of the ERP."""
        rows = self.erp.rows("CustomerPostalAddresses", f"CustomerAccountNumber eq '{number}'")
        return {
            role: str(row["AddressStreet"])
            for row in rows
            for role in roles_of(str(row["AddressLocationRoles"]))
        }

    def crosses_as_customer(self, number: str, text: str) -> None:
        """A marker: an edit of a customer in the ERP is seen in the CRM.

        What was going to cross before it has crossed by then.
        """
        key = {"dataAreaId": self.erp.company, "CustomerAccount": number}
        self.erp.change("CustomersV3", key, {"SalesMemo": text})
        self.until(
            f"a later edit of customer {number} has crossed to the CRM",
            lambda: (self.crm.account(number) or self.crm.contact(number) or {}).get("description"),
            lambda seen: seen == text,
        )

    def crosses_to_erp(self, number: str, text: str) -> None:
        """A marker: an edit of a customer in the CRM is seen in the ERP."""
        account = self.crm.account(number)
        if account is not None:
            self.crm.change("accounts", account["accountid"], {"description": text})
        else:
            self.crm.change("contacts", self.person(number)["contactid"], {"description": text})
        self.until(
            f"a later edit of {number} has crossed to the ERP",
            lambda: (self.erp.customer(number) or {}).get("SalesMemo"),
            lambda seen: seen == text,
        )


def roles_of(text: str | None) -> list[str]:
    """The roles in a role list, of either system."""
    return [part.strip() for part in (text or "").replace(",", ";").split(";") if part.strip()]
