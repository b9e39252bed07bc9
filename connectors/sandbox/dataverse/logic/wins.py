"""A won quote wins its opportunity. Source: prospect-to-cash, quote and opportunity are closed."""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.quotes import WON
from connectors.sandbox.dataverse.logic.rules import RULES
from connectors.sandbox.dataverse.logic.states import states_changed
from connectors.sandbox.dataverse.logic.work import Work

_OPEN = 0


@RULES.on("after", "quote")
def win_opportunity(work: Work) -> None:
    """The open opportunity of a quote that is won now is won as well, with the quote's amount."""
    opportunity = work.other("opportunity", work.row["_opportunityid_value"])
    if opportunity is None or opportunity["statecode"] != _OPEN or work.row["statecode"] != WON:
        return
    if not states_changed(work):
        return
    amount = work.row["totalamount"]
    work.insert(
        "opportunityclose",
        {
            "subject": f"Won with quote {work.row['msdyn_quotenumber']}",
            "actualend": work.system.stamp(),
            "actualrevenue": amount,
            "_opportunityid_value": opportunity["opportunityid"],
            "_transactioncurrencyid_value": opportunity["_transactioncurrencyid_value"],
            "statecode": 1,
        },
    )
    work.change(
        "opportunity",
        opportunity["opportunityid"],
        {
            "statecode": 1,
            "statuscode": 3,
            "actualvalue": amount,
            "actualclosedate": work.system.stamp()[:10],
        },
    )
