"""`dualwrite maps versions`: what the service has run with, word for word for programs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sync.bootstrap import open_state
from sync.engine.versions import keep_versions
from sync.settings import load
from tests.cli.test_commands import json_of, run


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    assert run("migrate", file).exit_code == 0
    return file


def begun(settings: Path) -> None:
    """The service has been started once."""

    async def begin() -> None:
        state = open_state(load(settings))
        await state.store.start()
        await keep_versions(state.store, state.kinds, state.clock)
        await state.store.close()

    asyncio.run(begin())


def test_a_map_that_was_used_is_listed_with_its_text(settings: Path) -> None:
    assert "has not run with it yet" in run("maps versions currencies", settings).stdout
    begun(settings)
    shown = run("maps versions currencies", settings)
    assert shown.exit_code == 0
    (kept,) = json_of(run("maps versions currencies --json", settings))["items"]
    assert kept["digest"] in shown.stdout
    assert kept["since"] in shown.stdout
    assert '"id":"currencies"' in kept["text"]


def test_an_unknown_map_is_refused(settings: Path) -> None:
    refused = run("maps versions nonsense", settings)
    assert (refused.exit_code, "There is no map 'nonsense'" in refused.output) == (2, True)
