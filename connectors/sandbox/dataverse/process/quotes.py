"""Win, close and revise a quote.

Source: Microsoft docs, WinQuote, CloseQuote and ReviseQuote actions; dual-write quote-to-cash
(only the owner acts; a revision is a new draft, the old quote is Closed/Revised).
"""

from __future__ import annotations

import re
from typing import Any, Final

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.logic.documents import QUOTE
from connectors.sandbox.dataverse.logic.quotes import (
    ACTIVE,
    BASED_ON_ORIGIN,
    CLOSED,
    NOT_OWNED,
    ORIGIN_SALES,
    WON,
    out_of_reach,
)
from connectors.sandbox.dataverse.logic.states import state_name
from connectors.sandbox.dataverse.process.act import ACTIONS, NOTHING, Act, Answer
from connectors.sandbox.dataverse.process.copying import copy_document
from connectors.sandbox.dataverse.wiring import Row

_REVISION: Final = re.compile(r"-R\d+$")
_FRESH: Final[dict[str, Any]] = {
    "closedon": None,
    "msdyn_salesquotationstatus": None,
    "_msdyn_generatedsalesordernumber_value": None,
    "msdyn_salesquotationconfirmationdate": None,
}
REVISED: Final = 7


def demand_state(act: Act, quote: Row, *states: int) -> None:
    """Refuse an action on a quote in another state, or one that people leave to the ERP."""
    if act.by_person and out_of_reach(act.system, quote):
        raise refusals.business(NOT_OWNED)
    if quote["statecode"] not in states:
        raise refusals.wrong_state(
            f"{act.name}: quote {quote['msdyn_quotenumber']} is "
            f"{state_name('quote', quote)}; it must be active."
        )


def end_quote(act: Act, quote: Row, state: int, reason: int, activity: dict[str, Any]) -> Row:
    """Close a quote in a state, with the activity that tells of it."""
    act.insert(
        "quoteclose",
        {
            "subject": f"Quote {quote['msdyn_quotenumber']}",
            "actualend": act.system.stamp(),
            "quotenumber": quote["quotenumber"],
            "revision": quote["revisionnumber"],
            **{name: value for name, value in activity.items() if value is not None},
            "_quoteid_value": quote["quoteid"],
            "statecode": 1,
        },
    )
    closed = {"statecode": state, "statuscode": reason, "closedon": act.system.stamp()[:10]}
    return act.change("quote", quote["quoteid"], closed)


@ACTIONS.on("WinQuote")
def win_quote(act: Act) -> Answer:
    """`{"Status": 4, "QuoteClose": {…}}`: the active quote is won."""
    activity = act.closing("QuoteClose", "quoteclose", "quoteid")
    reason = act.status(4)
    quote = act.row("quote", activity["_quoteid_value"])
    demand_state(act, quote, ACTIVE)
    end_quote(act, quote, WON, reason, activity)
    return NOTHING


@ACTIONS.on("CloseQuote")
def close_quote(act: Act) -> Answer:
    """`{"Status": 5 lost | 6 canceled | 7 revised, "QuoteClose": {…}}`: the active quote ends."""
    activity = act.closing("QuoteClose", "quoteclose", "quoteid")
    reason = act.status(REVISED, 5, 6)
    quote = act.row("quote", activity["_quoteid_value"])
    demand_state(act, quote, ACTIVE)
    end_quote(act, quote, CLOSED, reason, activity)
    return NOTHING


@ACTIONS.on("ReviseQuote")
def revise_quote(act: Act) -> Answer:
    """`{"QuoteId": …, "ColumnSet": {…}}`: a new draft with all lines; the old quote is Revised.

    The integration may revise a won quote too: that undoes an order the ERP refuses.
    """
    quote = act.named("QuoteId", "quote")
    demand_state(act, quote, *((ACTIVE,) if act.by_person else (ACTIVE, WON)))
    activity = {"subject": f"Quote {quote['msdyn_quotenumber']} revised"}
    end_quote(act, quote, CLOSED, REVISED, activity)
    revision, number = _next(act, quote)
    draft = copy_document(
        act,
        quote,
        QUOTE,
        QUOTE,
        {
            **_FRESH,
            "msdyn_quotenumber": number,
            "quotenumber": quote["quotenumber"],
            "revisionnumber": revision,
            "msdyn_quotationcreationmethod": ORIGIN_SALES,
            "msdyn_quotationownership": BASED_ON_ORIGIN,
        },
    )
    return Answer((("quote", draft),))


def _next(act: Act, quote: Row) -> tuple[int, str]:
    """The next revision and its number, `<base>-R<n>`: of one base, however often revised."""
    company = quote["_msdyn_company_value"]
    family = [
        row
        for row in act.where("quote", quotenumber=quote["quotenumber"])
        if row["_msdyn_company_value"] == company
    ]
    revision = max((row["revisionnumber"] for row in family), default=0) + 1
    base = _REVISION.sub("", quote["msdyn_quotenumber"] or quote["quotenumber"])
    while act.where("quote", msdyn_quotenumber=f"{base}-R{revision}"):
        revision += 1
    return revision, f"{base}-R{revision}"
