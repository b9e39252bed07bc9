"""Every transition of a quote, by either owner, in both variants, and what others are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.sandbox.kernel.errors import SystemRefusal
from tests.engine.desk import Desk
from tests.engine.standing import ORIGINS, OWNERSHIPS, at_rest, quote_stands

Deed = Callable[[Desk, str], object]

DEEDS: dict[str, dict[str, Deed]] = {
    "crm": {
        "send": lambda desk, number: desk.activate(desk.quote_of(number)),
        "lose": lambda desk, number: desk.close(desk.quote_of(number), 5),
        "cancel": lambda desk, number: desk.close(desk.quote_of(number), 6),
        "revise": lambda desk, number: desk.revise(desk.quote_of(number)),
        "win": lambda desk, number: desk.win(desk.quote_of(number)),
        "order": lambda desk, number: desk.create_order(desk.quote_of(number)),
        "delete": lambda desk, number: desk.delete("quotes", desk.quote_of(number)),
        "edit": lambda desk, number: desk.edit("quotes", desk.quote_of(number), name="Mine"),
        "add line": lambda desk, number: desk.add_line(desk.quote_of(number), 9),
    },
    "erp": {
        "send": lambda desk, number: desk.act("send-quotation", number),
        "lose": lambda desk, number: desk.act("lose-quotation", number),
        "cancel": lambda desk, number: desk.act("cancel-quotation", number),
        "confirm": lambda desk, number: desk.act("confirm-quotation", number),
        "delete": lambda desk, number: desk.delete_quotation(number),
        "edit": lambda desk, number: desk.edit_quotation(number, SalesQuotationName="Mine"),
        "add line": lambda desk, number: desk.add_quotation_line(number, 9),
    },
}
"""What people do, by the side where they do it."""
ENDS = {"send": "sent", "lose": "lost", "cancel": "cancelled", "revise": "revised"}
OVER = {
    "lose": "lost",
    "cancel": "cancelled",
    "revise": "revised",
    "win": "confirmed",
    "confirm": "confirmed",
}
# (made in, handed over to, owner): an ownership that names a side counts more than the origin.
OWNERS = [
    ("crm", None, "crm"),
    ("erp", None, "erp"),
    ("crm", "SCM", "erp"),
    ("erp", "Dynamics365Sales", "crm"),
]


def make(desk: Desk, made_in: str) -> str:
    """A quote with two lines for the prospect; returns its number."""
    if made_in == "crm":
        return desk.number(desk.quote(desk.account_id(), 3, 5))
    return desk.quotation(None, 3, 5, ProspectId="CRMP-001")


async def made(desk: Desk, made_in: str, handed: str | None, *steps: str) -> str:
    """A quote that both sides have, owned as said, after these steps of its owner."""
    number = make(desk, made_in)
    await desk.bench.run()
    owner = made_in
    if handed is not None:
        desk.act("change-quotation-ownership", number, ownership=handed)
        await desk.bench.run()
        owner = "crm" if handed == "Dynamics365Sales" else "erp"
    for step in steps:
        DEEDS[owner][step](desk, number)
        await desk.bench.run()
    return number


def told_owner(desk: Desk, number: str, made_in: str, handed: str | None) -> None:
    """Origin and ownership are the ERP's on both sides, and the origin never changes."""
    quote, there = desk.row("quotes", desk.quote_of(number)), desk.erp_quotation(number)
    assert there is not None
    copy, origin = ORIGINS[made_in]
    assert there["SalesQuotationHeaderCreationMethod"] == origin
    assert quote["msdyn_quotationcreationmethod"] == copy
    assert there["SalesQuotationOwnership"] == (handed or "BasedOnOrigin")
    assert quote["msdyn_quotationownership"] == OWNERSHIPS[handed or "BasedOnOrigin"]


@pytest.mark.parametrize("made_in", ["crm", "erp"])
async def test_q1_q2_a_quote_crosses_as_a_draft(both: Desk, made_in: str) -> None:
    number = await made(both, made_in, None)
    quote_stands(both, number, "draft")
    told_owner(both, number, made_in, None)
    await at_rest(both)


@pytest.mark.parametrize(
    ("made_in", "handed", "owner", "deed"),
    [(*row, deed) for row in OWNERS for deed in ENDS if deed in DEEDS[row[2]]],
)
async def test_q3_to_q7_and_q10_the_owner_moves_it(
    both: Desk, made_in: str, handed: str | None, owner: str, deed: str
) -> None:
    steps = [deed] if deed == "send" else ["send", deed]
    number = await made(both, made_in, handed, *steps)
    quote_stands(both, number, ENDS[deed])
    told_owner(both, number, made_in, handed)
    await at_rest(both)


@pytest.mark.parametrize(("made_in", "handed"), [("erp", None), ("crm", "SCM")])
@pytest.mark.parametrize("deed", ["lose", "cancel"])
async def test_q10_the_erp_ends_a_draft_at_once(
    both: Desk, made_in: str, handed: str | None, deed: str
) -> None:
    number = await made(both, made_in, handed, deed)
    quote_stands(both, number, ENDS[deed])
    await at_rest(both)


