"""Where the demo keeps its state when people name a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.launch import DataFolder
from sync.cli.demo_state import own_state

URL = "DUALWRITE_DATABASE_URL"


@pytest.mark.parametrize("aside", [True, False])
def test_a_database_file_that_is_not_there_yet_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, aside: bool
) -> None:
    named = tmp_path / "new" / "state.db"
    monkeypatch.setenv(URL, f"sqlite:///{named}")
    folder = DataFolder(tmp_path / "data", gab=False)
    with own_state(folder, aside=aside) as environment:
        own = environment.get(URL)
    assert own == (f"sqlite:///{folder.service / 'dualwrite.db'}" if aside else None)
    assert not named.exists()
