"""Kept recordings decide the same; another rule decides differently and is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sync.bootstrap.recordings import replay_file
from sync.cli.main import app
from tests.replay.keep import FOLDER
from tests.replay.story import tell

FLAVOURS = ("nogab", "gab")


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def lines(flavour: str) -> list[dict[str, object]]:
    text = (FOLDER / f"{flavour}.transcript").read_text()
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_kept_recording_decides_the_same(flavour: str) -> None:
    code, out, err = run(
        "replay", FOLDER / f"{flavour}.jsonl", "--expect", FOLDER / f"{flavour}.transcript"
    )
    assert (code, err) == (0, ""), out


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_kept_recordings_hold_what_they_are_kept_for(flavour: str) -> None:
    decisions = [line for line in lines(flavour) if "decision" in line]
    conflicts = [c for d in decisions for c in d["conflicts"]]
    writes = [w for d in decisions for w in d["writes"]]
    rows = [row for w in writes for row in w["rows"]]
    assert any(c["kind"] == "clash" and c["winner"] == "crm" for c in conflicts)
    assert any(w["answer"] == "rejected" for w in writes)
    assert any(d["waits"] for d in decisions)
    assert any(row[0] == "create" and "CustomersV3" in row[1] for row in rows)
    assert any("accounts" in row[1] and row[2].get("customertypecode") == 3 for row in rows)
    together = next(
        w["rows"] for w in writes if any("CDSSalesOrderHeaders" in r[1] for r in w["rows"])
    )
    assert together[0][0] == "create"
    assert any(row[0] == "action" for row in rows)
    assert any(row[0] == "create" and "crm:invoices" in row[1] for row in rows)
    assert not [line for line in lines(flavour) if "left over" in line]


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_the_same_recording_gives_the_same_bytes(flavour: str) -> None:
    file = FOLDER / f"{flavour}.jsonl"
    assert await replay_file(file, None) == await replay_file(file, None)


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_new_recording_of_the_story_decides_as_the_kept_one(
    flavour: str, tmp_path: Path
) -> None:
    file = tmp_path / "new.jsonl"
    file.write_bytes(await (await tell(gab=flavour == "gab")).recording())
    assert await replay_file(file, None) == (FOLDER / f"{flavour}.transcript").read_bytes()


def test_flipping_the_owner_of_one_field_is_told(tmp_path: Path) -> None:
    overlay = tmp_path / "maps"
    overlay.mkdir()
    field = "{name: name, erp: ProspectName, crm: name, owner: erp, max: {erp: 100, crm: 160}}"
    (overlay / "owner.yaml").write_text(f"map: prospects-accounts\nfields:\n  - {field}\n")
    expected = FOLDER / "nogab.transcript"
    code, out, _ = run("replay", FOLDER / "nogab.jsonl", "--maps", overlay, "--expect", expected)
    assert code == 1
    assert "the ERP owns the field" in out
    assert "the CRM owns the field" in out


def test_a_transcript_is_written_and_can_be_expected(tmp_path: Path) -> None:
    written = tmp_path / "transcript"
    assert run("replay", FOLDER / "nogab.jsonl", "--transcript", written)[0] == 0
    assert written.read_bytes() == (FOLDER / "nogab.transcript").read_bytes()


@pytest.mark.parametrize(
    ("content", "place", "cure"),
    [
        (b"", "x.jsonl is empty", "dualwrite record"),
        (b'{"hello": 1}\n', "x.jsonl:1", "anew"),
        (b'{"recording": 1}\n{"event"\n', "x.jsonl:2", "anew"),
        (b'{"recording": 1}\n[]\n', "x.jsonl:2", "anew"),
        (b'{"recording": 1}\n\n{"event": {"id": "1"}}\n', "x.jsonl:3", "anew"),
        (b'{"recording": 1}\n{"outcome": {"request": ["read", "moon"]}}\n', "x.jsonl:2", "anew"),
        (b'{"recording": 1, "maps": {"lunar": "crm"}}\n', "lunar", "record anew"),
    ],
)
def test_an_unusable_recording_is_told_with_its_place_and_cure(
    tmp_path: Path, content: bytes, place: str, cure: str
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(content)
    code, out, err = run("replay", file)
    assert (code, out) == (2, "")
    assert place in err
    assert cure in err


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    code, _, err = run("replay", tmp_path / "none.jsonl")
    assert code == 2
    assert "none.jsonl" in err


def test_a_folder_without_settings_is_told(tmp_path: Path) -> None:
    code, _, err = run("record", "--out", tmp_path / "x.jsonl", "--data-dir", tmp_path)
    assert code == 2
    assert "dualwrite.toml" in err
