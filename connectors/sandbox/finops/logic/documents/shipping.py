"""What the back office does with an order before its invoice: confirm, pick, pack, cancel.

Source: Microsoft docs, sales order posting; dual-write, order status in prospect-to-cash.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.document_tables import remaining
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.documents.journals import post
from connectors.sandbox.finops.logic.documents.kinds import ORDER
from connectors.sandbox.finops.logic.documents.money import ZERO
from connectors.sandbox.finops.logic.documents.processing import settle
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row

Quantities = Mapping[int, Decimal]


def confirm(work: Work, order: Row) -> Row:
    """Confirm an open order: the dates that were asked for are promised."""
    _check_open(work, order, "confirmed")
    for table, row in (
        (ORDER.table, order),
        *((ORDER.lines, line) for line in ORDER.lines_of(work.db, order)),
    ):
        dates = {
            f"confirmed_{what}": row[f"requested_{what}"]
            for what in ("shipping", "receipt")
            if row.get(f"confirmed_{what}", EMPTY_DATE) == EMPTY_DATE
            and row.get(f"requested_{what}")
        }
        work.db.update(table, row, dates)
    post(work, "order_confirmation", order)
    return settle(work, order, "Confirmation")


def pick(work: Work, order: Row) -> Row:
    """Write the picking list of what is still to be delivered."""
    _check_open(work, order, "picked")
    picked = False
    for line in ORDER.lines_of(work.db, order):
        left = remaining(line)
        if left and line.get("stopped") != "Yes":
            work.db.update(ORDER.lines, line, {"picked": left})
            picked = True
    if not picked:
        raise _nothing(work, order, "to be picked")
    post(work, "picking_list", order)
    return settle(work, order, "PickingList")


def pack(work: Work, order: Row, wanted: Quantities | None = None) -> Row:
    """Deliver an order: post its packing slip.

    Args:
        work: the write in progress.
        order: the order.
        wanted: how much of which lines; everything that is left when not given.

    Raises:
        SystemRefusal: the order is canceled, nothing is left, or more is wanted than a line allows.
    """
    _check_open(work, order, "delivered")
    lines = ORDER.lines_of(work.db, order)
    shipped: list[tuple[Row, Decimal]] = []
    for line in lines:
        quantity = remaining(line) if wanted is None else wanted.get(line["line"], ZERO)
        if not quantity or (wanted is None and line.get("stopped") == "Yes"):
            continue
        if line.get("stopped") == "Yes":
            raise _refused(work, order, f"line {line['line']} is stopped")
        over = line["quantity"] * line.get("over_percent", ZERO) / 100
        if quantity < 0 or quantity > remaining(line) + over:
            raise _refused(
                work,
                order,
                f"{quantity} of line {line['line']} cannot be delivered, {remaining(line)} is left",
            )
        shipped.append((line, quantity))
    unknown = set(wanted or {}) - {line["line"] for line in lines}
    if unknown:
        raise _refused(work, order, f"there is no line {min(unknown)}")
    if not shipped:
        raise _nothing(work, order, "to be delivered")
    slip = post(work, "packing_slip", order, amount=ZERO)
    for line, quantity in shipped:
        delivered = line.get("delivered", ZERO) + quantity
        after = work.db.update(
            ORDER.lines,
            line,
            {
                "delivered": delivered,
                "deliver_now": delivered,
                "picked": max(line.get("picked", ZERO) - quantity, ZERO),
            },
        )
        work.db.insert(
            "packing_slip_line",
            {
                "company": order["company"],
                "journal": slip["journal"],
                "line": line["line"],
                "number": order["number"],
                "date": slip["date"],
                "quantity": quantity,
                "ordered": line["quantity"],
                "remaining": remaining(after),
                **{
                    name: line.get(name, "")
                    for name in ("product", "name", "unit", "site", "warehouse")
                },
            },
        )
    return settle(work, order, "PackingSlip")


def cancel(work: Work, order: Row) -> Row:
    """Cancel an order of which nothing was delivered."""
    if order.get("status") == "Canceled":
        raise _refused(work, order, "it is canceled already")
    lines = ORDER.lines_of(work.db, order)
    for line in lines:
        if line.get("delivered", ZERO):
            raise _refused(
                work, order, f"it cannot be canceled, line {line['line']} has been delivered"
            )
    for line in lines:
        work.db.update(ORDER.lines, line, {"status": "Canceled", "picked": ZERO})
    canceled = work.db.update(ORDER.table, order, {"status": "Canceled"})
    return settle(work, recalculate(work, ORDER, canceled))


def spread_quantity(order_lines: list[Row], quantity: Decimal) -> Quantities:
    """A quantity for the whole order, taken from its lines in their order.

    What the lines do not hold is asked of the last one, which refuses it.
    """
    found: dict[int, Decimal] = {}
    for line in order_lines:
        part = min(quantity, remaining(line))
        if part:
            found[line["line"]] = part
            quantity -= part
    if quantity and order_lines:
        last = order_lines[-1]["line"]
        found[last] = found.get(last, ZERO) + quantity
    return found


def _check_open(work: Work, order: Row, what: str) -> None:
    status = order.get("status", "Backorder")
    if order.get("stopped") == "Yes":
        raise _refused(work, order, f"it cannot be {what}, its processing is stopped")
    if status != "Backorder":
        raise _refused(work, order, f"it cannot be {what}, its status is {status}")


def _nothing(work: Work, order: Row, what: str) -> Exception:
    return _refused(work, order, f"there is nothing {what}")


def _refused(work: Work, order: Row, why: str) -> Exception:
    return refusals.infolog(work.row_type, "status", f"Sales order {order['number']}: {why}.")
