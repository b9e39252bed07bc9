"""What a prospect's conversion does to its quotations.

Source: dual-write, prospect conversion: open quotations of the prospect are the customer's then.
"""

from __future__ import annotations

from connectors.sandbox.finops.logic.documents.accounts import account_of
from connectors.sandbox.finops.logic.documents.headers import use_account
from connectors.sandbox.finops.logic.documents.kinds import QUOTATION
from connectors.sandbox.finops.logic.documents.lifecycle import OPEN
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import Row


def repoint(work: Work, prospect: Row) -> None:
    """Let the open quotations of a converted prospect refer to the customer."""
    for quotation in work.db.find(QUOTATION.table, "prospect", prospect["id"]):
        if (
            quotation["company"] == prospect["company"]
            and quotation.get("status", "Created") in OPEN
        ):
            account = account_of(work, prospect["company"], prospect["id"], "")
            changes: dict[str, object] = {"prospect": ""}
            use_account(work, quotation, account, changes)
            work.db.update(QUOTATION.table, quotation, changes)
