"""A story without chance, for crash points: it has a contact, conversions and a clash."""

from __future__ import annotations

from connectors.sandbox.dataverse import DataverseSystem
from connectors.sandbox.finops.actions import convert_prospect
from connectors.sandbox.finops.system import FinopsSystem
from tests.simulation.systems import CRM_PERSON, ERP_PERSON


class Story:
    """What people do in it, chapter by chapter."""

    _crm: DataverseSystem
    _erp: FinopsSystem
    _company: dict[str, str]
    _groups: list[str]

    def story_begins(self) -> None:
        """A prospect on each side."""
        self._crm.create(
            "accounts",
            {
                "name": "Alpha",
                "accountnumber": "S-1",
                "customertypecode": 8,
                "telephone1": "+1 1",
                **self._company,
            },
            CRM_PERSON,
        )
        body = {
            "ProspectId": "S-2",
            "ProspectName": "Beta",
            "ProspectPartyType": "Organization",
            "ProspectRelationTypeId": "Prospect",
        }
        self._erp.create("Prospects", body, ERP_PERSON)

    def story_goes_on(self) -> None:
        """A contact, and a conversion on each side, the CRM's with an edit in the same moment."""
        (account,) = self._crm.list("accounts", filter="accountnumber eq 'S-1'")
        self._crm.create(
            "contacts",
            {
                "firstname": "Ann",
                "lastname": "One",
                "parentcustomerid_account@odata.bind": f"/accounts({account['accountid']})",
            },
            CRM_PERSON,
        )
        body = {
            "customertypecode": 3,
            "name": "Alpha Ltd",
            "description": "typed before",
            "msdyn_customergroupid@odata.bind": self._groups[0],
        }
        self._crm.update("accounts", account["accountid"], body, CRM_PERSON)
        convert_prospect(self._erp, {"company": "USMF", "number": "S-2"}, ERP_PERSON)

    def story_clashes(self) -> None:
        """Both sides edit the same field, and one more each."""
        (account,) = self._crm.list("accounts", filter="accountnumber eq 'S-1'")
        body = {"description": "by the CRM", "creditlimit": 5000}
        self._crm.update("accounts", account["accountid"], body, CRM_PERSON)
        key = {"dataAreaId": "usmf", "CustomerAccount": "S-1"}
        body = {"SalesMemo": "by the ERP", "CreditRating": "A"}
        self._erp.update("CustomersV3", key, body, ERP_PERSON)
