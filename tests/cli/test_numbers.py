"""`dualwrite numbers list`, `accept` and `withdraw`: what the last check of the sequences found."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sync.bootstrap import open_state
from sync.ports import NumberReport
from sync.settings import load
from sync.testing.contracts.store_proofs import REPORT
from tests.cli.test_commands import json_of, run

PAIR, RECORDS = "USMF|account+person|crm-a|erp-a", "USMF|account+person|erp-a"


def keep(settings: Path, report: NumberReport) -> None:
    async def put() -> None:
        state = open_state(load(settings))
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.put_number_report(report)
        await state.store.close()

    asyncio.run(put())


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    assert run("migrate", file).exit_code == 0
    return file


def test_before_the_first_check_nothing_is_known(settings: Path) -> None:
    assert "No check has run yet" in run("numbers list", settings).stdout
    assert json_of(run("numbers list --json", settings)) == {"items": [], "next": None}
    refused = run("numbers accept", settings, PAIR, "--by", "Ada", "--reason", "why")
    assert refused.exit_code != 0
    assert "the last check found none" in refused.stderr


def test_sequences_are_listed_with_what_they_are_part_of(settings: Path) -> None:
    keep(settings, REPORT)
    shown = run("numbers list", settings).stdout
    assert f"{PAIR}: crm-a and erp-a can both give a-1" in shown
    assert f"{RECORDS}: erp-a is going to give A-BC04 in USMF|account+person, which a" in shown
    crm, erp = json_of(run("numbers list --json", settings))["items"]
    assert (crm["id"], crm["overlaps"]) == ("crm-a", [PAIR])
    assert (erp["next_number"], erp["overlaps"]) == ("A-AA07", [PAIR, RECORDS])


def test_each_overlap_is_accepted_and_withdrawn_by_its_id(settings: Path) -> None:
    keep(settings, REPORT)
    said = (RECORDS, "--by", "Ada", "--reason", "they are old", "--json")
    one = json_of(run("numbers accept", settings, *said))
    assert (one["one"], one["other"], one["records"], one["link_id"]) == ("erp-a", None, 2, "l2")
    assert (one["accepted"], one["acceptances"][0]["reason"]) == (True, "they are old")
    shown = run("numbers list", settings).stdout
    assert "Accepted by Ada on" in shown
    assert shown.count("It stops prospects-accounts") == 1
    gone = run("numbers withdraw", settings, RECORDS, "--by", "Bob")
    assert "It stops prospects-accounts" in gone.stdout
    again = run("numbers withdraw", settings, RECORDS, "--by", "Bob")
    assert again.exit_code != 0
    assert "Nobody has accepted" in again.stderr
