"""The command line: results for people and programs, exit codes, and errors with a cure."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sync.bootstrap import open_state
from sync.cli.main import app
from sync.core.conflict import Conflict, ConflictKind, Seen
from sync.core.link import Agreed, Link, LinkState, Problem, link_id
from sync.core.row import Row, RowRef, Side
from sync.ports import DeadLetter, KnownRow
from sync.settings import load
from sync.testing.contracts.samples import a_relation

LEAVES = [
    ["serve"],
    ["migrate"],
    ["check"],
    ["status"],
    ["demo"],
    ["reconcile"],
    ["backfill"],
    ["reconciliations", "ask"],
    ["reconciliations", "list"],
    ["reconciliations", "show"],
    ["record"],
    ["replay"],
    ["sandbox"],
    ["maps", "list"],
    ["maps", "show"],
    ["maps", "versions"],
    ["maps", "start"],
    ["maps", "stop"],
    ["maps", "pause"],
    ["maps", "resume"],
    ["maps", "check"],
    ["links", "list"],
    ["links", "show"],
    ["links", "explain"],
    ["conflicts", "list"],
    ["conflicts", "show"],
    ["conflicts", "resolve"],
    ["conflicts", "reopen"],
    ["conflicts", "retry"],
    ["conflicts", "undo"],
    ["conflicts", "rules"],
    ["conflicts", "set-rule"],
    ["conflicts", "remove-rule"],
    ["deadletters", "list"],
    ["deadletters", "show"],
    ["deadletters", "edit"],
    ["deadletters", "dry-run"],
    ["deadletters", "redrive"],
    ["deadletters", "discard"],
]
COMPANY = link_id("company", "usmf")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "dualwrite.toml"
    file.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    return file


@pytest.fixture
def migrated(settings: Path) -> Path:
    assert run("migrate", settings).exit_code == 0
    return settings


@pytest.fixture
def filled(migrated: Path) -> Path:
    async def fill() -> None:
        state = open_state(load(migrated))
        link = Link(
            COMPANY,
            "company",
            "usmf",
            {"code": "USMF"},
            state=LinkState.CONFLICT,
            base={"name": Agreed("Contoso", "Contoso")},
            problem=Problem("clash", "Both changed the name.", "Choose one."),
        )
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.add_links([link, Link("0" * 32, "currency", "usd", {"code": "USD"})])
            await tx.put_conflicts([Conflict("c" * 32, COMPANY, ConflictKind.CLASH, "name")])
            letter = DeadLetter(
                "d" * 32, None, "event_malformed", "No JSON.", "Fix it.", {}, "2026"
            )
            await tx.put_dead_letters([letter])
            await tx.draw_number("malformed")
        await state.store.close()

    asyncio.run(fill())
    return migrated


@pytest.fixture
def family(migrated: Path) -> Path:
    """A customer with 12 contacts, of which the last is in conflict."""
    links = [Link(link_id("account", "usmf|a"), "account", "usmf|a", {"code": "A"})]
    for n in range(12):
        key, state = f"usmf|cp-{n}", LinkState.CONFLICT if n == 11 else LinkState.SETTLED
        problem = Problem("clash", "Both changed the name.") if n == 11 else None
        contact = Link(link_id("contact", key), "contact", key, {"code": f"CP-{n}"}, state=state)
        contact.problem = problem
        links.append(contact)

    async def fill() -> None:
        state = open_state(load(migrated))
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.add_links(links)
            top, *below = links
            await tx.relate({one.id: [a_relation(top, one, "account")] for one in below})
            await tx.put_conflicts([Conflict("c" * 32, links[-1].id, ConflictKind.CLASH, "name")])
        await state.store.close()

    asyncio.run(fill())
    return migrated


def run(command: str, settings: Path | None = None, *arguments: str) -> Result:
    where = ["--settings", str(settings)] if settings is not None else []
    return CliRunner().invoke(app, [*command.split(), *arguments, *where])


def json_of(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize("command", LEAVES, ids=" ".join)
def test_every_command_documents_json_and_exit_codes(command: list[str]) -> None:
    text = " ".join(CliRunner().invoke(app, [*command, "--help"]).output.split())
    assert "--json" in text
    assert "Exit codes: 0 done; 1 a negative finding; 2 input" in text


def test_the_help_lists_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"]).output
    assert all(f"\n  {command[0]} " in shown for command in LEAVES)


def test_migrate_may_be_repeated(settings: Path) -> None:
    first, second = (json_of(run("migrate --json", settings)) for _ in range(2))
    assert (first["before"], first["changed"]) == (None, True)
    assert (second["before"], second["changed"]) == (first["after"], False)


@pytest.mark.parametrize("command", ["maps list", "links list", "conflicts list"])
def test_a_schema_that_is_not_current_is_refused(settings: Path, command: str) -> None:
    result = run(command, settings)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0].startswith("schema_not_current: ")
    assert "dualwrite migrate" in result.stderr


def test_an_unknown_setting_ends_every_command_with_its_cure(settings: Path) -> None:
    settings.write_text("api_prt = 1", "utf-8")
    for command in ("serve", "migrate", "maps list", "links list", "reconcile"):
        result = run(command, settings)
        assert result.exit_code == 2
        assert "Did you mean api_port?" in result.stderr
        assert "Traceback" not in result.output


def test_a_database_that_does_not_answer_is_not_reached(settings: Path) -> None:
    settings.write_text('database_url = "postgresql://me:hush@127.0.0.1:1/x"', "utf-8")
    for command in ("migrate", "maps list"):
        result = run(command, settings)
        assert result.exit_code == 3
        assert "DUALWRITE_DATABASE_URL" in result.stderr
        assert "hush" not in result.output


def test_maps_are_started_with_those_they_need_and_stopped(migrated: Path) -> None:
    states = {m["id"]: m["state"] for m in json_of(run("maps list --json", migrated))["items"]}
    assert set(states.values()) == {"stopped"}
    changed = json_of(run("maps start customer-groups --master erp --json", migrated))["changed"]
    assert {"companies", "customer-groups"} <= {run["map_id"] for run in changed}
    assert {(run["state"], run["master"]) for run in changed} == {("starting", "erp")}
    assert "nothing to start" in run("maps start companies --master crm", migrated).stdout
    assert "stopped" in run("maps stop companies", migrated).stdout
    assert json_of(run("maps start all --master none --json", migrated))["changed"]


@pytest.mark.parametrize("command", ["sandbox", "demo --once"])
def test_a_data_folder_that_cannot_be_made_is_named(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    result = CliRunner().invoke(app, [*command.split(), "--data-dir", str(file)])
    assert result.exit_code == 2
    assert f"The folder {file} cannot be made" in result.stderr
    assert "--data-dir" in result.stderr


@pytest.mark.parametrize(
    "command",
    ["maps start nothing --master crm", "maps stop nothing", "maps show nothing"],
)
def test_an_unknown_map_is_unusable_and_the_known_ones_are_named(
    migrated: Path, command: str
) -> None:
    result = run(command, migrated)
    assert result.exit_code == 2
    assert "'nothing'" in result.stderr
    assert "companies" in result.stderr


def test_a_start_needs_a_master(migrated: Path) -> None:
    assert run("maps start companies", migrated).exit_code == 2
    assert run("maps start companies --master sap", migrated).exit_code == 2


def test_a_map_is_shown_field_by_field(settings: Path) -> None:
    assert "cdm_companycode" in run("maps show companies", settings).stdout
    assert json_of(run("maps show companies --json", settings))["id"] == "companies"


def test_a_folder_of_maps_is_checked(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    assert "none differs" in run(f"maps check {folder} --no-gab").stdout
    broken = folder / "companies.yaml"
    broken.write_text("map: companies\nfields: [{name: x}]\n", "utf-8")
    result = run(f"maps check {folder} --no-gab")
    assert result.exit_code == 2
    assert result.stderr.startswith("map_invalid: ")
    assert f"{broken.name}:2" in result.stderr
    missing = run(f"maps check {folder / 'none'}")
    assert (missing.exit_code, "is no folder" in missing.stderr) == (2, True)


def test_links_are_listed_searched_and_paged(filled: Path) -> None:
    everything = json_of(run("links list --json", filled))
    assert [e["link"]["kind"] for e in everything["items"]] == ["currency", "company"]
    first = json_of(run("links list --json --limit 1", filled))
    second = json_of(run(f"links list --json --limit 1 --cursor {first['next']}", filled))
    assert first["items"] + second["items"] == everything["items"]
    assert second["next"] is None
    assert "Both changed the name." in run("links list --state conflict", filled).stdout
    assert "no such link" in run("links list -q nobody", filled).stdout
    assert run("links list --limit 1001", filled).exit_code == 2
    refused = run("links list --kind acount", filled)
    assert refused.exit_code == 2
    assert "account" in refused.stderr


@pytest.mark.parametrize("name", ["company:usmf", "company:USMF", COMPANY])
def test_a_link_is_shown(filled: Path, name: str) -> None:
    text = run(f"links show {name}", filled).stdout
    assert "company USMF: conflict" in text
    assert "Choose one." in text
    found = json_of(run(f"links show {name} --json", filled))
    assert found["entry"]["link"]["id"] == COMPANY
    assert found["conflicts"][0]["kind"] == "clash"


def test_a_link_that_is_tried_again_says_how_often_and_when(migrated: Path) -> None:
    down = Problem("unavailable", "Nobody answers.", side=Side.ERP)
    link = Link(
        COMPANY,
        "company",
        "usmf",
        {"code": "USMF"},
        state=LinkState.RETRY,
        attempts=3,
        problem=down,
    )

    async def fill() -> None:
        state = open_state(load(migrated))
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.add_links([link])
            await tx.wake([COMPANY], datetime(2026, 1, 1, 12, tzinfo=UTC))
        await state.store.close()

    asyncio.run(fill())
    shown = run(f"links show {COMPANY}", migrated).stdout
    assert "failed in a row: 3; tried again at 2026-01-01T12:00:00+00:00" in shown


@pytest.mark.parametrize("command", ["links show company:none", "deadletters show none"])
def test_what_is_not_there_is_a_negative_finding(filled: Path, command: str) -> None:
    result = run(command, filled)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "none" in result.stderr


CONFLICT = "c" * 32


def put(settings: Path, *conflicts: Conflict) -> None:
    """Further conflicts in the state."""

    async def fill() -> None:
        state = open_state(load(settings))
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.put_conflicts(conflicts)
        await state.store.close()

    asyncio.run(fill())


def test_conflicts_are_filtered(filled: Path) -> None:
    assert json_of(run("conflicts list --record currency --json", filled))["items"] == []
    for found in ("--field name", "--link company:usmf", f"--link {COMPANY}", "--side erp"):
        assert json_of(run(f"conflicts list {found} --json", filled))["items"][0]["id"] == CONFLICT
    stuck = Conflict(
        "e" * 32, COMPANY, ConflictKind.UNFIT, "name", side=Side.CRM, map_id="companies"
    )
    put(filled, stuck)
    for wanted, ids in (
        ("--side erp", [CONFLICT]),
        ("--side crm", [CONFLICT, stuck.id]),
        ("--map companies", [stuck.id]),
        ("--map currencies", []),
    ):
        items = json_of(run(f"conflicts list {wanted} --json", filled))["items"]
        assert [item["id"] for item in items] == ids


def test_a_conflict_is_decided_and_shown_side_by_side(filled: Path) -> None:
    done = run("conflicts resolve --kind clash --take erp --by Ann --why known", filled)
    assert (done.exit_code, done.stdout.split(":")[0]) == (0, CONFLICT)
    shown = run(f"conflicts show {CONFLICT}", filled).stdout
    assert "Ann asked for: erp" in shown
    assert "Ann: resolve erp: known" in shown
    assert "agreed crm" in shown
    (act,) = json_of(run(f"conflicts show {CONFLICT} --json", filled))["acts"]
    assert (act["by"], act["what"], act["said"]["take"]) == ("Ann", "resolve", "erp")


def test_a_conflict_about_a_number_is_shown_side_by_side(filled: Path) -> None:
    rows = (
        Seen(Side.CRM, "crm:accounts(1)", "main", "7", "e1", "ann", "2026-01-01T08:00:00Z"),
        Seen(Side.ERP, "erp:CustomersV3(2)", "customer", "8"),
    )
    taken = Conflict(
        "e" * 32,
        COMPANY,
        ConflictKind.NUMBER_TAKEN,
        "number",
        crm={"number": "A-1", "records": ("prospect First",)},
        erp={"number": "A-1", "records": ("customer Other", "prospect First")},
        crm_actor="ann",
        crm_at="2026-01-01T08:00:00Z",
        seen=rows,
    )
    put(filled, taken)
    shown = run(f"conflicts show {taken.id}", filled).stdout
    for told in ("customer Other;prospect First", "2026-01-01T08:00:00Z", "erp:CustomersV3(2)"):
        assert told in shown
    told = json_of(run(f"conflicts show {taken.id} --json", filled))
    assert [(row["side"], row["actor"], row["seen_at"]) for row in told["seen"]] == [
        ("crm", "ann", None),
        ("erp", None, None),
    ]


def test_what_cannot_be_decided_says_why(filled: Path) -> None:
    refused = run("conflicts resolve nothing --take crm", filled)
    assert refused.exit_code == 1
    assert "There is no conflict nothing." in refused.stdout
    assert run("conflicts resolve --take erp", filled).exit_code == 2
    assert run(f"conflicts reopen {CONFLICT}", filled).exit_code == 2
    assert run("conflicts reopen nothing", filled).exit_code == 1


def test_a_rule_is_set_listed_and_taken_back(filled: Path) -> None:
    assert "There is none." in run("conflicts rules", filled).stdout
    assert run("conflicts set-rule prospects-accounts name erp --by Ann", filled).exit_code == 0
    (rule,) = json_of(run("conflicts rules --json", filled))["items"]
    assert (rule["owner"], rule["by"], rule["version"]) == ("erp", "Ann", 1)
    assert run("conflicts set-rule prospects-accounts name latch", filled).exit_code == 2
    assert run("conflicts remove-rule prospects-accounts name", filled).exit_code == 0


def test_conflicts_and_dead_letters(filled: Path) -> None:
    assert json_of(run("conflicts list --json", filled))["items"][0]["field"] == "name"
    assert "There is none." in run("conflicts list --state resolved", filled).stdout
    assert json_of(run("deadletters list --json", filled))["items"][0]["cure"] == "Fix it."
    assert "Fix it." in run(f"deadletters show {'d' * 32}", filled).stdout


def test_a_dead_letter_without_a_link_is_discarded(filled: Path) -> None:
    refused = run(f"deadletters redrive {'d' * 32}", filled)
    assert (refused.exit_code, "discard" in refused.stderr) == (2, True)
    assert run(f"deadletters discard {'d' * 32}", filled).exit_code == 2
    why = ["--by", "Ann", "--why", "Not ours."]
    (done,) = json_of(run(f"deadletters discard --json {'d' * 32}", filled, *why))["items"]
    assert (done["state"], done["history"][0]["by"]) == ("discarded", "Ann")
    assert run("deadletters redrive none", filled).exit_code == 1
    assert run("deadletters redrive", filled).exit_code == 2
    assert "There is none." in run("deadletters list", filled).stdout


def test_check_tells_everything_and_ends_with_the_first_wrong_thing(settings: Path) -> None:
    before = run("check --json", settings)
    assert before.exit_code == 2
    found = {c["what"]: c for c in json.loads(before.stdout)["checks"]}
    assert (found["settings"]["ok"], found["maps"]["ok"]) == (True, True)
    assert found["database"]["code"] == "schema_not_current"
    assert "crm_url" in found["systems"]["detail"]
    with settings.open("a") as file:
        file.write(
            'crm_url = "http://127.0.0.1:1"\nerp_url = "http://127.0.0.1:1"\n'
            'authority = "http://127.0.0.1:1"\n'
            'crm_client_id = "a"\ncrm_client_secret = "hush-hush"\n'
            'erp_client_id = "a"\nerp_client_secret = "hush-hush"\n'
        )
    run("migrate", settings)
    after = run("check", settings)
    assert after.exit_code == 3
    assert "unavailable" in after.stdout
    assert "hush" not in after.output


def test_a_defect_tells_where_and_not_what(migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Jane Doe")

    monkeypatch.setattr("sync.engine.overview.map_standings", broken)
    result = run("maps list", migrated)
    assert result.exit_code == 70
    assert result.stderr.startswith("defect: RuntimeError")
    assert "test_commands.py" in result.stderr
    assert "Jane" not in result.stderr.replace('RuntimeError("Jane Doe")', "")


def test_check_refuses_unknown_settings(settings: Path) -> None:
    settings.write_text("nope = 1", "utf-8")
    result = run("check --json", settings)
    assert result.exit_code == 2
    [only] = json.loads(result.stdout)["checks"]
    assert (only["what"], only["code"]) == ("settings", "configuration")


def test_a_family_is_a_tree_with_the_record_asked_for_marked(family: Path) -> None:
    lines = run("links show", family, "contact:usmf|cp-10").stdout.splitlines()
    tree = lines[lines.index("family") + 1 :]
    assert tree[:3] == [
        "- account A: due, crm none, erp none",
        "  - contact CP-11: clash, crm none, erp none, 1 open conflict",
        "  * contact CP-10: settled, crm none, erp none",
    ]
    assert tree[11:] == ["  … 2 more of contact"]
    few = run("links show --family 1", family, "account:usmf|a").stdout.splitlines()
    assert few[-1] == "  … 11 more of contact"


def test_a_family_is_data_too(family: Path) -> None:
    found = json_of(run("links show --json", family, "account:usmf|a"))
    [root] = found["family"]["roots"]
    [group] = root["groups"]
    assert (root["key"], group["kind"], group["total"]) == ("usmf|a", "contact", 12)


def test_the_status_is_told_in_numbers(filled: Path) -> None:
    lines = run("status", filled).stdout.splitlines()
    assert lines[1] == "1 change events taken in: 0 settled, 0 wait, 1 dead"
    assert lines[2] == "open conflicts: 1, dead letters: 1"
    assert ["company", "conflict", "1"] in [line.split() for line in lines]
    assert lines[-1] == "Neither system has a prospect, a customer or a document yet."
    found = json_of(run("status --json", filled))
    assert (found["links"]["currency"], found["conflicts"]["open"]) == ({"due": 1}, 1)
    balance = {"taken": 1, "settled": 0, "waiting": 0, "dead": 1, "missing": 0}
    assert found["balance"] == balance


def test_the_status_shows_what_each_side_has(migrated: Path) -> None:
    link = Link(link_id("account", "usmf|a"), "account", "usmf|a", {"code": "A"}, company="USMF")
    row = Row(RowRef(Side.CRM, "accounts", "a"), "1", {"customertypecode": 8}, 1)

    async def fill() -> None:
        state = open_state(load(migrated))
        await state.store.start()
        async with state.store.transaction() as tx:
            await tx.add_links([link])
            await tx.put_rows([KnownRow(row, link.id)])
        await state.store.close()

    asyncio.run(fill())
    lines = [line.split() for line in run("status", migrated).stdout.splitlines()]
    assert ["USMF", "prospects", "1", "0"] in lines
    found = json_of(run("status --json", migrated))["business"]["companies"]["USMF"]
    assert found["crm"]["prospects"] == {"count": 1, "amounts": {}}
