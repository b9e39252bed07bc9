"""Writes of quotation headers.

Source: Microsoft docs, sales quotations; dual-write, quote lifecycle and prospects on quotations.
"""

from __future__ import annotations

from typing import Any, Final

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.entity import Rows
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.logic.documents.accounts import account_of
from connectors.sandbox.finops.logic.documents.headers import (
    change,
    later,
    remove,
    settle_new,
    use_account,
)
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.documents.lifecycle import arrive, move
from connectors.sandbox.finops.logic.documents.ownership import (
    check_deletable,
    check_editable,
    settle_origin,
)
from connectors.sandbox.finops.logic.documents.totals import recalculate
from connectors.sandbox.finops.logic.features import PROSPECTS, is_on
from connectors.sandbox.finops.logic.work import Handler, Work
from connectors.sandbox.finops.tables import Row
from connectors.sandbox.finops.values import Values

_VALID_DAYS: Final = 30


def insert(work: Work, values: Values) -> Rows:
    """A new quotation for a customer or a prospect."""
    given = values.of("quotation")
    company = work.company_of(values, "quotation")
    account = account_of(work, company, given.get("customer", ""), given.get("prospect", ""))
    if account.is_prospect and work.by_integration and not is_on(work.db, PROSPECTS):
        raise refusals.infolog(
            work.row_type,
            "rule",
            f"Prospect {account.number} cannot be quoted from Dynamics 365 Sales: prospects are "
            "not integrated.",
        )
    settle_new(work, QUOTATION, account, given)
    if given.get("expiry", EMPTY_DATE) == EMPTY_DATE:
        days = work.parameters(company).get("quotation_expiry_days") or _VALID_DAYS
        given["expiry"] = later(work.today(), days)
    _check_order(work, company, given)
    status = given.pop("status", "Created")
    row = work.db.insert(QUOTATION.table, {**given, **settle_origin(work, company)})
    if status != "Created":
        row = arrive(work, row, status)
    return {"quotation": row}


def update(work: Work, rows: Rows, values: Values) -> None:
    """Change a quotation; a change of its status is the business action that leads there."""
    quotation, changes = rows["quotation"], values.of("quotation")
    status = changes.pop("status", None)
    if changes:
        check_editable(work, quotation)
        _change_account(work, quotation, changes)
        _check_order(work, quotation["company"], changes)
        quotation = change(work, QUOTATION, quotation, changes)
        quotation = recalculate(work, QUOTATION, quotation)
    if status is not None:
        move(work, quotation, status)


def delete(work: Work, rows: Rows) -> None:
    """Remove a quotation with its lines."""
    check_deletable(work, rows["quotation"])
    remove(work, QUOTATION, rows["quotation"])


def _change_account(work: Work, quotation: Row, changes: dict[str, Any]) -> None:
    if "customer" not in changes and "prospect" not in changes:
        return
    customer, prospect = changes.get("customer", ""), changes.get("prospect", "")
    if not customer and not prospect:  # one of the two was emptied
        customer = "" if "customer" in changes else quotation.get("customer", "")
        prospect = "" if "prospect" in changes else quotation.get("prospect", "")
    account = account_of(work, quotation["company"], customer, prospect)
    changes["prospect"] = ""
    use_account(work, quotation, account, changes)


def _check_order(work: Work, company: str, changes: dict[str, Any]) -> None:
    number = changes.get("order", "")
    if not number:
        return
    if not work.by_integration:
        raise refusals.not_editable(work.row_type, "Sales order")
    work.refer(number, "Sales order", "Sales orders (SalesTable)", "order", company)


HANDLER = Handler(insert, update, delete)
