"""What quotations and orders have in common: number, defaults, changes, removal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.documents.accounts import (
    Account,
    check_references,
    defaults,
    invoice_address,
    settle_account,
)
from connectors.sandbox.finops.logic.documents.addresses import CARRIED, settle_delivery
from connectors.sandbox.finops.logic.documents.kinds import DocumentKind
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import TABLES, Row


def settle_new(
    work: Work,
    kind: DocumentKind,
    account: Account,
    given: dict[str, Any],
    template: dict[str, Any] | None = None,
) -> None:
    """Complete the columns of a new document in place.

    Args:
        work: the write in progress.
        kind: what the document is.
        account: whom it is for.
        given: its columns; what is empty is filled.
        template: values that come before the account's own defaults.

    Raises:
        SystemRefusal: the number is taken, or a value names nothing.
    """
    company = given["company"]
    if not given.get("number"):
        given["number"] = work.draw(kind.sequence, company)
    if work.db.get(kind.table, company, given["number"]) is not None:
        raise refusals.duplicate(
            work.row_type,
            f"{kind.label}s",
            TABLES[kind.table].system_name,
            f"{kind.label}: {given['number']}",
        )
    settle_account(given, account)
    columns = TABLES[kind.table].columns
    has_address = settle_delivery(work, given)
    for source in (template or {}, defaults(work, account)):
        for name, value in source.items():
            if has_address and name.startswith("dlv_"):
                continue
            if given.get(name, columns[name].blank) == columns[name].blank:
                given[name] = value
        has_address = has_address or any(name.startswith("dlv_") for name in source)
    given.setdefault("dlv_specific", "No")
    for name in ("requested_shipping", "requested_receipt"):
        if given.get(name, EMPTY_DATE) == EMPTY_DATE:
            given[name] = work.today()
    given["created"] = work.now()
    check_references(work, company, given)


def change(work: Work, kind: DocumentKind, header: Row, changes: dict[str, Any]) -> Row:
    """Change a document; its lines follow a new address or currency that is not their own."""
    settle_delivery(work, changes, header)
    check_references(work, header["company"], changes)
    if "currency" in changes and not changes["currency"]:
        raise refusals.mandatory(work.row_type, "Currency")
    after = work.db.update(kind.table, header, changes)
    moved = {name: changes[name] for name in CARRIED if name in changes}
    currency = {"currency": after["currency"]} if "currency" in changes else {}
    if moved or currency:
        for line in kind.lines_of(work.db, after):
            own = line.get("dlv_specific") == "Yes"
            work.db.update(kind.lines, line, currency if own else {**moved, **currency})
    return after


def use_account(work: Work, header: Row, account: Account, changes: dict[str, Any]) -> None:
    """Complete the changes of a document that another account is entered on."""
    settle_account(changes, account)
    if "invoice_account" not in changes:
        paying = defaults(work, account)
        changes["invoice_account"] = paying.get("invoice_account", "")
        if not header.get("payment_terms") and paying.get("payment_terms"):
            changes.setdefault("payment_terms", paying["payment_terms"])
    changes.update(invoice_address(work, account))


def remove(work: Work, kind: DocumentKind, header: Row) -> None:
    """Remove a document with its lines and journals."""
    for line in kind.lines_of(work.db, header):
        work.db.delete(kind.lines, line)
    for table in kind.journals:
        for row in work.db.find(table, "number", header["number"]):
            if row["company"] == header["company"]:
                work.db.delete(table, row)
    work.db.delete(kind.table, header)


def later(day: str, days: int) -> str:
    """A date some days after another, as stored."""
    moved = datetime.fromisoformat(day) + timedelta(days=days)
    return moved.strftime("%Y-%m-%dT12:00:00Z")
