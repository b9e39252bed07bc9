"""A data folder: seeded once, kept across restarts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from connectors.sandbox.dataverse import open_system
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.storage import Storage
from tests.sandbox.dataverse.worlds import PERSON, SERVICE, USMF


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "crm.db")
    system = open_system(storage, gab=True, callers=[SERVICE, PERSON])
    body = {
        "name": "Beta",
        "accountnumber": "B-1",
        "creditlimit": Decimal("10.10"),
        "msdyn_company@odata.bind": USMF,
    }
    made = system.create("accounts", body, PERSON)
    gone = system.create("accounts", {"name": "gone"}, PERSON)
    version = system.version()
    system.delete("accounts", gone["accountid"], PERSON)
    storage.close()

    storage = Storage(tmp_path / "crm.db")
    system = open_system(storage, gab=True, callers=[SERVICE, PERSON])
    assert system.get("accounts", made["accountid"]) == made
    assert len(system.list("cdm_companies")) == 1
    rows, deleted, _ = system.changes_since("accounts", version)
    assert (rows, [item["id"] for item in deleted]) == ([], [gone["accountid"]])
    with pytest.raises(SystemRefusal, match="Entity Key"):
        system.create("accounts", body, PERSON)
    other = system.create("accounts", {"name": "Gamma"}, PERSON)
    assert other["versionnumber"] > version
    party = system.get("msdyn_parties", other["_msdyn_partyid_value"])
    assert party["msdyn_partynumber"] == "CPA-000004"
    storage.close()
