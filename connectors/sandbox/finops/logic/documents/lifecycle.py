"""The life of a quotation: which status follows which, and what each step does.

Source: dual-write, quote transitions; Microsoft docs, sales quotations: sending writes the
quotation journal, confirming the confirmation journal and the sales order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.logic.documents.journals import post
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.documents.orders_from import order_from
from connectors.sandbox.finops.logic.documents.ownership import SALES, check_action, owner_of
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

FROM: Final[Mapping[str, frozenset[str]]] = {
    "Sent": frozenset({"Created"}),
    "Confirmed": frozenset({"Sent"}),
    "Lost": frozenset({"Created", "Sent"}),
    "Cancelled": frozenset({"Created", "Sent"}),
    "Revised": frozenset({"Sent"}),
}
"""Each status that a business action leads to, and where it starts."""
ACTIONS: Final[Mapping[str, str]] = {
    "Sent": "Send quotation",
    "Confirmed": "Confirm",
    "Lost": "Lose quotation",
    "Cancelled": "Cancel quotation",
    "Revised": "Revise",
}
OPEN: Final = frozenset({"Created", "Sent", "Reset", "Modified", "Submitted", "Approved"})
"""The statuses of quotations that are still being worked on."""
_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Confirmed": ("Sent", "Confirmed"),
    "Revised": ("Sent", "Revised"),
}


def arrive(work: Work, quotation: Row, status: str) -> Row:
    """Bring a new quotation to the status that it was given, step by step."""
    for step in _STEPS.get(status, (status,)):
        quotation = move(work, quotation, step)
    return quotation


def move(work: Work, quotation: Row, status: str) -> Row:
    """Do the business action that leads to a status.

    Args:
        work: the write in progress; its day dates the journals.
        quotation: the quotation.
        status: where it is to go; where it is already, nothing happens.

    Returns:
        the quotation as it now is.

    Raises:
        SystemRefusal: that status does not follow, the CRM owns the quotation, or it is to be
            confirmed for a prospect.
    """
    current = quotation.get("status", "Created")
    if status == current:
        return quotation
    number = quotation["number"]
    if status in ACTIONS:
        check_action(work, quotation, ACTIONS[status])
    if current not in FROM.get(status, frozenset()):
        raise refusals.infolog(
            work.row_type,
            "status",
            f"Sales quotation {number} has the status {current}, which cannot become {status}.",
        )
    changes: dict[str, str] = {"status": status}
    if status == "Sent":
        post(work, "quotation_journal", quotation)
    elif status == "Confirmed":
        if not quotation.get("customer"):
            raise refusals.infolog(
                work.row_type,
                "rule",
                f"Sales quotation {number} cannot be confirmed: its account type is Prospect. "
                f"Convert prospect {quotation.get('prospect', '')} to a customer first.",
            )
        post(work, "quotation_confirmation", quotation)
        changes["confirmed"] = work.today()
    after = work.db.update(QUOTATION.table, quotation, changes)
    for line in QUOTATION.lines_of(work.db, after):
        work.db.update(QUOTATION.lines, line, {"status": status})
    if status == "Confirmed" and owner_of(after) != SALES and not after.get("order"):
        order = order_from(work, after)
        after = work.db.update(QUOTATION.table, after, {"order": order["number"]})
    return after
