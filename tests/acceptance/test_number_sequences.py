"""Number sequences that overlap stop their maps in the running product, until a person decides."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from tests.acceptance.commands import command
from tests.acceptance.environment import Environment

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

OVERLAP = "USMF|account+person|erp-usmf-cu|erp-usmf-pr"


def _prospects_look_like(product: Environment, text: str) -> None:
    """An administrator of the ERP changes how the numbers of prospects look."""
    key = {"NumberSequenceCode": "PR", "ScopeType": "DataArea", "ScopeValue": "usmf"}
    product.erp.change("SequenceV2Tables", key, {"Format": text})


def _accounts(product: Environment) -> tuple[str, str | None]:
    found: dict[str, Any] = product.get("maps/prospects-accounts")
    return found["state"], (found["problem"] or {}).get("code")


def _check(product: Environment) -> subprocess.CompletedProcess[str]:
    """`dualwrite numbers check`, beside the service."""
    return subprocess.run(
        command("numbers", "check", "--settings", str(product.folder.settings)),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_sequences_of_the_product_do_not_overlap(plain_product: Environment) -> None:
    checked = plain_product.post("numbers/check")
    assert (checked["disjoint"], checked["untold"]) == (True, {})
    listed = {one["id"]: one for one in plain_product.get("numbers")["items"]}
    assert {"erp-usmf-pr", "erp-usmf-cu", "crm-quote-msdyn_quotenumber"} <= set(listed)
    assert listed["erp-usmf-cu"]["format"] == "CU-######"


def test_an_overlap_stops_the_maps_until_somebody_accepts_it(plain_product: Environment) -> None:
    product = plain_product
    _prospects_look_like(product, "CU-######")
    (overlap,) = product.post("numbers/check")["overlaps"]
    assert overlap["id"] == OVERLAP
    assert _accounts(product) == ("stopped", "numbers_overlap")
    product.crm.new_account("HELD-1", "Held Ltd")
    product.patience.until(
        "the new account waits for its map",
        lambda: product.account_link("HELD-1"),
        lambda link: link.get("state") == "parked",
    )
    assert product.erp.prospect("HELD-1") is None

    who = {"overlap": OVERLAP, "by": "Ada"}
    reason = "customers are made by conversion only"
    assert product.post("numbers/overlaps/accept", {**who, "reason": reason})["accepted"]
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect("HELD-1"))
    assert _accounts(product) == ("running", None)

    product.post("numbers/overlaps/withdraw", who)
    assert _accounts(product) == ("stopped", "numbers_overlap")
    _prospects_look_like(product, "PR-######")
    assert product.post("numbers/check")["disjoint"]
    assert _accounts(product) == ("running", None)
    product.crm.new_account("FREE-1", "Free Ltd")
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect("FREE-1"))


def test_a_number_that_a_prospect_has_stops_the_maps_until_the_sequence_is_past_it(
    plain_product: Environment,
) -> None:
    product = plain_product
    product.post("numbers/check")
    coming = product.get("numbers/erp-usmf-cu")["next"] + 2
    number = f"CU-{coming:06d}"
    product.crm.new_account(number, "Typed Ltd")
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    (overlap,) = product.post("numbers/check")["overlaps"]
    assert (overlap["id"], overlap["number"]) == ("USMF|account+person|erp-usmf-cu", number)
    assert (overlap["other"], overlap["records"]) == (None, 1)
    assert _accounts(product) == ("stopped", "numbers_overlap")
    told = _check(product)
    assert told.returncode == 1
    assert f"erp-usmf-cu is going to give {number} in USMF|account+person" in told.stdout
    assert "  It stops prospects-accounts" in told.stdout

    key = {"NumberSequenceCode": "CU", "ScopeType": "DataArea", "ScopeValue": "usmf"}
    product.erp.change("SequenceV2Tables", key, {"Next": coming + 1})
    told = _check(product)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.endswith("records: nothing overlaps.\n")
    assert _accounts(product) == ("running", None)
