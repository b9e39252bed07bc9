"""A folder of jars counts only when it is whole."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_DEV = Path(__file__).resolve().parents[2] / "deploy" / "dev"


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], bool]:
    monkeypatch.syspath_prepend(str(_DEV))
    module = importlib.import_module("devservices.kafka_jars")
    found = module.complete
    assert callable(found)
    return found


@pytest.fixture
def jars(tmp_path: Path, complete: Callable[[Path], bool]) -> Path:
    module = sys.modules[complete.__module__]
    (tmp_path / "kafka_2.13-4.1.1.jar").write_bytes(b"broker")
    (tmp_path / "other.jar").write_bytes(b"other")
    module._mark(tmp_path)
    return tmp_path


def test_a_marked_folder_is_complete(complete: Callable[[Path], bool], jars: Path) -> None:
    assert complete(jars)


@pytest.mark.parametrize("content", [None, b"", b"cut"])
def test_a_missing_or_cut_jar_is_noticed(
    complete: Callable[[Path], bool], jars: Path, content: bytes | None
) -> None:
    (jars / "other.jar").unlink()
    if content is not None:
        (jars / "other.jar").write_bytes(content)
    assert not complete(jars)


@pytest.mark.parametrize("marker", ["", "{}", "[]", '{"pom": "x", "jars": {}}', "nonsense"])
def test_a_marker_that_is_not_ours_is_refused(
    complete: Callable[[Path], bool], jars: Path, marker: str
) -> None:
    (jars / "complete.json").write_text(marker, encoding="utf-8")
    assert not complete(jars)


def test_no_folder_is_not_complete(complete: Callable[[Path], bool], tmp_path: Path) -> None:
    assert not complete(tmp_path / "none")
