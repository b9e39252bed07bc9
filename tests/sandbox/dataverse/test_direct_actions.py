"""Actions through the connector without HTTP: the same end, in the same change set."""

from __future__ import annotations

from connectors.sandbox.direct_dataverse import DirectDataverse
from sync.core.row import RowRef, Side, TableSpec
from sync.core.write import ChangeSet, Refused, Write, WriteOp, Written
from tests.sandbox.dataverse.worlds import SERVICE, USMF, World, world

QUOTES = TableSpec(Side.CRM, "quotes", ("quoteid",), ("statecode", "statuscode", "name"))


def quote(here: World) -> tuple[RowRef, str]:
    """An active quote, and its version."""
    account = here.account(customertypecode=3)
    bind = {"customerid_account@odata.bind": f"/accounts({account['accountid']})"}
    made = here.service("quotes", {"statecode": 1, "msdyn_Company@odata.bind": USMF, **bind})
    return RowRef(Side.CRM, "quotes", made["quoteid"]), made["@odata.etag"]


def win(ref: RowRef, version: str, name: str) -> ChangeSet:
    """A guarded edit, then the action."""
    return ChangeSet(
        "plan",
        (
            Write(WriteOp.UPDATE, ref, {"name": name}, version),
            Write(WriteOp.ACTION, ref, {}, action="WinQuote", parameters={"Status": 4}),
        ),
    )


async def test_a_change_set_edits_and_wins() -> None:
    here = world()
    ref, version = quote(here)
    crm = DirectDataverse(here.system, {"quotes": QUOTES})
    (outcome,) = await crm.write([win(ref, version, "Won")])
    assert isinstance(outcome, Written)
    images = [row.image for row in outcome.rows if row is not None]
    assert {(image["name"], image["statecode"], image["statuscode"]) for image in images} == {
        ("Won", 2, 4)
    }


async def test_a_refused_action_undoes_the_edit() -> None:
    here = world()
    ref, _ = quote(here)
    crm = DirectDataverse(here.system, {"quotes": QUOTES})
    here.system.update("quotes", ref.row_id, {"statecode": 3}, SERVICE)
    version = here.system.get("quotes", ref.row_id)["@odata.etag"]
    (outcome,) = await crm.write([win(ref, version, "Lost")])
    assert isinstance(outcome, Refused)
    found = here.system.get("quotes", ref.row_id)
    assert (found["name"], found["@odata.etag"]) == (None, version)
