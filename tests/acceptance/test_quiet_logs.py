"""Nothing that a person typed, and no secret, is ever said in the service's log.

Every value is marked, everything that can go wrong goes wrong with it, and then the whole output of
the process is searched: lines at every level, warnings of libraries, and the traceback of its end.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from connectors.sandbox.launch import ProcessEnded
from sync.store.engine import Database
from sync.store.log_tables import SqlLogTables
from tests.acceptance.environment import Environment, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(120)]

MARK = "quibbleworth"
READER = "the-lesser-token-of-this-test"


def _typed(product: Environment) -> None:
    """People type marked values, and some of them cannot cross."""
    mail = {"emailaddress1": f"{MARK}@example.com", "telephone1": f"+{MARK}"}
    good = product.crm.new_account("MARK-1", f"{MARK} Ltd", address1_line1=f"{MARK} Road", **mail)
    product.crm.new_account("MARK-2", f"{MARK} {'x' * 120}")
    product.crm.new_person("Ada", f"{MARK.title()}", **mail)
    refused = product.crm.new_account("MARK-3", f"{MARK} refused")
    product.erp.new_prospect(f"{MARK} GmbH", "MARK-4")
    for number in ("MARK-1", "MARK-3"):
        product.patience.until(f"ERP: {number}", lambda n=number: product.erp.prospect(n))
    product.patience.until("CRM: MARK-4", lambda: product.crm.account("MARK-4"))
    product.erp.act("set-parameters", prospect_customer_group="")
    product.crm.convert(refused["accountid"], None)
    product.crm.change("accounts", good["accountid"], {"accountnumber": f"{MARK}-9"})
    product.erp.change_prospect("MARK-4", ProspectName=f"{MARK} of the ERP")
    kinds = {"unfit", "refused", "key_edited"}
    product.patience.until(
        "every conflict", product.open_conflicts, lambda c: {x["kind"] for x in c} >= kinds
    )


def _asked(product: Environment) -> None:
    """The API is asked for what it cannot answer, and told what it may not be."""
    secrets = product.folder.secrets
    for path in (f"links/{MARK}", f"links?kind={MARK}", f"conflicts?state={MARK}", f"{MARK}"):
        assert product.api.get(f"/api/v1/{path}").status_code >= 400
    assert product.api.get("/api/v1/links/MARK-4/explain?field=name").status_code == 200
    assert product.api.post("/api/v1/maps/companies/start", content=MARK).status_code == 400
    for side, secret in (("crm", secrets.crm_webhook), ("erp", secrets.erp_webhook)):
        hook = f"/hooks/{side}"
        assert product.api.post(hook, params={"code": f"{MARK}-wrong"}).status_code == 401
        broken = product.api.post(hook, params={"code": secret}, content=f"{MARK} {{".encode())
        assert broken.status_code == 400
    bearer = {"Authorization": f"Bearer {MARK}"}
    assert product.api.get("/api/v1/status", headers=bearer).status_code == 401
    lesser = {"Authorization": f"Bearer {READER}"}
    masked = product.api.get("/api/v1/conflicts?state=all", headers=lesser)
    assert masked.status_code == 200
    assert masked.json()["items"]
    assert MARK not in masked.text.casefold()
    assert product.api.post("/api/v1/maps/companies/stop", headers=lesser).status_code == 403


def _said(product: Environment) -> str:
    """Everything that the process said, which must hold none of it."""
    text = product.log_text()
    identities = product.sandboxes.surface.document(product.folder)["entra"]
    secrets = product.folder.secrets
    hidden = [
        MARK,
        READER,
        secrets.api_token,
        secrets.crm_webhook,
        secrets.erp_webhook,
        identities["client_secret"],
        "eyJ",  # how every access token begins
    ]
    assert [one for one in hidden if one.casefold() in text.casefold()] == []
    return text


@pytest.mark.parametrize("form", ["json", "console"])
async def test_no_value_and_no_secret_is_said(tmp_path: Path, form: str) -> None:
    settings = {
        "DUALWRITE_LOG_LEVEL": "debug",
        "DUALWRITE_LOG_FORMAT": form,
        "DUALWRITE_API_READER_TOKEN": READER,
    }
    with running(tmp_path, gab=False, settings=settings) as product:
        _typed(product)
        _asked(product)
        database = Database(f"sqlite:///{product.folder.service / 'dualwrite.db'}")
        try:
            broken = [("x", f'{{"{MARK}": '.encode()), ("y", f'{{"type": "{MARK}"}}'.encode())]
            await SqlLogTables(database).append("dualwrite.changes", broken)
        finally:
            await database.close()
        product.patience.until(
            "two dead letters",
            lambda: product.items("deadletters"),
            lambda found: len(found) == 2,
        )
        text = _said(product)
    for told in ("attention_needed", "notice_refused", "events_ingested"):
        assert told in text


def test_the_traceback_of_its_end_quotes_nothing(tmp_path: Path) -> None:
    """A state that cannot be read ends the process; what it says then is a place, not a value."""
    with running(tmp_path, gab=False) as product:
        product.crm.new_account("MARK-1", f"{MARK} Ltd")
        product.patience.until("ERP: MARK-1", lambda: product.erp.prospect("MARK-1"))
        product.service.kill()
        with sqlite3.connect(product.folder.service / "dualwrite.db") as database:
            body = f'{{"state": "{MARK}", "id": 1}}'
            changed = database.execute("UPDATE link SET body = ?, due_at = 0", (body,))
            assert changed.rowcount
        database.close()
        product.service.start()
        with pytest.raises(ProcessEnded) as ended:
            _until_it_ends(product)
        assert ended.value.code == 70
        assert "defect: " in _said(product)


def _until_it_ends(product: Environment) -> None:
    product.service.wait_ready()
    product.patience.until("its end", product.service.check)
