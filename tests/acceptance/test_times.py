"""How long things take: an idle change, a stop, a restart."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.sandbox.people import northwind
from tests.acceptance.environment import Environment, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

IDLE_SECONDS = 5.0
DRAIN_SECONDS = 10.0
SWEEP_SECONDS = 45.0


def test_an_idle_change_crosses_within_seconds(product: Environment) -> None:
    """The best of three, for the machine may be busy with other things."""
    product.world().account(product.erp.new_prospect("Idle Ltd")["ProspectId"])
    to_crm = min(_to_crm(product, number) for number in range(3))
    to_erp = min(_to_erp(product, number) for number in range(3))
    assert to_crm < IDLE_SECONDS
    assert to_erp < IDLE_SECONDS


def _to_crm(product: Environment, number: int) -> float:
    began = time.monotonic()
    product.world().account(product.erp.new_prospect(f"Idle {number} Ltd")["ProspectId"])
    return time.monotonic() - began


def _to_erp(product: Environment, number: int) -> float:
    began = time.monotonic()
    product.crm.new_account(f"IDLE-{number}", f"Idler {number} Inc")
    product.patience.until("ERP: a prospect", lambda: product.erp.prospect(f"IDLE-{number}"))
    return time.monotonic() - began


def test_a_missed_notice_costs_time_and_nothing_else(plain_product: Environment) -> None:
    """Webhooks are wake-ups: without them, the feed and the sweep find the change."""
    product = replace(
        plain_product, patience=replace(plain_product.patience, seconds=SWEEP_SECONDS)
    )
    for person in (product.crm, product.erp):
        person.calls.send("POST", "/_sandbox/faults", {"kind": "hook-drop", "count": 20})
    try:
        made = product.erp.new_prospect("Unheard Ltd")["ProspectId"]
        product.crm.new_account("UNHEARD-1", "Unheard Inc")
        product.world().account(made)
        product.patience.until("ERP: a prospect", lambda: product.erp.prospect("UNHEARD-1"))
    finally:
        for person in (product.crm, product.erp):
            person.calls.send("DELETE", "/_sandbox/faults")


def test_repeated_notices_change_nothing(product: Environment) -> None:
    for person in (product.crm, product.erp):
        person.calls.send("POST", "/_sandbox/faults", {"kind": "hook-duplicate", "count": 50})
    try:
        made = product.erp.new_prospect("Twice Ltd")["ProspectId"]
        product.world().account(made)
        marker = product.erp.new_prospect("After Twice Ltd")["ProspectId"]
        product.world().account(marker)
    finally:
        for person in (product.crm, product.erp):
            person.calls.send("DELETE", "/_sandbox/faults")
    assert len(product.crm.rows("accounts", "name eq 'Twice Ltd'")) == 1
    found = [row for row in product.erp.rows("Prospects") if row["ProspectName"] == "Twice Ltd"]
    assert [row["ProspectId"] for row in found] == [made]


def test_a_stop_drains_and_a_restart_goes_on(tmp_path: Path) -> None:
    with running(tmp_path, gab=False) as product:
        halves = northwind.halves(20)
        northwind.seed_erp(product.erp, halves.erp)
        northwind.seed_crm(product.crm, halves.crm, gab=False)
        began = time.monotonic()
        assert product.service.stop() == 0
        assert time.monotonic() - began < DRAIN_SECONDS
        made = product.erp.new_prospect("While Away Ltd")["ProspectId"]
        product.service.start()
        product.world().account(made)
        product.patience.until(
            "every company is on the other side",
            lambda: (
                northwind.arrived_in_crm(product.crm, halves.erp, gab=False),
                northwind.arrived_in_erp(product.erp, halves.crm),
            ),
            lambda seen: all(half.complete for half in seen),
        )
        names = [row["name"] for row in product.crm.rows("accounts")]
        assert sorted(names) == sorted({*names})


def test_both_systems_survive_a_restart(tmp_path: Path) -> None:
    """What a data folder holds is there again, and is not sent again."""
    with running(tmp_path, gab=True) as product:
        made = product.erp.new_prospect("Durable Ltd")["ProspectId"]
        before = product.world().account(made)
    with running(tmp_path, gab=True) as product:
        after = product.crm.account(made)
        assert after == before
        later = product.erp.new_prospect("Later Ltd")["ProspectId"]
        product.world().account(later)
        assert product.crm.account(made) == before
