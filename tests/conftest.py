"""What every test gets: the fixtures for real services, and an environment of its own."""

from __future__ import annotations

import os

import pytest

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
