"""`dualwrite backfill`: asked of the service, listed with how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_commands import json_of, run


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    assert run("migrate", file).exit_code == 0
    return file


def test_a_backfill_is_asked_for_and_listed(settings: Path) -> None:
    assert "No backfill was asked for." in run("backfill", settings).stdout
    asked = json_of(run("backfill companies currencies --side erp --json", settings))
    assert (asked["state"], asked["side"]) == ("asked", "erp")
    assert asked["maps"] == ["companies", "currencies"]
    listed = json_of(run("backfill --json", settings))
    assert listed == {"items": [asked], "next": None}
    shown = run("backfill", settings).stdout
    assert asked["id"] in shown
    assert "0 of 2" in shown


def test_a_second_one_is_refused_with_the_first_named(settings: Path) -> None:
    first = run("backfill companies", settings)
    assert first.exit_code == 0
    assert "is asked for: 2 tables" in first.stdout
    second = run("backfill currencies", settings)
    assert second.exit_code == 2
    assert "job_running" in second.output
    assert "00000001" in second.output


def test_an_unknown_map_is_refused(settings: Path) -> None:
    refused = run("backfill nonsense", settings)
    assert refused.exit_code == 2
    assert "There is no map 'nonsense'" in refused.output
