"""The storage: transactions, undo, listeners, counters, the file."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.kernel.rowfile import decode_row, encode_row
from connectors.sandbox.kernel.storage import Change, Storage


def test_an_exception_undoes_everything_but_numbers() -> None:
    storage = Storage()
    storage.put("t", "kept", {"a": 1})
    told: list[list[Change]] = []
    storage.on_commit(told.append)

    def fail() -> None:
        with storage.transaction():
            storage.put("t", "kept", {"a": 2})
            storage.put("t", "new", {"a": 3})
            storage.remove("t", "kept")
            assert storage.next_value("n") == 1
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert dict(storage.rows("t")) == {"kept": {"a": 1}}
    assert storage.next_value("n") == 2
    assert told == []


def test_nested_transaction_joins_the_outer() -> None:
    storage = Storage()
    told: list[list[Change]] = []
    storage.on_commit(told.append)
    with storage.transaction():
        storage.put("t", "1", {"a": 1})
        with storage.transaction():
            storage.put("t", "2", {"a": 2})
        assert told == []
    assert [change.key for change in told[0]] == ["1", "2"]

    def fail() -> None:
        with storage.transaction():
            with storage.transaction():
                storage.put("t", "3", {})
            raise ValueError("outer")

    with pytest.raises(ValueError, match="outer"):
        fail()
    assert storage.get("t", "3") is None


def test_changes_are_net() -> None:
    storage = Storage()
    storage.put("t", "1", {"a": 1})
    told: list[list[Change]] = []
    storage.on_commit(told.append)
    with storage.transaction():
        storage.put("t", "1", {"a": 2})
        storage.put("t", "1", {"a": 3})
        storage.put("t", "brief", {})
        storage.remove("t", "brief")
    assert told == [[Change("t", "1", {"a": 1}, {"a": 3})]]
    with storage.transaction():
        storage.put("t", "1", {"a": 3})
    assert len(told) == 1


def test_listener_may_write() -> None:
    storage = Storage()
    storage.on_commit(
        lambda changes: storage.put("log", changes[0].key, {}) if changes[0].table == "t" else None
    )
    storage.put("t", "1", {})
    assert set(storage.rows("log")) == {"1"}


def test_missing_row_cannot_be_removed() -> None:
    storage = Storage()
    with pytest.raises(KeyError):
        storage.remove("t", "1")
    storage.put("t", "1", {})
    assert storage.get("t", "1") == {}


def test_file_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    storage = Storage(path)
    storage.put("t", "1", {"amount": Decimal("12.50"), "none": None, "deep": [{"x": Decimal(1)}]})
    storage.put("t", "2", {"a": 1})
    storage.remove("t", "2")

    def fail() -> None:
        with storage.transaction():
            storage.put("t", "3", {})
            storage.next_value("n")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    storage.close()
    again = Storage(path)
    row = again.get("t", "1")
    assert row == {"amount": Decimal("12.50"), "none": None, "deep": [{"x": Decimal(1)}]}
    assert str(row["amount"]) == "12.50"
    assert set(again.rows("t")) == {"1"}
    assert again.peek_value("n") == 1
    again.close()


def test_snapshot_and_restore(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    storage = Storage(path)
    storage.put("t", "1", {"a": 1})
    snapshot, generation = storage.snapshot(), storage.generation
    storage.put("t", "1", {"a": 2})
    storage.put("t", "2", {})
    storage.next_value("n")
    storage.restore(snapshot)
    assert storage.generation != generation
    assert dict(storage.rows("t")) == {"1": {"a": 1}}
    assert storage.peek_value("n") == 0
    storage.close()
    again = Storage(path)
    assert dict(again.rows("t")) == {"1": {"a": 1}}
    again.clear()
    assert dict(again.rows("t")) == {}
    again.close()


def test_restore_waits_for_the_transaction() -> None:
    storage = Storage()
    with storage.transaction(), pytest.raises(RuntimeError):
        storage.restore(storage.snapshot())


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcdef_@", min_size=1), VALUES))
def test_rows_keep_every_digit(row: dict[str, Any]) -> None:
    again = decode_row(encode_row(row))
    assert again == row
    assert repr(again) == repr(row)
