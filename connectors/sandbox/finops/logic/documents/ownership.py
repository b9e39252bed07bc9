"""Who owns a quotation, and what its owner leaves to people of the ERP.

Source: dual-write, add efficiency in quote-to-cash, origin, ownership and what each side may do.
"""

from __future__ import annotations

from typing import Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.features import LIFECYCLE, is_on
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

SALES: Final = "Dynamics365Sales"
SCM: Final = "SCM"
BY_ORIGIN: Final = "BasedOnOrigin"
_NAMES: Final = {SALES: "Dynamics 365 Sales", SCM: "Supply Chain Management"}
_EDITABLE: Final = frozenset(
    {
        ("Created", SALES),
        ("Created", SCM),
        ("Sent", SCM),
        ("Lost", SALES),
        ("Lost", SCM),
        ("Cancelled", SALES),
        ("Cancelled", SCM),
    }
)
"""Status and owner with which people of the ERP may edit a quotation and its lines."""
_CHANGEABLE: Final = ("Created", "Sent")


def owner_of(quotation: Row) -> str:
    """The effective owner: the ownership, or the origin when it is based on that."""
    ownership = quotation.get("ownership", BY_ORIGIN)
    return str(quotation.get("origin", SCM) if ownership == BY_ORIGIN else ownership)


def settle_origin(work: Work, company: str) -> dict[str, str]:
    """Origin and ownership of a new quotation: who inserts it, and the parameter."""
    if not is_on(work.db, LIFECYCLE):
        return {"origin": SCM, "ownership": BY_ORIGIN}
    return {
        "origin": SALES if work.by_integration else SCM,
        "ownership": work.parameters(company).get("default_ownership", BY_ORIGIN),
    }


def check_editable(work: Work, quotation: Row) -> None:
    """Refuse a person's edit of a quotation, or of its lines, that its state or owner forbids."""
    if work.by_integration:
        return
    status, owner = quotation.get("status", "Created"), owner_of(quotation)
    if not is_on(work.db, LIFECYCLE):
        owner = SCM
    if (status, owner) not in _EDITABLE:
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"Sales quotation {quotation['number']} is read-only: its status is {status} and its "
            f"owner is {_NAMES[owner]}.",
        )


def check_action(work: Work, quotation: Row, action: str, verb: str = "Write") -> None:
    """Refuse a person's lifecycle action on a quotation that the CRM owns."""
    if work.by_integration or not is_on(work.db, LIFECYCLE):
        return
    if owner_of(quotation) == SALES:
        raise refusals.infolog(
            work.row_type,
            "owner",
            f"Sales quotation {quotation['number']} is owned by Dynamics 365 Sales. "
            f"{action} is not allowed in Supply Chain Management.",
            verb=verb,
        )


def check_deletable(work: Work, quotation: Row) -> None:
    """Refuse to delete a quotation that is not its owner's to delete, or that was posted."""
    check_action(work, quotation, "Delete", "Delete")
    status = quotation.get("status", "Created")
    if status == "Confirmed" or (status != "Created" and not work.by_integration):
        raise refusals.infolog(
            work.row_type,
            "in-use",
            f"Sales quotation {quotation['number']} has the status {status} and cannot be deleted.",
            verb="Delete",
        )


def change_ownership(work: Work, quotation: Row, ownership: str) -> Row:
    """Give a quotation another ownership, and note it.

    Raises:
        SystemRefusal: the lifecycle is not integrated, or the quotation is neither created nor
            sent.
    """
    number, status = quotation["number"], quotation.get("status", "Created")
    if not is_on(work.db, LIFECYCLE):
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"The ownership of sales quotation {number} cannot be changed: quotation lifecycles "
            "are not integrated with Dynamics 365 Sales.",
        )
    if status not in _CHANGEABLE:
        raise refusals.infolog(
            work.row_type,
            "frozen",
            f"The ownership of sales quotation {number} cannot be changed: its status is {status}, "
            "and only created and sent quotations change hands.",
        )
    before = quotation.get("ownership", BY_ORIGIN)
    if before == ownership:
        return quotation
    entries = [
        row
        for row in work.db.find("ownership_log", "number", number)
        if row["company"] == quotation["company"]
    ]
    work.db.insert(
        "ownership_log",
        {
            "company": quotation["company"],
            "number": number,
            "entry": len(entries) + 1,
            "before": before,
            "after": ownership,
            "changed": work.now(),
            "user": work.caller.user_id,
        },
    )
    return work.db.update(QUOTATION.table, quotation, {"ownership": ownership})
