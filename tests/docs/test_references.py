"""The reference pages name all there is: settings, errors, conflicts, endpoints, maps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mappings.loader import load_maps
from sync.api.app import create_app
from sync.api.context import ApiContext
from sync.core.conflict import ConflictKind
from sync.errors import DualWriteError
from sync.settings import Settings, secrets
from tests.docs.pages import ROOT, first_column, section

_DOCS = ROOT / "docs"


def _page(name: str) -> str:
    return (_DOCS / name).read_text("utf-8")


def _errors(kind: type[DualWriteError] = DualWriteError) -> Iterator[type[DualWriteError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == "sync.errors":
            yield from _errors(below)


def test_every_setting_is_documented_and_no_other() -> None:
    assert first_column(_page("configuration.md")) == set(Settings.model_fields)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_settings_row_says_default_and_secrecy(name: str) -> None:
    row = next(r for r in _page("configuration.md").splitlines() if r.startswith(f"| `{name}` |"))
    default, meaning = row.split(" | ")[1:3]
    assert ("*secret*" in meaning) == (name in secrets())
    value: Any = Settings.model_fields[name].default
    if isinstance(value, bool):
        assert default == f"`{str(value).lower()}`"
    elif isinstance(value, int | float):
        assert default == f"`{value:g}`"
    elif isinstance(value, str):
        assert default == f"`{value}`"


def test_the_readme_lists_every_setting() -> None:
    text = section((ROOT / "README.md").read_text("utf-8"), "Real systems")
    assert [name for name in Settings.model_fields if f"`{name}`" not in text] == []


def test_every_error_is_documented_with_its_recovery() -> None:
    text = section(_page("errors.md"), "Codes")
    documented = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", text, re.MULTILINE))
    for error in _errors():
        assert documented.pop(error.code) == error.recovery.value, error.code
    # A row that does not say which record it is of: a link's problem, never raised.
    assert set(documented) == {"identity_missing"}


def test_every_code_of_the_api_is_documented() -> None:
    given = set[str]()
    for file in (ROOT / "sync" / "api").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                given |= {str(a.value) for a in node.args[1:2] if isinstance(a, ast.Constant)}
    assert len(given) > 5
    assert given - first_column(section(_page("errors.md"), "Codes of the HTTP API")) == set()


def test_every_conflict_is_documented() -> None:
    text = section(_page("errors.md"), "Conflicts")
    assert first_column(text) == {kind.value for kind in ConflictKind}


def test_every_endpoint_is_documented_and_no_other() -> None:
    application = create_app(cast(ApiContext, SimpleNamespace(version="0")))
    there = {
        f"{method.upper()} {path}"
        for path, methods in application.openapi()["paths"].items()
        for method in methods
    }
    assert first_column(section(_page("api.md"), "Endpoints")) == {*there, "GET /openapi.json"}


def test_every_map_is_documented_and_no_other() -> None:
    there = {m.id for gab in (True, False) for m in load_maps(gab=gab)}
    assert first_column(_page("maps.md")) == there
