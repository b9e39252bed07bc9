"""`dualwrite numbers`: shared sequences on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import json_of, run

SEQUENCE = """
data_dir = "state"
gab = false

[[shared_sequences]]
id = "customers-usmf"
company = "usmf"
kind = "account"
format = "CU-{COMPANY}-###"
last = 12
block = 5
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text(SEQUENCE, "utf-8")
    assert run("migrate", file).exit_code == 0
    return file


def test_a_number_is_drawn_and_drawn_again_by_its_key(settings: Path) -> None:
    first = run("numbers draw customers-usmf --side crm --key form-1", settings)
    assert (first.exit_code, first.stdout) == (0, "CU-USMF-001\n")
    assert "Key: form-1" in first.stderr
    other = json_of(run("numbers draw customers-usmf --side crm --count 2 --json", settings))
    assert other["numbers"] == ["CU-USMF-002", "CU-USMF-003"]
    assert len(other["request"]) == 32
    again = run("numbers draw customers-usmf --side crm --key form-1", settings)
    assert again.stdout == first.stdout
    reused = run("numbers draw customers-usmf --side erp --key form-1", settings)
    assert (reused.exit_code, reused.stderr.split(":")[0]) == (1, "request_key_reused")


def test_none_is_left(settings: Path) -> None:
    result = run("numbers draw customers-usmf --side crm --count 13", settings)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("sequence_exhausted: ")
    assert "has 12 free numbers left" in result.stderr


def test_what_became_of_drawn_numbers_is_listed(settings: Path) -> None:
    assert "No such number was drawn" in run("numbers draws customers-usmf", settings).stdout
    run("numbers draw customers-usmf --side crm --count 3 --key forms", settings)
    shown = json_of(run("numbers draws customers-usmf --limit 2 --json", settings))
    assert [(one["number"], one["use"]) for one in shown["items"]] == [
        ("CU-USMF-001", "unused"),
        ("CU-USMF-002", "unused"),
    ]
    rest = run(f"numbers draws customers-usmf --cursor {shown['next']}", settings).stdout
    assert "CU-USMF-003" in rest
    assert "CU-USMF-002" not in rest
    assert "--cursor" in run("numbers draws customers-usmf --limit 1", settings).stdout
    used = json_of(run("numbers draws customers-usmf --use used --json", settings))
    assert used == {"items": [], "next": None}
    old = json_of(run("numbers draws customers-usmf --older-than 30 --json", settings))
    assert old["items"] == []


def test_a_block_is_handed_over_and_listed(settings: Path) -> None:
    asked = "numbers lease customers-usmf --side erp --size 4 --by Ada --key erp-2026"
    first = run(asked, settings)
    assert (first.exit_code, first.stdout) == (0, "CU-USMF-001 to CU-USMF-004\n")
    assert "Key: erp-2026" in first.stderr
    again = json_of(run(f"{asked} --json", settings))
    assert (again["first"], again["request"], again["left"]) == ("CU-USMF-001", "erp-2026", 0)
    assert "Ada" in run("numbers leases customers-usmf", settings).stdout
    assert run("numbers draw customers-usmf --side erp", settings).stdout == "CU-USMF-005\n"
    large = run("numbers lease customers-usmf --side crm --size 9 --by Ada", settings)
    assert (large.exit_code, large.stderr.split(":")[0]) == (1, "sequence_exhausted")


def test_blocks_and_what_is_left_are_listed(settings: Path) -> None:
    nothing = run("numbers leases customers-usmf", settings)
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing was drawn from it yet.\n")
    run("numbers draw customers-usmf --side crm --count 6", settings)
    run("numbers draw customers-usmf --side erp", settings)
    leases = json_of(run("numbers leases customers-usmf --limit 2 --json", settings))
    assert [(one["side"], one["first"], one["left"]) for one in leases["items"]] == [
        ("crm", "CU-USMF-001", 0),
        ("crm", "CU-USMF-006", 4),
    ]
    rest = run(f"numbers leases customers-usmf --cursor {leases['next']}", settings)
    assert rest.stdout.splitlines()[1].split()[:4] == ["3", "erp", "CU-USMF-011", "CU-USMF-012"]
    assert run("numbers leases customers-usmf --cursor x", settings).exit_code == 2
    (shared,) = json_of(run("numbers shared --json", settings))["items"]
    assert (shared["left"], shared["leased"]) == (5, {"crm": 4, "erp": 1})
    assert (shared["kinds"], shared["company"]) == (["account", "person"], "USMF")
    assert "customers-usmf" in run("numbers shared", settings).stdout


def test_an_unknown_sequence_is_named_with_those_there_are(settings: Path) -> None:
    for command in ("draw orders --side crm", "leases orders"):
        result = run(f"numbers {command}", settings)
        assert result.exit_code == 2
        assert "customers-usmf" in result.stderr


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": "country"}, "which is no kind of records of a company"),
        ({"format": "CU-###", "last": 1000}, "holds 0 to 999"),
        ({"format": "CU-USMF"}, "Give the format more places"),
        ({"format": "A-LONG-CONSTANT-######"}, "longer than 20 characters"),
        ({"block": 0}, "entry 1: block: Input should be greater"),
        ({"format": None}, "entry 1: format"),
        ({"id": "Customers"}, "entry 1: id"),
        ({"id": "erp-usmf-cu"}, "named like one of a system's own"),
        ({"next": 5}, "entry 1: next: Extra inputs"),
    ],
)
def test_a_sequence_that_is_none_is_refused(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    one = {"id": "a", "company": "USMF", "kind": "account", "format": "CU-###", **changed}
    lines = [f"{name} = {json.dumps(value)}" for name, value in one.items() if value is not None]
    file = tmp_path / "dualwrite.toml"
    file.write_text("[[shared_sequences]]\n" + "\n".join(lines), "utf-8")
    result = run("numbers shared", file)
    assert result.exit_code == 2
    assert result.stderr.startswith("configuration: ")
    assert said in result.stderr


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "dualwrite.toml"
    file.write_text(SEQUENCE + SEQUENCE.split("\n\n", 1)[1], "utf-8")
    assert "is set twice" in run("numbers shared", file).stderr
