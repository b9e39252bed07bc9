"""Where an order stands: the status of its lines, of the whole, and what integrations see of it.

Source: dual-write, order status in prospect-to-cash: the processing status follows from the
order's status and the latest document that was posted of it, which never goes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from connectors.sandbox.finops.enums import ENUMS
from connectors.sandbox.finops.logic.documents.kinds import ORDER
from connectors.sandbox.finops.logic.documents.money import ZERO
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

PROCESSING: Final[Mapping[tuple[str, str], str]] = {
    ("Backorder", "None"): "Active",
    ("Backorder", "Confirmation"): "Confirmed",
    ("Backorder", "PickingList"): "Picked",
    ("Backorder", "PackingSlip"): "PartiallyDelivered",
    ("Backorder", "Invoice"): "PartiallyInvoiced",
    ("Delivered", "PackingSlip"): "Delivered",
    ("Delivered", "Invoice"): "DeliveredPartiallyInvoiced",
    ("Invoiced", "Invoice"): "Invoiced",
    **{("Canceled", document): "Canceled" for document in ENUMS["SalesDocumentStatus"]},
}
"""Status and document status of an order to its processing status."""
_ORDER: Final = ENUMS["SalesDocumentStatus"]


def line_status(line: Mapping[str, Any]) -> str:
    """The status of an order line by its quantities; a canceled line stays canceled."""
    if line.get("status") == "Canceled":
        return "Canceled"
    ordered, delivered = line.get("quantity", ZERO), line.get("delivered", ZERO)
    if delivered < ordered or not ordered:
        return "Backorder"
    return "Invoiced" if line.get("invoiced", ZERO) >= delivered else "Delivered"


def order_status(lines: Iterable[Mapping[str, Any]]) -> str:
    """The status of an order by its lines: as far as the one that is least far."""
    found = [str(line.get("status", "None")) for line in lines]
    live = {status for status in found if status != "Canceled"}
    if found and not live:
        return "Canceled"
    for status in ("Backorder", "Delivered", "Invoiced"):
        if status in live:
            return status
    return "Backorder"


def later_document(one: str, other: str) -> str:
    """The further one of two document statuses."""
    return max(one, other, key=_ORDER.index)


def settle(work: Work, order: Row, document: str = "None") -> Row:
    """Bring the statuses of an order and its lines up to date.

    Args:
        work: the write in progress.
        order: the order; an older image of it will do.
        document: what was just posted of it.

    Returns:
        the order as it now is.
    """
    current = work.db.get(ORDER.table, order["company"], order["number"]) or order
    lines = [
        work.db.update(ORDER.lines, line, {"status": line_status(line)})
        for line in ORDER.lines_of(work.db, current)
    ]
    posted = later_document(current.get("document", "None"), document)
    status = "Canceled" if current.get("status") == "Canceled" else order_status(lines)
    if status in ("Delivered", "Invoiced"):
        posted = later_document(posted, "PackingSlip")
    return work.db.update(
        ORDER.table,
        current,
        {"status": status, "document": posted, "processing": PROCESSING[status, posted]},
    )
