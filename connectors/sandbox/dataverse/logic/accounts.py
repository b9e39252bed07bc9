"""Accounts: implicit party, names kept equal, no way back from customer to prospect.

Source: dual-write party and global address book (implicit parties, name copies); conversion in one
direction only.
"""

from __future__ import annotations

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.work import Work

CUSTOMER = 3
PROSPECT = 8
ORGANIZATION = 192350002


@RULES.on("before", "account")
def refuse_way_back(work: Work) -> None:
    """A person cannot make a customer a prospect again; the integration user is not bound."""
    if (
        work.before is not None
        and not work.context.caller.is_integration
        and work.before["customertypecode"] == CUSTOMER
        and work.row["customertypecode"] == PROSPECT
    ):
        raise refusals.business(
            f"Account {work.row['accountnumber'] or work.row_id} is a customer and cannot become a "
            "prospect again."
        )


@RULES.on("before", "account")
def take_party(work: Work) -> None:
    """With the address book every account has a party: the given one, else a new one."""
    if not work.gab:
        return
    party = work.other("msdyn_party", work.row["_msdyn_partyid_value"])
    if party is not None:
        if work.changed("_msdyn_partyid_value") and party["msdyn_name"]:
            work.row["name"] = party["msdyn_name"]
    elif work.new:
        made = work.insert(
            "msdyn_party",
            {
                "msdyn_partytype": ORGANIZATION,
                "msdyn_organizationname": work.row["name"],
                "_ownerid_value": work.row["_ownerid_value"],
            },
        )
        work.row["_msdyn_partyid_value"] = made["msdyn_partyid"]


@RULES.on("after", "account")
def name_party(work: Work) -> None:
    """A renamed account renames its party."""
    if work.gab and work.changed("name") and work.row["_msdyn_partyid_value"] is not None:
        work.change(
            "msdyn_party",
            work.row["_msdyn_partyid_value"],
            {"msdyn_organizationname": work.row["name"]},
        )
