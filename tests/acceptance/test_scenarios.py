"""The scenarios, step by step, by a person who knows only the two systems' APIs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connectors.sandbox.people.scenarios import SCENARIOS, World, run_scenario
from tests.acceptance.environment import Environment, play

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]


def test_scenarios_hold(product: Environment) -> None:
    play(product)
    conflicts = product.open_conflicts()
    assert [item["kind"] for item in conflicts] == ["number_taken"]
    assert "PR-000002" in conflicts[0]["message"]
    links = product.items("links")
    unfinished = {"due", "retry", "waiting", "dead"}
    assert not [link for link in links if link["state"] in unfinished]
    _service_is_itself(product)


def _service_is_itself(product: Environment) -> None:
    """The service calls public paths alone, with an identity of its own."""
    entra = product.sandboxes.surface.document(product.folder)["entra"]
    for person, root in (
        (product.crm, ("/api/data/v9.2/",)),
        (product.erp, ("/data/", "/metadata")),
    ):
        noted = person.calls.get("/_sandbox/journal")["requests"]
        ours = [entry for entry in noted if entry["headers"].get("user-agent") == "dualwrite"]
        people = [entry for entry in noted if entry not in ours]
        assert ours
        assert people
        assert {entry["caller"] for entry in ours} == {entra["client_id"]}
        assert {entry["caller"] for entry in people} == {entra["user_client_id"]}
        assert all(entry["path"].lower().startswith(root) for entry in ours)
    control = [line for system in ("crm", "erp") for line in product.sandboxes.child(system).tail()]
    used = [line for line in control if line.startswith("control route:")]
    assert used
    assert not [line for line in used if "'dualwrite'" in line]


def test_a_step_that_does_not_hold_is_told(plain_product: Environment) -> None:
    """The scenarios can fail: with the service gone, the first step does."""
    plain_product.service.stop()
    world: World = plain_product.world()
    impatient = replace(world, patience=replace(world.patience, seconds=0.2))
    first, *rest = run_scenario(SCENARIOS[0], impatient)
    assert first.held is False
    assert "an account PR-000001" in first.failure
    assert {result.held for result in rest} == {None}


def test_the_data_folder_says_what_was_promised(product: Environment) -> None:
    file = product.sandboxes.surface.write(product.folder)
    document = json.loads(file.read_text("utf-8"))
    assert set(document) == {"api", "crm", "erp", "entra", "ca"}
    assert set(document["entra"]) == {
        "url",
        "tenant",
        "client_id",
        "client_secret",
        "user_client_id",
        "user_client_secret",
    }
    assert document["ca"] is None
    for private in (file, product.folder.settings, product.folder.path / "folder.json"):
        assert private.stat().st_mode & 0o077 == 0
