"""What every test gets: the fixtures for real services, an environment and a log of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
import structlog

pytest_plugins = ["tests.services.fixtures", "tests.simulation.telling"]

_SETTINGS = "DUALWRITE_"
_FOR_TESTS = "DUALWRITE_TEST_"


def _settings_in_environment() -> list[str]:
    return [
        name
        for name in os.environ
        if name.startswith(_SETTINGS) and not name.startswith(_FOR_TESTS)
    ]


def pytest_configure() -> None:
    """Drop the settings of whoever runs the tests before any fixture or import can read them."""
    for name in _settings_in_environment():
        del os.environ[name]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop what an earlier test may have left behind."""
    for name in _settings_in_environment():
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _log_lines_of_its_own() -> Iterator[None]:
    """Forget where a command sent its log lines: its standard error ends with its test."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.setLevel(level)
    for handler in logging.root.handlers[:]:
        if handler not in handlers:
            logging.root.removeHandler(handler)
