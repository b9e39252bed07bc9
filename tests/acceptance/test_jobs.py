"""The running service reads tables whole and compares both systems, because somebody asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.environment import Environment

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]


def _done(product: Environment, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    answer = product.api.post(f"/api/v1/{path}", json=asked)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    found = product.patience.until(
        f"{path} {job['id']} has ended",
        lambda: product.get(f"{path}/{job['id']}"),
        lambda one: one["ended_at"] is not None,
    )
    assert found["state"] == "done", found
    assert found["tables_read"] == found["tables"] > 0
    return found


def test_jobs_are_done_and_tell_what_came_of_them(plain_product: Environment) -> None:
    product = plain_product
    account = product.crm.new_account("JOB-1", "Job Ltd")["accountid"]
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect("JOB-1"))
    product.patience.until(
        "the link is settled",
        lambda: product.account_link("JOB-1"),
        lambda link: link.get("state") == "settled" and not link["pending"],
    )
    backfill = _done(product, "backfills", {"maps": ["prospects-accounts"], "side": "crm"})
    assert (backfill["maps"], backfill["side"]) == (["prospects-accounts"], "crm")
    equal = _done(product, "reconciliations", {})
    assert (equal["divergences"], equal["why"]) == (0, {})
    assert equal["links"] > 10
    assert equal["rows_read"]["crm"] > 10
    product.crm.change("accounts", account, {"address1_line1": "Typed in the CRM"})
    product.patience.until(
        "the difference is marked",
        lambda: product.get("links/account:usmf|job-1")["marks"],
        lambda marks: marks.get("delivery_address") == "not synchronised",
    )
    marked = _done(product, "reconciliations", {"repair": False})
    assert (marked["divergences"], marked["accepted"]) == (0, 1)
    path = f"reconciliations/{marked['id']}/divergences"
    assert product.items(path) == []
    [found] = product.items(path, state="accepted")
    assert (found["link"], found["field"], found["crm"]) == (
        "account:usmf|job-1",
        "delivery_street",
        "Typed in the CRM",
    )
    assert [job["id"] for job in product.items("reconciliations")][:2] == [
        marked["id"],
        equal["id"],
    ]
