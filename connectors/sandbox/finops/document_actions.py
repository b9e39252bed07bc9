"""What the back office does with quotations and orders in forms of the ERP.

Whoever does it is a person, so that the CRM's ownership of a quotation binds. Every action takes
`company`, `number` and, for the dates of what it posts, an ISO `date`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from connectors.sandbox.finops import actionbodies, refusals
from connectors.sandbox.finops.document_tables import remaining
from connectors.sandbox.finops.logic.documents import invoicing, shipping
from connectors.sandbox.finops.logic.documents.kinds import ORDER, QUOTATION, DocumentKind
from connectors.sandbox.finops.logic.documents.lifecycle import ACTIONS, move
from connectors.sandbox.finops.logic.documents.money import ZERO, cents
from connectors.sandbox.finops.logic.documents.ownership import (
    change_ownership,
    check_action,
    check_editable,
    owner_of,
)
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.kernel.tokens import Caller

Body = Mapping[str, Any]
Answer = dict[str, Any]
Deed = Callable[[Work, Row, Body], Answer]
OWNERSHIPS: Final = {
    "basedonorigin": "BasedOnOrigin",
    "scm": "SCM",
    "supplychainmanagement": "SCM",
    "dynamics365sales": "Dynamics365Sales",
    "sales": "Dynamics365Sales",
}


def _status(status: str) -> Deed:
    """A step of the quotation's life; its button is off when the CRM owns it, wherever it is."""

    def step(work: Work, row: Row, _body: Body) -> Answer:
        check_action(work, row, ACTIONS[status])
        return _quotation(move(work, row, status))

    return step


def _ownership(work: Work, row: Row, body: Body) -> Answer:
    wanted = actionbodies.member(OWNERSHIPS, body.get("ownership", ""), "ownership")
    return _quotation(change_ownership(work, row, wanted))


def _charge(kind: DocumentKind) -> Deed:
    """Charges such as freight, of the document or of one line; entering them anew replaces them."""

    def charge(work: Work, row: Row, body: Body) -> Answer:
        charges = cents(actionbodies.amount(body.get("amount"), "amount"))
        if kind is QUOTATION:
            check_editable(work, row)
        elif row.get("document") == "Invoice" or row["status"] == "Canceled":
            raise refusals.infolog(
                work.row_type,
                "status",
                f"Sales order {row['number']}: charges cannot be changed once it is invoiced or "
                "canceled.",
            )
        if body.get("line") is None:
            row = work.db.update(kind.table, row, {"misc_charges": charges})
        else:
            number = str(actionbodies.line_number(body["line"]))
            line = work.db.get(kind.lines, row["company"], row["number"], number)
            if line is None:
                raise refusals.bad_request(f"{kind.label} {row['number']} has no line {number}.")
            work.db.update(kind.lines, line, {"misc_charges": charges})
        after = recalculate(work, kind, row)
        return {**_name(after), "charges": charges, "total": after.get("total", ZERO)}

    return charge


def _confirm(work: Work, row: Row, _body: Body) -> Answer:
    return _order(shipping.confirm(work, row))


def _pick(work: Work, row: Row, _body: Body) -> Answer:
    return _order(shipping.pick(work, row))


def _pack(work: Work, row: Row, body: Body) -> Answer:
    return _order(shipping.pack(work, row, _quantities(work, row, body)))


def _invoice(work: Work, row: Row, _body: Body) -> Answer:
    posted = invoicing.invoice(work, row)
    after = ORDER.header_of(work, row["company"], row["number"])
    return {
        **_order(after),
        "invoice": posted["invoice"],
        "date": posted["date"],
        "voucher": posted["voucher"],
        "total": posted["total"],
    }


def _cancel(work: Work, row: Row, _body: Body) -> Answer:
    return _order(shipping.cancel(work, row))


def _quantities(work: Work, row: Row, body: Body) -> shipping.Quantities | None:
    """How much of which lines is packed: `lines`, or `quantity` with or without a `line`."""
    listed = body.get("lines")
    if listed is not None:
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
            raise refusals.bad_request("'lines' is a list of objects with 'line' and 'quantity'.")
        found: dict[int, Decimal] = {}
        for item in listed:
            number = actionbodies.line_number(item.get("line"))
            found[number] = actionbodies.amount(item.get("quantity"), "quantity")
        return found
    if body.get("quantity") is None:
        if body.get("line") is None:
            return None
        number = actionbodies.line_number(body["line"])
        left = {line["line"]: line for line in ORDER.lines_of(work.db, row)}
        return {number: remaining(left[number]) if number in left else Decimal(1)}
    quantity = actionbodies.amount(body["quantity"], "quantity")
    if body.get("line") is not None:
        return {actionbodies.line_number(body["line"]): quantity}
    return shipping.spread_quantity(ORDER.lines_of(work.db, row), quantity)


def _name(row: Row) -> Answer:
    return {"company": row["company"], "number": row["number"]}


def _quotation(row: Row) -> Answer:
    return {
        **_name(row),
        "status": row.get("status", "Created"),
        "ownership": row.get("ownership", "BasedOnOrigin"),
        "owner": owner_of(row),
        "order": row.get("order", ""),
    }


def _order(row: Row) -> Answer:
    return {
        **_name(row),
        "status": row["status"],
        "document_status": row.get("document", "None"),
        "processing_status": row.get("processing", "Active"),
    }


_DEEDS: Final[Mapping[str, tuple[DocumentKind, Deed]]] = {
    "send-quotation": (QUOTATION, _status("Sent")),
    "confirm-quotation": (QUOTATION, _status("Confirmed")),
    "lose-quotation": (QUOTATION, _status("Lost")),
    "cancel-quotation": (QUOTATION, _status("Cancelled")),
    "change-quotation-ownership": (QUOTATION, _ownership),
    "charge-quotation": (QUOTATION, _charge(QUOTATION)),
    "confirm-order": (ORDER, _confirm),
    "pick-order": (ORDER, _pick),
    "pack-order": (ORDER, _pack),
    "invoice-order": (ORDER, _invoice),
    "cancel-order": (ORDER, _cancel),
    "charge-order": (ORDER, _charge(ORDER)),
}
_SETS: Final = {QUOTATION: "CDSSalesQuotationHeaders", ORDER: "CDSSalesOrderHeaders"}


def _action(kind: DocumentKind, deed: Deed) -> Callable[[FinopsSystem, Body, Caller], Answer]:
    def act(system: FinopsSystem, body: Body, caller: Caller) -> Answer:
        company, number = (
            actionbodies.text(body, "company").lower(),
            actionbodies.text(body, "number"),
        )
        with system.transaction(caller):
            work = system.work(_SETS[kind], caller, actionbodies.day(body))
            row = system.db.get(kind.table, company, number)
            if row is None:
                raise refusals.nothing_to_update()
            return deed(work, row, body)

    return act


DOCUMENT_ACTIONS: Final = {name: _action(*deed) for name, deed in _DEEDS.items()}
"""The actions by name; each takes the system, the body and the person."""
