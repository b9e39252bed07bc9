"""Data of an older version of the local ERP is completed when it is opened."""

from __future__ import annotations

from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Storage
from tests.sandbox.finops.selling import Desk
from tests.sandbox.finops.worlds import World


def test_a_company_without_the_sequences_of_documents_gets_them() -> None:
    storage = Storage()
    old = FinopsSystem(storage)
    with old.transaction():
        for row in list(old.db.rows("sequence").values()):
            if row["datatype"].startswith("Sales"):
                old.db.delete("sequence", row)
    before = len(old.db.rows("sequence"))
    world = World(storage)
    world.prospect()
    assert Desk(world).quotation("PR-000001") == "SQ-000001"
    assert len(old.db.rows("sequence")) > before
    versions = {key: row["recversion"] for key, row in old.db.rows("sequence").items()}
    World(storage)
    assert {key: row["recversion"] for key, row in old.db.rows("sequence").items()} == versions
