"""What is logged: counts, ids and codes; never a customer's value, never a secret."""

from __future__ import annotations

import ast
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

import sync
from sync.observing import LogObserver, configure_logging, fact_names, failure, tellable

PERSONAL = ["Jane Doe", "jane@contoso.example", "+45 12 34 56", "Main Street 1\nOslo", "Østergård"]
SECRET = "Bearer-eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6"


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure_logging("debug", "json", stream)
    return stream


def logged(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_has_the_facts_a_level_and_the_time(lines: io.StringIO) -> None:
    heard: list[tuple[str, Any]] = []
    observer = LogObserver([lambda name, facts: heard.append((name, facts))])
    observer.noticed("changes_captured", side="crm", table="accounts", events=3)
    [line] = logged(lines)
    assert line.pop("timestamp")
    facts = {"side": "crm", "table": "accounts", "events": 3}
    assert line == {"event": "changes_captured", "level": "info", **facts}
    assert heard == [("changes_captured", facts)]


def test_failures_are_warnings(lines: io.StringIO) -> None:
    LogObserver().noticed("checkpoint_expired", side="crm", table="accounts")
    assert logged(lines)[0]["level"] == "warning"


@pytest.mark.parametrize("value", [*PERSONAL, SECRET * 3])
@pytest.mark.parametrize("name", sorted(fact_names()))
def test_no_fact_carries_free_text(lines: io.StringIO, name: str, value: str) -> None:
    LogObserver().noticed("something_failed", **{name: value})
    assert value not in lines.getvalue()
    assert logged(lines)[0]["left_out"] == [name]


@pytest.mark.parametrize("name", ["message", "name", "value", "url", "secret", "request"])
def test_a_fact_that_is_not_listed_is_left_out(lines: io.StringIO, name: str) -> None:
    LogObserver().noticed("something_failed", **{name: "contoso"})
    assert "contoso" not in lines.getvalue()
    assert logged(lines)[0]["left_out"] == [name]


@given(st.dictionaries(st.sampled_from(sorted(fact_names())), st.text(min_size=1)))
def test_what_may_be_told_is_one_word(facts: dict[str, str]) -> None:
    for name, value in tellable(facts).items():
        assert name == "left_out" or not any(c.isspace() or c in "@,;'\"" for c in value)


@pytest.mark.parametrize("value", [["Jane"], {"a": 1}, b"Jane", 1.5j, object()])
def test_only_scalars_are_told(value: object) -> None:
    assert tellable({"events": value, "code": value}) == {"left_out": ["code", "events"]}


def test_an_errors_text_is_never_told(lines: io.StringIO) -> None:
    try:
        raise ValueError(PERSONAL[0])
    except ValueError as error:
        LogObserver().noticed("loop_failed", loop="work", **failure(error))
        logging.getLogger("some.library").exception("could not send %s", SECRET)
    mine, theirs = logged(lines)
    assert (mine["error_type"], theirs["library"]) == ("ValueError", "some.library")
    assert mine["where"].startswith("observing/test_observing.py:")
    assert "left_out" not in mine
    assert "left_out" not in theirs
    assert PERSONAL[0] not in lines.getvalue()
    assert SECRET not in lines.getvalue()


def test_lines_for_people_are_as_silent() -> None:
    stream, handlers, level = io.StringIO(), logging.root.handlers[:], logging.root.level
    configure_logging("info", "console", stream)
    LogObserver().noticed("changes_captured", side="crm", table=PERSONAL[0])
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    assert "changes_captured" in stream.getvalue()
    assert PERSONAL[0] not in stream.getvalue()


def test_everything_that_is_noticed_may_be_told() -> None:
    """A new fact has to be put on the list, or it would silently be left out."""
    seen = 0
    for file in Path(sync.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "noticed":
                seen += 1
                names = {keyword.arg for keyword in call.keywords if keyword.arg}
                assert names <= fact_names(), f"{file}:{call.lineno}: {names - fact_names()}"
    assert seen > 0
