"""A clash that two people typed, decided on the command line; both systems are read afterwards."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.acceptance.commands import command
from tests.acceptance.environment import Environment

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

NUMBER, MAP = "CLASH-1", "prospects-accounts"
RECORD = f"account:usmf|{NUMBER.lower()}"


def dualwrite(product: Environment, *arguments: str) -> str:
    """What a command prints, as an admin types it beside the running service."""
    line = command(*arguments, "--settings", str(product.folder.settings))
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def listed(product: Environment, **filters: str) -> list[dict[str, Any]]:
    """The conflicts about the record's name that pass filters."""
    return product.items("conflicts", link=RECORD, field="name", **filters)


def both_type(product: Environment, account: str, text: str) -> None:
    """Each side types a name of its own before the service looks."""
    product.post(f"maps/{MAP}/pause")
    product.crm.change("accounts", account, {"name": f"CRM {text}"})
    product.erp.change_prospect(NUMBER, ProspectName=f"ERP {text}")
    product.post(f"maps/{MAP}/resume")


def clash(product: Environment, text: str) -> str:
    """The id of the open conflict about these names."""
    [item] = product.patience.until("an open clash", lambda: listed(product, side="erp"))
    assert (item["crm"], item["erp"]) == ({"name": f"CRM {text}"}, {"name": f"ERP {text}"})
    return str(item["id"])


def both_have(product: Environment, name: str) -> None:
    """The name is on both sides, as the systems themselves tell."""
    product.patience.until(
        f"{name} is on both sides",
        lambda: (
            (product.crm.account(NUMBER) or {}).get("name"),
            (product.erp.prospect(NUMBER) or {}).get("ProspectName"),
        ),
        lambda names: names == (name, name),
    )


def test_a_clash_is_decided_once_as_a_rule_and_once_more(plain_product: Environment) -> None:
    product = plain_product
    manual = {"owner": "manual", "by": "Ann"}
    assert product.api.put(f"/api/v1/rules/{MAP}/name", json=manual).status_code == 200
    account = product.crm.new_account(NUMBER, "First Ltd")["accountid"]
    both_have(product, "First Ltd")

    both_type(product, account, "one")
    first = clash(product, "one")
    shown = dualwrite(product, "conflicts", "show", first)
    for told in ("CRM one", "ERP one", "First Ltd", "it is left to a person, by rule 1 of Ann"):
        assert told in shown
    dualwrite(product, "conflicts", "resolve", first, "--take", "erp", "--by", "Ann")
    both_have(product, "ERP one")
    [closed] = product.patience.until("it is settled", lambda: listed(product, state="resolved"))
    assert listed(product) == []
    assert (closed["id"], closed["resolved_by"]) == (first, "Ann")

    both_type(product, account, "two")
    as_rule = ("--take", "crm", "--as-rule", "--by", "Bob", "--why", "the seller knows")
    clash(product, "two")
    dualwrite(product, "conflicts", "resolve", "--map", MAP, "--link", RECORD, *as_rule)
    both_have(product, "CRM two")

    both_type(product, account, "three")
    both_have(product, "CRM three")
    [lost] = listed(product, state="resolved", side="erp", winner="crm")
    assert lost["erp"] == {"name": "ERP three"}
    assert lost["policy"] == "the CRM owns the field, by rule 2 of Bob"

    dualwrite(product, "conflicts", "reopen", lost["id"], "--by", "Ann", "--why", "the ERP's")
    dualwrite(product, "conflicts", "resolve", lost["id"], "--take", "erp", "--by", "Ann")
    both_have(product, "ERP three")
    told = product.get(f"conflicts/{lost['id']}")
    assert [(act["by"], act["what"]) for act in told["acts"]] == [
        ("Ann", "reopen"),
        ("Ann", "resolve"),
    ]
    by_crm, by_erp = told["seen"]
    assert (by_crm["side"], by_erp["side"]) == ("crm", "erp")
    assert by_crm["actor"]
    assert by_crm["changed_at"]
    assert by_crm["seen_at"]
    assert by_erp["actor"] is None, "the ERP does not tell"
