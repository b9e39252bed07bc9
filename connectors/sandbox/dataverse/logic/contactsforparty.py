"""Contact for party: its number, its contact row, and the account's primary contact.

Source: dual-write party and global address book (contact person of an organisation: company blank,
not sellable, named from the party).
"""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.parties import PERSON, person_names
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work


@RULES.on("before", "msdyn_contactforparty")
def number_contact_for_party(work: Work) -> None:
    """A contact for party without a number draws one."""
    if work.new and work.row["msdyn_contactforpartynumber"] is None:
        work.row["msdyn_contactforpartynumber"] = work.draw("CCP")


@RULES.on("after", "msdyn_contactforparty")
def make_contact(work: Work) -> None:
    """The contact row of a person that has none yet: without company, named from the party."""
    if not work.gab or not work.changed("_msdyn_contactpartyid_value"):
        return
    party = work.other("msdyn_party", work.row["_msdyn_contactpartyid_value"])
    if party is None or party["msdyn_partytype"] != PERSON:
        return
    if not work.where("contact", _msdyn_partyid_value=party["msdyn_partyid"]):
        work.insert(
            "contact",
            {
                **person_names(party),
                "_msdyn_partyid_value": party["msdyn_partyid"],
                "_ownerid_value": work.row["_ownerid_value"],
                "msdyn_sellable": False,
            },
        )


@RULES.on("after", "msdyn_contactforparty")
def become_primary(work: Work) -> None:
    """The first contact of an account or person without a primary contact becomes it."""
    names = ("_msdyn_associatedpartyid_value", "_msdyn_associatedcompanyid_value")
    if not work.gab or not work.changed(*names):
        return
    party, company = (work.row[name] for name in names)
    if party is None or company is None:
        return
    for table, id_column in (("account", "accountid"), ("contact", "contactid")):
        for row in work.where(table, _msdyn_partyid_value=party, _msdyn_company_value=company):
            if row["_msdyn_primarycontact_value"] is None:
                work.change(table, row[id_column], {"_msdyn_primarycontact_value": work.row_id})
