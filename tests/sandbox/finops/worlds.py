"""Short ways to say what a person does in the ERP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller

PERSON = Caller("person", "app-person", is_integration=False, object_id="oid-person")
SERVICE = Caller("service", "app-service", is_integration=True, object_id="oid-service")
START = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **units: float) -> None:
        self.now += timedelta(**units)


class World:
    """An ERP and a person in it."""

    def __init__(self, storage: Storage | None = None) -> None:
        self.clock = Clock()
        self.system = FinopsSystem(storage or Storage(), clock=self.clock)

    def create(self, set_name: str, **body: Any) -> dict[str, Any]:
        return self.system.create(set_name, body, PERSON)

    def prospect(self, name: str = "Alpha Ltd", **body: Any) -> dict[str, Any]:
        return self.create(
            "Prospects",
            **{
                "dataAreaId": "usmf",
                "ProspectName": name,
                "ProspectPartyType": "Organization",
                "ProspectRelationTypeId": "Prospect",
                **body,
            },
        )

    def customer(self, name: str = "Gamma", **body: Any) -> dict[str, Any]:
        return self.create(
            "CustomersV3",
            **{
                "dataAreaId": "usmf",
                "OrganizationName": name,
                "PartyType": "Organization",
                "CustomerGroupId": "20",
                **body,
            },
        )

    def address(self, party: str, street: str, roles: str, **body: Any) -> dict[str, Any]:
        return self.create(
            "PartyLocationPostalAddressesV2",
            **{
                "PartyNumber": party,
                "Street": street,
                "City": "Seattle",
                "CountryRegionId": "USA",
                "Roles": roles,
                **body,
            },
        )

    def contact(self, party: str, first: str, last: str, **body: Any) -> dict[str, Any]:
        return self.create(
            "ContactPersons",
            dataAreaId="usmf",
            FirstName=first,
            LastName=last,
            AssociatedPartyNumber=party,
            **body,
        )

    def update(self, set_name: str, row: dict[str, Any], **body: Any) -> None:
        self.system.update(set_name, self.key(set_name, row), body, PERSON)

    def delete(self, set_name: str, row: dict[str, Any]) -> None:
        self.system.delete(set_name, self.key(set_name, row), PERSON)

    def again(self, set_name: str, row: dict[str, Any]) -> dict[str, Any]:
        found = self.system.get(set_name, self.key(set_name, row))
        assert found is not None
        return found

    def key(self, set_name: str, row: dict[str, Any]) -> dict[str, Any]:
        return {name: row[name] for name in self.system.entity(set_name).keys}

    def convert(self, number: str) -> dict[str, Any]:
        """A conversion as the service makes it: one changeset."""
        key = {"dataAreaId": "usmf", "ProspectId": number}
        prospect = self.system.get("Prospects", key)
        assert prospect is not None
        with self.system.transaction(SERVICE):
            customer = self.system.create(
                "CustomersV3",
                {
                    "dataAreaId": "usmf",
                    "CustomerAccount": number,
                    "PartyNumber": prospect["ProspectPartyNumber"],
                },
                SERVICE,
            )
            self.system.update("Prospects", key, {"ProspectRelationTypeId": "Customer"}, SERVICE)
        return customer

    def next_number(self, datatype: str) -> int:
        for row in self.system.list("NumberSequencesV2References"):
            if row["DataTypeName"] == datatype:
                return int(row["NextNumber"])
        raise LookupError(datatype)


def refused(code: str, text: str = "", status: int = 400) -> Any:
    """Expect a refusal of a class, whose message has a text in it."""
    return _Refused(code, text, status)


class _Refused:
    def __init__(self, code: str, text: str, status: int) -> None:
        self._code, self._text, self._status = code, text, status
        self._raises = pytest.raises(SystemRefusal)

    def __enter__(self) -> None:
        self._info = self._raises.__enter__()

    def __exit__(self, *failure: Any) -> bool:
        held = bool(self._raises.__exit__(*failure))
        refusal = self._info.value
        assert (refusal.code, refusal.status) == (self._code, self._status), refusal.message
        assert self._text in refusal.message
        return held
