"""What the Northwind tests share: a slice of the orders, and what proves that nothing moves."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connectors.sandbox.northwind import Order, load_orders
from tests.acceptance.commands import command
from tests.acceptance.environment import Environment

_CRM = {
    "accounts": "accountid",
    "products": "productid",
    "quotes": "quoteid",
    "quotedetails": "quotedetailid",
    "salesorders": "salesorderid",
    "salesorderdetails": "salesorderdetailid",
    "invoices": "invoiceid",
    "invoicedetails": "invoicedetailid",
}
_ERP = (
    "Prospects",
    "CustomersV3",
    "CDSSalesQuotationHeaders",
    "CDSSalesQuotationLines",
    "CDSSalesOrderHeaders",
    "CDSSalesOrderLines",
    "SalesInvoiceHeadersV2",
)
_HOOK = "/serviceendpoints"
_QUESTIONS = ("/GetNextAutoNumberValue", "/GetAutoNumberSeed")
_WRITES = ("POST /", "PATCH /", "DELETE /", "POST http", "PATCH http", "DELETE http")


def slice_of(count: int, seed: int, *, whole: bool = True) -> tuple[Order, ...]:
    """Some orders, a few of which were never shipped; the `whole` with `NORTHWIND=all`."""
    orders = load_orders()
    if whole and os.environ.get("NORTHWIND") == "all":
        return orders
    chance = random.Random(seed)
    open_ones = [order for order in orders if not order.shipped]
    shipped = [order for order in orders if order.shipped]
    few = max(2, count // 12)
    found = chance.sample(open_ones, few) + chance.sample(shipped, count - few)
    return tuple(sorted(found, key=lambda order: (order.ordered, order.number)))


def versions(product: Environment) -> dict[str, Any]:
    """The version of every row of both systems' documents: who writes, moves one."""
    found: dict[str, Any] = {}
    for table, row_id in _CRM.items():
        for row in product.crm.rows(table):
            found[f"{table}({row[row_id]})"] = row["@odata.etag"]
    for table in _ERP:
        for number, row in enumerate(product.erp.rows(table)):
            found[f"{table} {number}"] = row["@odata.etag"]
    return found


def writes(product: Environment) -> list[str]:
    """The service's writing requests that both journals hold; its own webhook is no record.

    Nor is what it asks the CRM of its number sequences, which the Web API takes as actions.
    """
    found = []
    for person in (product.crm, product.erp):
        for entry in person.calls.get("/_sandbox/journal")["requests"]:
            if entry["headers"].get("user-agent") != "dualwrite" or _HOOK in entry["path"]:
                continue
            if entry["path"].endswith(_QUESTIONS):
                continue
            inside = entry["path"].endswith("$batch")
            if inside and any(verb in entry["body"] for verb in _WRITES):
                found.append(f"{entry['method']} {entry['path']}: {entry['body'][:300]}")
            elif not inside and entry["method"] not in ("GET", "HEAD"):
                found.append(f"{entry['method']} {entry['path']}")
    return found


def forget_the_stream(product: Environment) -> Mapping[str, int]:
    """Let a stopped service meet its whole stream once more, as if it had taken none of it in.

    The log is read again from its beginning, no event is known to the inbox, and every table is
    read anew from the start. How many events and tables that is.
    """
    with sqlite3.connect(product.folder.service / "dualwrite.db") as database:
        events = database.execute("SELECT count(*) FROM inbox").fetchone()[0]
        tables = database.execute("SELECT count(*) FROM checkpoint").fetchone()[0]
        for statement in (
            "DELETE FROM inbox",
            "DELETE FROM event_link",
            "DELETE FROM pending",
            "DELETE FROM checkpoint",
            "UPDATE log_offset SET position = 0",
        ):
            database.execute(statement)
    product.forgotten += events
    return {"events": events, "tables": tables}


def reconcile(product: Environment) -> subprocess.CompletedProcess[str]:
    """`dualwrite reconcile`, which reads both systems afresh."""
    return subprocess.run(
        command("reconcile", "--settings", str(product.folder.settings)),
        capture_output=True,
        text=True,
        check=False,
    )


def unfinished(product: Environment) -> dict[str, int]:
    """States of links that are still to be worked on, or stuck."""
    found = Counter(link["state"] for link in product.items("links"))
    over = {"settled", "gone", "dormant", "suspended", "conflict"}
    return {state: count for state, count in found.items() if state not in over}


def arrived(product: Environment) -> None:
    """Wait until what was done last in either system has arrived, and nothing is left to do."""
    made = product.erp.new_prospect("Marker Ltd")["ProspectId"]
    typed = product.crm.new_account(f"MARK-{made}", "Marker Inc")["accountnumber"]
    product.patience.until("the CRM has the marker", lambda: product.crm.account(made))
    product.patience.until("the ERP has the marker", lambda: product.erp.prospect(typed))
    quiet(product)


def quiet(product: Environment) -> None:
    """Wait until nothing is left to do."""
    patience = replace(product.patience, pause=0.5)

    def look() -> dict[str, int]:
        pending = product.get("status")["backlog"]["events"]
        return unfinished(product) | ({"pending": pending} if pending else {})

    for _ in range(2):
        patience.until("nothing is left to do", look, lambda left: not left)
