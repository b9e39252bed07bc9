"""`dualwrite reconciliations`: asked of the service, listed with how far they are, and shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from sync.bootstrap import open_state
from sync.core.divergence import Divergence
from sync.ports import FoundDivergence, JobKind, JobState
from sync.settings import load
from tests.cli.test_commands import json_of, run


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    assert run("migrate", file).exit_code == 0
    return file


def ended(settings: Path, *found: Divergence) -> None:
    """What the service writes when it has done the one that was asked for."""

    async def write() -> None:
        state = open_state(load(settings))
        await state.store.start()
        async with state.store.transaction() as tx:
            (job,) = await tx.jobs(kind=JobKind.RECONCILIATION)
            accepted = sum(one.accepted is not None for one in found)
            left = len(found) - accepted
            done = replace(job, state=JobState.DONE, links=2, fields=9, divergences=left)
            placed = [FoundDivergence(n, one) for n, one in enumerate(found, 1)]
            await tx.put_job(replace(done, accepted=accepted))
            await tx.add_divergences(job.id, placed)
        await state.store.close()

    asyncio.run(write())


def test_one_is_asked_for_and_listed(settings: Path) -> None:
    assert "No reconciliation was asked for." in run("reconciliations list", settings).stdout
    asked = json_of(run("reconciliations ask --repair --json", settings))
    assert (asked["state"], asked["repair"]) == ("asked", True)
    listed = json_of(run("reconciliations list --json", settings))
    assert listed == {"items": [asked], "next": None}
    shown = run("reconciliations list", settings).stdout
    assert asked["id"] in shown
    assert f"0 of {asked['tables']}" in shown
    refused = run("reconciliations ask", settings)
    assert (refused.exit_code, "job_running" in refused.output) == (2, True)
    assert run("backfill companies", settings).exit_code == 2


def test_what_it_found_is_shown_page_by_page(settings: Path) -> None:
    asked = json_of(run("reconciliations ask --json", settings))["id"]
    ended(
        settings,
        Divergence("account:usmf|a-1", None, "name", "First", "Second", "differs"),
        Divergence("account:usmf|a-2", None, "phone", "1", "2", "differs", "conflict"),
        Divergence("account:usmf|a-3", None, "name", "Third", None, "differs"),
    )
    shown = run(f"reconciliations show {asked}", settings)
    assert shown.exit_code == 0
    assert "account:usmf|a-1" in shown.stdout
    assert "account:usmf|a-2" not in shown.stdout
    assert "9 fields of 2 links compared: 2 differ, 1 are accepted." in shown.stdout
    first = json_of(run(f"reconciliations show {asked} --limit 1 --json", settings))
    assert first["reconciliation"]["state"] == "done"
    assert [one["divergence"]["link"] for one in first["items"]] == ["account:usmf|a-1"]
    rest = run(f"reconciliations show {asked} --cursor {first['next']} --json", settings)
    assert [one["divergence"]["link"] for one in json_of(rest)["items"]] == ["account:usmf|a-3"]
    accepted = run(f"reconciliations show {asked} --state accepted", settings).stdout
    assert "account:usmf|a-2" in accepted
    assert "account:usmf|a-1" not in accepted


def test_an_unknown_one_is_a_finding(settings: Path) -> None:
    unknown = run("reconciliations show 00000009", settings)
    assert (unknown.exit_code, "job_unknown" in unknown.output) == (1, True)
