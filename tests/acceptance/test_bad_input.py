"""Bad input over HTTP: a clear problem, nothing else blocked, and healed when it is cured."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.launch import ProcessEnded
from sync.store.engine import Database
from sync.store.log_tables import SqlLogTables
from tests.acceptance.environment import Environment, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

_MARKERS = count(1)


def _goes_on(product: Environment) -> None:
    """Another record crosses: nothing else is blocked."""
    number = f"MARK-{next(_MARKERS)}"
    product.crm.new_account(number, f"Marker {number}")
    product.patience.until("a later record has crossed", lambda: product.erp.prospect(number))


def _counts(product: Environment) -> dict[str, int]:
    """How many links of each kind there are; in which state changes with the echoes of before."""
    links = product.get("status")["links"]
    return {kind: sum(states.values()) for kind, states in links.items()}


def _conflict(product: Environment, link: dict[str, Any]) -> dict[str, Any]:
    found = product.patience.until("an open conflict", lambda: product.open_conflicts(link["id"]))
    assert len(found) == 1
    return found[0]


def _healed(product: Environment, number: str) -> None:
    product.patience.until(
        f"the link of {number} is settled",
        lambda: product.account_link(number),
        lambda link: link.get("state") == "settled" and link["problem"] is None,
    )
    link = product.account_link(number)
    assert product.open_conflicts(link["id"]) == []


def test_a_value_that_is_too_long(plain_product: Environment) -> None:
    product, number = plain_product, "LONG-1"
    account = product.crm.new_account(number, "L" * 130)["accountid"]
    _goes_on(product)
    conflict = _conflict(product, product.account_link(number))
    assert conflict["kind"] == "unfit"
    assert conflict["field"] == "name"
    assert number in conflict["message"]
    assert "130 characters" in conflict["message"]
    assert product.erp.prospect(number) is None
    product.crm.change("accounts", account, {"name": "Short Ltd"})
    made = product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    assert made is not None
    assert made["ProspectName"] == "Short Ltd"
    _healed(product, number)


def test_a_company_that_is_missing(plain_product: Environment) -> None:
    product, number = plain_product, "NOC-1"
    body = {"name": "No Company", "accountnumber": number, "customertypecode": 8}
    account = product.crm.create("accounts", body)["accountid"]
    _goes_on(product)
    key = f"?crm:accounts({account})"
    link = product.patience.until("a link with the problem", lambda: product.link("account", key))
    assert link["problem"]["code"] == "identity_missing"
    assert "msdyn_company" in link["problem"]["message"]
    assert "company" in link["problem"]["cure"]
    assert product.erp.prospect(number) is None
    company = f"/cdm_companies({product.crm.company})"
    product.crm.change("accounts", account, {"msdyn_company@odata.bind": company})
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    _healed(product, number)


def test_a_lookup_that_the_other_side_does_not_know(plain_product: Environment) -> None:
    product, number = plain_product, "LOOK-1"
    # A group without a company never crosses, so nothing that names it can.
    body = {"msdyn_groupid": "77", "msdyn_description": "Nobody's"}
    unknown = product.crm.create("msdyn_customergroups", body)["msdyn_customergroupid"]
    bind = f"/msdyn_customergroups({unknown})"
    columns = {"msdyn_customergroupid@odata.bind": bind}
    account = product.crm.new_account(number, "Look Ltd", **columns)["accountid"]
    _goes_on(product)
    waiting = product.patience.until(
        "the link waits",
        lambda: product.account_link(number),
        lambda link: link.get("state") == "waiting",
    )
    assert waiting["problem"]["code"] == "dependency_missing"
    assert f"msdyn_customergroups({unknown})" in waiting["problem"]["message"]
    assert product.erp.prospect(number) is None
    bind = f"/msdyn_customergroups({product.crm.group('10')})"
    product.crm.change("accounts", account, {"msdyn_customergroupid@odata.bind": bind})
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    _healed(product, number)


def test_a_key_that_was_edited(plain_product: Environment) -> None:
    product, number = plain_product, "KEY-1"
    account = product.crm.new_account(number, "Key Ltd")["accountid"]
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    _healed(product, number)
    product.crm.change("accounts", account, {"accountnumber": "KEY-2"})
    _goes_on(product)
    conflict = _conflict(product, product.account_link(number))
    assert conflict["kind"] == "key_edited"
    assert f"Set it back to {number}" in conflict["message"]
    assert product.erp.prospect("KEY-2") is None
    product.crm.change("accounts", account, {"accountnumber": number, "telephone1": "555-0199"})
    product.patience.until(
        "ERP: a later edit",
        lambda: (product.erp.prospect(number) or {}).get("PrimaryPhoneNumber"),
        lambda phone: phone == "555-0199",
    )
    _healed(product, number)


def test_a_customer_group_that_is_missing(plain_product: Environment) -> None:
    product, number = plain_product, "GROUP-1"
    account = product.crm.new_account(number, "Group Ltd")["accountid"]
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    product.erp.act("set-parameters", prospect_customer_group="")
    try:
        product.crm.convert(account, None)
        _goes_on(product)
        conflict = _conflict(product, product.account_link(number))
    finally:
        product.erp.act("set-parameters", prospect_customer_group="10")
    assert conflict["kind"] == "refused"
    assert number in conflict["message"]
    assert "'Customer group' must be filled in" in conflict["message"]
    assert product.erp.customer(number) is None
    assert (product.erp.prospect(number) or {})["ProspectRelationTypeId"] == "Prospect"
    product.crm.convert(account, "20")
    made = product.patience.until("ERP: the customer", lambda: product.erp.customer(number)) or {}
    assert made["CustomerGroupId"] == "20"
    _healed(product, number)


def test_a_number_that_another_customer_has(product: Environment) -> None:
    """A conversion in the CRM is taken back there, for the ERP cannot follow it."""
    number = "TAKEN-1"
    account = product.crm.new_account(number, "Taken Ltd")["accountid"]
    product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
    other = {
        "dataAreaId": product.erp.company,
        "CustomerAccount": number,
        "OrganizationName": "Another Company",
        "PartyType": "Organization",
        "CustomerGroupId": "20",
    }
    product.erp.create("CustomersV3", other)
    product.crm.convert(account, "20")
    product.patience.until(
        "the link rests with a conflict",
        lambda: product.account_link(number),
        lambda link: link["state"] == "conflict" and link["problem"]["code"] == "number_taken",
    )
    conflict = _conflict(product, product.account_link(number))
    assert conflict["kind"] == "number_taken"
    assert number in conflict["message"]
    # The conflict is there as soon as the number is taken, perhaps before the conversion is seen.
    row = product.patience.until(
        "CRM: the conversion is taken back",
        lambda: product.crm.account(number) or {},
        lambda row: row["customertypecode"] == 8,
    )
    assert row["name"] == "Taken Ltd"
    assert (product.erp.prospect(number) or {})["ProspectRelationTypeId"] == "Prospect"
    assert (product.erp.customer(number) or {})["OrganizationName"] == "Another Company"
    _goes_on(product)


@pytest.mark.parametrize("side", ["crm", "erp"])
def test_webhooks_that_are_not_what_they_should_be(plain_product: Environment, side: str) -> None:
    product, hook = plain_product, f"/hooks/{side}"
    secrets = product.folder.secrets
    secret = secrets.crm_webhook if side == "crm" else secrets.erp_webhook
    _goes_on(product)
    before = _counts(product)
    for query in ({}, {"code": "wrong"}):
        refused = product.api.post(hook, params=query, json={})
        assert refused.status_code == 401
        assert refused.json()["code"] == "secret_wrong"
    large = product.api.post(hook, params={"code": secret}, content=b"x" * 3_000_000)
    assert large.status_code == 413
    assert large.json()["cure"]
    unreadable = product.api.post(hook, params={"code": secret}, content=b"nonsense")
    assert unreadable.status_code == 400
    assert _counts(product) == before
    _goes_on(product)
    assert secret not in product.log_text()


async def test_events_on_the_log_that_are_none(plain_product: Environment) -> None:
    product = plain_product
    database = Database(f"sqlite:///{product.folder.service / 'dualwrite.db'}")
    try:
        records = [("x", b"{not json"), ("y", b'{"specversion":"1.0"}')]
        await SqlLogTables(database).append("dualwrite.changes", records)
    finally:
        await database.close()
    _goes_on(product)
    letters = product.patience.until(
        "two dead letters",
        lambda: product.items("deadletters"),
        lambda found: len(found) == 2,
    )
    assert {letter["code"] for letter in letters} == {"event_malformed"}
    assert all(letter["cure"] and letter["payload"]["position"] for letter in letters)


def test_a_map_that_is_broken(tmp_path: Path) -> None:
    """The service refuses it by file, line, field and cure, before anything is written."""
    maps = tmp_path / "maps"
    maps.mkdir()
    text = "map: prospects-accounts\nfields:\n  - {name: colour, erp: Colour, crm_: new_colour}\n"
    (maps / "prospects-accounts.yaml").write_text(text, "utf-8")
    settings = {"DUALWRITE_MAPS_DIR": str(maps)}
    with running(tmp_path / "data", gab=False, settings=settings, serve=False) as product:
        product.service.start()
        with pytest.raises(ProcessEnded) as ended:
            product.service.wait_ready()
    assert ended.value.code == 2
    said = "\n".join(ended.value.tail)
    assert "prospects-accounts.yaml:3" in said
    assert "colour" in said
    assert "'crm' is missing" in said
    assert "Add `crm" in said


def test_a_column_that_a_system_does_not_have(tmp_path: Path) -> None:
    """It is told by table and column; a record that needs it waits for a person, no other does."""
    maps = tmp_path / "maps"
    maps.mkdir()
    text = "map: prospects-accounts\nfields:\n  - {name: colour, erp: Colour, crm: sic, max: 20}\n"
    (maps / "prospects-accounts.yaml").write_text(text, "utf-8")
    settings = {"DUALWRITE_MAPS_DIR": str(maps)}
    with running(tmp_path / "data", gab=False, settings=settings) as product:
        side = product.get("status")["sides"]["erp"]
        assert side["error"] == "column_missing"
        assert side["message"] == "Entity set 'Prospects' of the ERP has no column 'Colour'."
        assert side["cure"]
        assert '"field": "Colour"' in product.log_text()
        number = "COLOUR-1"
        account = product.crm.new_account(number, "Colour Ltd", sic="red")["accountid"]
        _goes_on(product)
        made = product.erp.new_prospect("Plain Ltd")["ProspectId"]
        product.world().account(made)
        link = product.patience.until(
            "the record's own problem",
            lambda: product.account_link(number),
            lambda found: found.get("problem") is not None,
        )
        assert link["problem"]["code"] == "column_missing"
        assert number in link["problem"]["message"]
        assert "'Colour'" in link["problem"]["message"]
        assert product.erp.prospect(number) is None
        product.crm.change("accounts", account, {"sic": None})
        product.patience.until("ERP: the prospect", lambda: product.erp.prospect(number))
        _healed(product, number)


def test_a_column_that_a_system_has_lost_empties_nothing(tmp_path: Path) -> None:
    """The value that was synchronised stays on the side that still has the column."""
    maps = tmp_path / "maps"
    maps.mkdir()
    file = maps / "prospects-accounts.yaml"
    text = "map: prospects-accounts\nfields:\n  - {name: note, erp: %s, crm: sic, max: 20}\n"
    settings = {"DUALWRITE_MAPS_DIR": str(maps)}
    file.write_text(text % "LineOfBusinessId", "utf-8")
    with running(tmp_path / "data", gab=False, settings=settings) as product:
        number = product.erp.new_prospect("Lost Ltd", LineOfBusinessId="red")["ProspectId"]
        assert product.world().account(number)["sic"] == "red"
        assert product.service.stop() == 0
        file.write_text(text % "Colour", "utf-8")
        product.service.start()
        product.service.wait_ready()
        product.erp.change_prospect(number, PrimaryPhoneNumber="555-0142")
        product.patience.until(
            "CRM: a later edit",
            lambda: (product.crm.account(number) or {}).get("telephone1"),
            lambda phone: phone == "555-0142",
        )
        assert (product.crm.account(number) or {})["sic"] == "red"
        assert product.open_conflicts() == []
