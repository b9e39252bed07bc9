"""`dualwrite check` refuses a state that `dualwrite serve` would refuse."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from sync.cli.main import app

RUNNER = CliRunner()


def database_check(settings: Path) -> dict[str, str]:
    """What `check` says of the database."""
    result = RUNNER.invoke(app, ["check", "--json", "--settings", str(settings)])
    return next(c for c in json.loads(result.stdout)["checks"] if c["what"] == "database")


def test_a_state_of_the_other_flavour_is_told(tmp_path: Path) -> None:
    settings = tmp_path / "dualwrite.toml"
    settings.write_text(f'data_dir = "{tmp_path}"\ngab = true\n', "utf-8")
    assert RUNNER.invoke(app, ["migrate", "--settings", str(settings)]).exit_code == 0
    started = ["maps", "start", "parties", "--master", "crm", "--settings", str(settings)]
    assert RUNNER.invoke(app, started).exit_code == 0
    assert database_check(settings)["ok"]
    settings.write_text(f'data_dir = "{tmp_path}"\ngab = false\n', "utf-8")
    found = database_check(settings)
    assert (found["ok"], found["code"]) == (False, "configuration")
    assert "parties" in found["detail"]
    assert "docs/gab.md" in found["cure"]
