"""An account that gets its company late takes its contacts along.

An account that is born of a lead has no company; once somebody makes it a prospect or customer of
one, its people are that company's contact persons, as if they had been added afterwards.

Source: dual-write customer mapping (contacts without the address book), party and global address
book (contact for party belongs to the account's company).
"""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

_COMPANY = "_msdyn_company_value"


@RULES.on("after", "account")
def take_people_along(work: Work) -> None:
    """The people of an account without a company follow it into its first one."""
    row, before = work.row, work.before
    if before is None or before[_COMPANY] is not None or row[_COMPANY] is None:
        return
    if work.gab:
        _associate(work)
        return
    for contact in work.where("contact", _parentcustomerid_value=work.row_id):
        if contact[_COMPANY] is None and not contact["msdyn_isprospect"]:
            values = {_COMPANY: row[_COMPANY]}
            if contact["msdyn_contactfor"] is None:
                values["msdyn_contactfor"] = "Customer"
            if contact["msdyn_contactpersonid"] is None:
                values["msdyn_contactpersonid"] = work.draw("CCP")
            work.change("contact", contact["contactid"], values)


def _associate(work: Work) -> None:
    party = work.row["_msdyn_partyid_value"]
    if party is None:
        return
    for found in work.where("msdyn_contactforparty", _msdyn_associatedpartyid_value=party):
        if found["_msdyn_associatedcompanyid_value"] is None:
            values = {"_msdyn_associatedcompanyid_value": work.row[_COMPANY]}
            work.change("msdyn_contactforparty", found["msdyn_contactforpartyid"], values)
