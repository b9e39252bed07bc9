"""A bench with persons: what people do with contacts that are prospects and customers."""

from __future__ import annotations

from typing import Any

from sync.core.row import RowRef, Side
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON


class People(Bench):
    """A bench with persons."""

    def new_person(self, first: str | None, last: str | None, **more: Any) -> str:
        body = {"firstname": first, "lastname": last, "msdyn_isprospect": True}
        row_id: str = self.crm.create("contacts", {**body, **self._company, **more}, CRM_PERSON)[
            "contactid"
        ]
        return row_id

    def edit_person(self, row_id: str, **values: Any) -> None:
        self.crm.update("contacts", row_id, values, CRM_PERSON)

    def person(self, row_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.crm.get("contacts", row_id)
        return found

    def contact(self, number: str) -> dict[str, Any]:
        """The person of a number."""
        (row,) = self.crm.list("contacts", filter=f"msdyn_contactpersonid eq '{number}'")
        return dict(row)

    def make_customer(self, row_id: str, group: str | None) -> None:
        """A person sets Is Customer to Yes, with a group or without one."""
        picked = {"msdyn_customergroupid@odata.bind": self.group(group)} if group else {}
        self.edit_person(row_id, msdyn_sellable=True, **picked)

    @property
    def company(self) -> dict[str, str]:
        return self._company

    def number(self, row_id: str) -> Any:
        return self.person(row_id)["msdyn_contactpersonid"]

    def erp_person(self, number: str, name: str) -> None:
        self.new_prospect(number, name, ProspectPartyType="Person")

    def prospects(self) -> dict[str, str]:
        return {row["ProspectId"]: row["ProspectName"] for row in self.erp.list("Prospects")}

    async def kept(self, row_id: str) -> str | None:
        ref = RowRef(Side.CRM, "contacts", row_id)
        async with self.store.transaction() as tx:
            found = (await tx.reservations([ref])).get(ref)
        return found.number if found else None
