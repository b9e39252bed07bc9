"""What installing party and global address book does to the accounts and contacts that are there.

Every account and contact that has a party number gets the party of that number. A contact person
becomes a contact for party under its own number, and the primary contact stays it. Rows without a
party number are left as they are. Postal and electronic addresses come with the parties, from the
ERP. A contact keeps its company: once saved, no row may change it.

Source: dual-write, upgrade to the party and global address book model (every record that is to be
upgraded has a party number, records without one are ignored).
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.dataverse.logic.accounts import ORGANIZATION
from connectors.sandbox.dataverse.logic.parties import PERSON
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.dataverse.writing import Context

_NAMES = ("firstname", "middlename", "lastname")


def adopt_parties(system: DataverseSystem, context: Context) -> int:
    """Give accounts and contacts their parties; how many rows got one.

    Args:
        system: the organisation, with party and global address book.
        context: who installs it.
    """
    adoption = _Adoption(system, context)
    with system.transaction():
        for account in list(system.storage.rows("account").values()):
            names = {"msdyn_organizationname": account["name"], "msdyn_partytype": ORGANIZATION}
            adoption.join("account", account, names)
        contacts = list(system.storage.rows("contact").values())
        for contact in contacts:
            names = {f"msdyn_{name}": contact[name] for name in _NAMES}
            adoption.join("contact", contact, {**names, "msdyn_partytype": PERSON})
        for contact in contacts:
            adoption.become_contact_for_party(contact["contactid"])
    return adoption.joined


class _Adoption:
    def __init__(self, system: DataverseSystem, context: Context) -> None:
        self._system, self._context = system, context
        self.joined = 0

    def join(self, table: str, row: Row, party: dict[str, Any]) -> None:
        """Let a row point to the party of its number, which is made when there is none."""
        number = row["msdyn_partynumber"]
        if number is None or row["_msdyn_partyid_value"] is not None:
            return
        found = self._system.indexes.find("msdyn_party", ("msdyn_partynumber",), (number,))
        if found:
            party_id = found[0]
        else:
            owner = {"_ownerid_value": row["_ownerid_value"]}
            values = {"msdyn_partynumber": number, **party, **owner}
            made = self._system.writer.insert("msdyn_party", values, self._context)
            party_id = made["msdyn_partyid"]
        self._change(table, row[f"{table}id"], {"_msdyn_partyid_value": party_id})
        self.joined += 1

    def become_contact_for_party(self, contact_id: str) -> None:
        """Join a contact person to the party of the account or person that it is under."""
        contact = self._row("contact", contact_id)
        number, company = contact["msdyn_contactpersonid"], contact["_msdyn_company_value"]
        if number is None or contact["msdyn_sellable"] or contact["msdyn_isprospect"]:
            return
        parent = contact["_parentcustomerid_value"]
        customer = self._system.storage.get("account", parent or "")
        above = customer or self._system.storage.get("contact", parent or "")
        party = contact["_msdyn_partyid_value"]
        if above is None or above["_msdyn_partyid_value"] is None or party is None:
            return
        both = ("_msdyn_contactpartyid_value", "_msdyn_associatedpartyid_value")
        pair = (party, above["_msdyn_partyid_value"])
        if self._system.indexes.find("msdyn_contactforparty", both, pair):
            return
        made = self._system.writer.insert(
            "msdyn_contactforparty",
            {
                "msdyn_contactforpartynumber": number,
                "_msdyn_contactpartyid_value": party,
                "_msdyn_associatedpartyid_value": above["_msdyn_partyid_value"],
                "_msdyn_associatedcompanyid_value": company,
            },
            self._context,
        )
        if customer is not None and customer["_primarycontactid_value"] == contact_id:
            primary = {"_msdyn_primarycontact_value": made["msdyn_contactforpartyid"]}
            self._change("account", customer["accountid"], primary)

    def _row(self, table: str, row_id: str) -> Row:
        row = self._system.storage.get(table, row_id)
        if row is None:
            raise LookupError(f"{table} {row_id} is gone")
        return row

    def _change(self, table: str, row_id: str, values: dict[str, Any]) -> None:
        self._system.writer.change(table, row_id, values, self._context)