@pytest.mark.parametrize(("made_in", "handed", "owner"), OWNERS)
async def test_q8_q9_the_owner_orders(
    both: Desk, made_in: str, handed: str | None, owner: str
) -> None:
    number = await made(both, made_in, handed, "send")
    if owner == "erp":
        with pytest.raises(SystemRefusal, match="its account type is Prospect"):
            both.act("confirm-quotation", number)
        both.act("convert-prospect", number)
        await both.bench.run()
        quote_stands(both, number, "sent")
        both.act("confirm-quotation", number)
    else:
        both.create_order(both.quote_of(number))
    await both.bench.run()
    quote = quote_stands(both, number, "confirmed")
    told_owner(both, number, made_in, handed)
    there = both.erp_quotation(number)
    assert there is not None
    order = both.erp_order(there["GeneratedSalesOrderNumber"])
    assert order is not None
    assert order["SalesOrderProcessingStatus"] == "Active"
    (own,) = both.find("salesorders", msdyn_salesordernumber=order["SalesOrderNumber"])
    assert quote["_msdyn_generatedsalesordernumber_value"] == own["salesorderid"]
    assert (own["statecode"], own["statuscode"]) == (0, 1)
    assert own["msdyn_processingstatus"] == 192350000
    assert both.row("accounts", both.account_id())["customertypecode"] == 3
    journals = both.erp.db.find("quotation_confirmation", "number", number)
    assert len(journals) == 1
    await at_rest(both)


# What the owner's counterpart is refused, in which words. Source: what each side may do.
NOT_OWNED = "This quote is not owned by Dynamics 365 Sales"
ACTIVE = "Read-only This record's status: Active"
REFUSED = [
    ("crm", "erp", "draft", "send", r"is owned by Dynamics 365 Sales\. Send quotation is not"),
    ("crm", "erp", "draft", "lose", r"is owned by Dynamics 365 Sales\. Lose quotation is not"),
    ("crm", "erp", "draft", "cancel", r"is owned by Dynamics 365 Sales\. Cancel quotation is not"),
    ("crm", "erp", "draft", "confirm", r"is owned by Dynamics 365 Sales\. Confirm is not"),
    ("crm", "erp", "draft", "delete", r"is owned by Dynamics 365 Sales\. Delete is not"),
    ("crm", "erp", "sent", "lose", r"is owned by Dynamics 365 Sales\. Lose quotation is not"),
    ("crm", "erp", "sent", "cancel", r"is owned by Dynamics 365 Sales\. Cancel quotation is not"),
    ("crm", "erp", "sent", "confirm", r"is owned by Dynamics 365 Sales\. Confirm is not"),
    ("crm", "erp", "sent", "delete", r"is owned by Dynamics 365 Sales\. Delete is not"),
    ("crm", "erp", "sent", "edit", "is read-only: its status is Sent"),
    ("crm", "erp", "sent", "add line", "is read-only: its status is Sent"),
    ("crm", "crm", "sent", "edit", ACTIVE),
    ("crm", "crm", "sent", "add line", ACTIVE),
    ("crm", "crm", "sent", "delete", ACTIVE),
    ("erp", "crm", "draft", "send", NOT_OWNED),
    ("erp", "crm", "draft", "delete", NOT_OWNED),
    ("erp", "crm", "draft", "lose", NOT_OWNED),
    ("erp", "crm", "draft", "revise", NOT_OWNED),
    ("erp", "crm", "draft", "order", NOT_OWNED),
    ("erp", "crm", "sent", "lose", NOT_OWNED),
    ("erp", "crm", "sent", "cancel", NOT_OWNED),
    ("erp", "crm", "sent", "revise", NOT_OWNED),
    ("erp", "crm", "sent", "win", NOT_OWNED),
    ("erp", "crm", "sent", "order", NOT_OWNED),
    ("erp", "crm", "sent", "delete", NOT_OWNED),
    ("erp", "crm", "sent", "edit", f"{ACTIVE}. {NOT_OWNED}"),
    ("erp", "crm", "sent", "add line", f"{ACTIVE}. {NOT_OWNED}"),
]


@pytest.mark.parametrize("owner", ["crm", "erp"])
@pytest.mark.parametrize("state", ["draft", "sent"])
async def test_q13_others_are_refused(both: Desk, owner: str, state: str) -> None:
    rows = [row for row in REFUSED if (row[0], row[2]) == (owner, state)]
    assert rows
    number = await made(both, owner, None, *(["send"] if state == "sent" else []))
    for _, side, _, deed, text in rows:
        with pytest.raises(SystemRefusal, match=text):
            DEEDS[side][deed](both, number)
    await both.bench.run()
    quote_stands(both, number, state)
    await at_rest(both)


@pytest.mark.parametrize(
    ("owner", "end"),
    [(owner, end) for owner in DEEDS for end in OVER if end in DEEDS[owner]],
)
async def test_an_ended_quote_is_moved_by_nobody(desk: Desk, owner: str, end: str) -> None:
    if OVER[end] == "confirmed":
        desk.act("convert-prospect", "CRMP-001")
        await desk.bench.run()
    number = await made(desk, owner, None, "send", end)
    state = OVER[end]
    quote_stands(desk, number, state)
    for side in ("crm", "erp"):
        for deed in [deed for deed in ("send", *OVER) if deed in DEEDS[side]]:
            if side == "erp" and OVER.get(deed) == state:
                continue  # It is there already: nothing happens.
            with pytest.raises(SystemRefusal):
                DEEDS[side][deed](desk, number)
    quote_stands(desk, number, state)
    await at_rest(desk)
