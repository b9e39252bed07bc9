"""A small CRM for tests: two callers, one company, a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.sandbox.dataverse import DataverseSystem, seed_system, user_id_of
from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.kernel.tokens import Caller

SERVICE = Caller(user_id_of("service"), "service", True, "oid-service")
PERSON = Caller(user_id_of("person"), "person", False, "oid-person")
USMF = "/cdm_companies(cdm_companycode='USMF')"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class World:
    """A seeded organisation and what happened in it."""

    system: DataverseSystem
    clock: Clock
    events: list[RowEvent]

    def person(self, entity_set: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.system.create(entity_set, body, PERSON)

    def service(self, entity_set: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.system.create(entity_set, body, SERVICE)

    def account(self, name: str = "Beta Inc", **more: Any) -> dict[str, Any]:
        body = {"name": name, "customertypecode": 8, "msdyn_company@odata.bind": USMF, **more}
        return self.person("accounts", body)

    def contact_of(self, account: dict[str, Any], **more: Any) -> dict[str, Any]:
        bind = {"parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})"}
        return self.person("contacts", {"firstname": "Bob", "lastname": "Cee", **bind, **more})

    def again(self, entity_set: str, row: dict[str, Any]) -> dict[str, Any]:
        id_column = next(name for name in row if name.endswith("id") and not name.startswith("_"))
        return self.system.get(entity_set, row[id_column])


def world(*, gab: bool = True) -> World:
    """A new seeded organisation; its seeding is not among the events."""
    clock, events = Clock(), list[RowEvent]()
    system = DataverseSystem(Storage(), gab=gab, clock=clock)
    seed_system(system, [SERVICE, PERSON])
    system.on_event(events.extend)
    return World(system, clock, events)
