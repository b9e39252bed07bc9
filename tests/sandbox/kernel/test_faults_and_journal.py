"""Fault switches and the request journal."""

from __future__ import annotations

import pytest

from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.journal import Journal


def test_next_requests_that_match() -> None:
    faults = Faults()
    faults.arm("throttle", count=2, method="PATCH", path="accounts", skip=1)
    hits = [
        faults.take("throttle", method, path) is not None
        for method, path in (
            ("GET", "/accounts"),
            ("PATCH", "/contacts"),
            ("PATCH", "/ACCOUNTS(1)"),
            ("PATCH", "/accounts(1)"),
            ("patch", "/accounts(1)"),
            ("PATCH", "/accounts(1)"),
        )
    ]
    assert hits == [False, False, False, True, True, False]
    assert faults.listing() == []


def test_kinds_do_not_mix() -> None:
    faults = Faults()
    faults.arm("error")
    assert faults.take({"throttle", "slow"}, "GET", "/") is None
    assert faults.take({"throttle", "error"}, "GET", "/") is not None


@pytest.mark.parametrize(
    "body",
    [{}, {"kind": "nonsense"}, {"kind": "error", "colour": 1}, {"kind": "error", "count": 0}],
)
def test_unreadable_faults(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"kind|fault|count"):
        Faults().arm_from(body)


def test_journal_counts_beyond_what_it_keeps() -> None:
    journal = Journal(limit=2)
    for number in range(5):
        journal.record("GET", f"/{number}", "", 200, [], b"", operations=2)
    found = journal.listing()
    assert (found["count"], found["operations"]) == (5, 10)
    assert [entry["path"] for entry in found["requests"]] == ["/3", "/4"]
    journal.clear()
    assert journal.listing() == {"requests": [], "count": 0, "operations": 0}


def test_journal_filters() -> None:
    journal = Journal()
    journal.record("GET", "/data/Accounts", "", 200, [], b"")
    journal.record("PATCH", "/data/accounts(1)", "", 412, [], b"")
    journal.record("PATCH", "/data/contacts(1)", "", 204, [], b"")
    assert journal.listing({"path": "accounts"})["count"] == 2
    assert journal.listing({"method": "patch", "path": "accounts"})["count"] == 1
    assert journal.listing({"status": "412"})["count"] == 1
    assert journal.listing({"since": "2"})["count"] == 1
    assert len(journal.listing({"limit": "1"})["requests"]) == 1


def test_journal_keeps_no_secret() -> None:
    journal = Journal()
    journal.record(
        "POST",
        "/hook",
        "code=s3cret&x=1",
        200,
        [("Authorization", "Bearer s3cret"), ("Cookie", "s3cret"), ("X-Other", "kept")],
        b'{"authvalue": "s3cret \\" s3cret", "client_secret":"s3cret", "name":"kept"}'
        b"&client_secret=s3cret",
    )
    entry = journal.listing()["requests"][0]
    assert "s3cret" not in str(entry)
    assert entry["headers"] == {"x-other": "kept"}
    assert '"name":"kept"' in entry["body"]
    assert entry["query"] == "code=***&x=1"
