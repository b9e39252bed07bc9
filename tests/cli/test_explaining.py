"""`dualwrite links explain` on a state in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sync.bootstrap import open_state
from sync.core.event import upserted
from sync.core.link import Agreed, Link, LinkState, link_id
from sync.core.row import Row, RowRef, Side
from sync.ports import InboxEvent, KnownRow, Receipt
from sync.settings import load
from tests.cli.test_commands import json_of, run

COMPANY = link_id("company", "usmf")
FIRST, SECOND, THIRD = (f"2026-01-0{n}T00:00:00.000000Z" for n in (1, 2, 3))


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A company that was renamed in the ERP, and its name written to the CRM."""
    settings = tmp_path / "dualwrite.toml"
    settings.write_text('data_dir = "state"\ngab = false\n', "utf-8")
    assert run("migrate", settings).exit_code == 0

    async def fill() -> None:
        state = open_state(load(settings))
        await state.store.start()
        table_map = next(m for m in state.kinds.table_maps if m.kind == "company")
        key, name = table_map.fields
        crm_ref = RowRef(Side.CRM, table_map.crm.table, "00000000-0000-0000-0000-000000000001")
        erp_ref = RowRef(Side.ERP, table_map.anchor.table, f"{key.erp.column}='usmf'")

        def rows(value: str, version: str) -> tuple[Row, Row]:
            crm = {key.crm.column: "USMF", name.crm.column: value}
            erp = {key.erp.column: "usmf", name.erp.column: value}
            return (
                Row(crm_ref, version, crm, int(version), "crm user"),
                Row(erp_ref, version, erp, None, "erp user", THIRD),
            )

        old_crm, old_erp = rows("Contoso", "1")
        new_crm, new_erp = rows("Contoso Ltd", "2")
        bound = {"crm.main": crm_ref.row_id, f"erp.{table_map.anchor.name}": erp_ref.row_id}
        agreed = {name.name: Agreed("Contoso Ltd", "Contoso Ltd")}
        link = Link(COMPANY, "company", "usmf", {key.name: "USMF", "code": "USMF"}, rows=bound)
        link.base, link.state = agreed, LinkState.SETTLED
        change = {
            "field": name.name,
            "column": name.crm.column,
            "value": "Contoso Ltd",
            "neutral": "Contoso Ltd",
            "before": "Contoso",
            "reason": "only the ERP changed it",
            "event": upserted(new_erp).id,
        }
        receipt = Receipt(
            COMPANY, "plan-1", THIRD, Side.CRM, table_map.digest, (change,), {}, {"ok": True}, True
        )
        async with state.store.transaction() as tx:
            await tx.add_links([link])
            await tx.put_rows([KnownRow(new_crm, COMPANY), KnownRow(new_erp, COMPANY)])
            await tx.add_events(
                [
                    InboxEvent(upserted(row), (COMPANY,), received_at=at)
                    for row, at in ((old_crm, FIRST), (old_erp, FIRST), (new_erp, SECOND))
                ]
            )
            await tx.add_receipts([receipt])
        await state.store.close()

    asyncio.run(fill())
    return settings


def test_a_person_reads_where_a_value_comes_from(edited: Path) -> None:
    shown = run("links explain usmf name", edited)
    assert shown.exit_code == 0, shown.output
    assert "name of company:usmf\nequal: Both sides have the same." in shown.stdout
    assert "CRM: Contoso Ltd\n  written" in shown.stdout
    assert "in place of Contoso: only the ERP changed it" in shown.stdout
    assert "through companies " in shown.stdout
    assert f"from the ERP by erp user {THIRD}: event " in shown.stdout
    assert "written crm" in shown.stdout


def test_a_program_reads_it_also_as_of_an_earlier_time(edited: Path) -> None:
    now = json_of(run("links explain company:USMF name --json", edited))
    then = json_of(run("links explain usmf name --json --at 2026-01-01T12:00", edited))
    assert now["sides"]["crm"]["value"] == "Contoso Ltd"
    assert {s: one["value"] for s, one in then["sides"].items()} == {
        "crm": "Contoso",
        "erp": "Contoso",
    }
    assert then["sides"]["crm"]["cause"]["actor"] == "crm user"


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        ("nobody name", 1, "link_unknown"),
        ("usmf nonsense", 2, "field_unknown"),
        ("usmf name --at yesterday", 2, "ISO 8601"),
    ],
)
def test_what_cannot_be_explained_says_why(edited: Path, asked: str, code: int, told: str) -> None:
    result = run(f"links explain {asked}", edited)
    assert result.exit_code == code
    assert told in result.output
