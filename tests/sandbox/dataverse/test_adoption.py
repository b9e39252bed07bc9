"""Party and global address book come to a CRM that has worked without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.dataverse.adoption import adopt_parties
from connectors.sandbox.dataverse.seed import installer, open_system
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.launch import DataFolder
from connectors.sandbox.launch.folder import FolderMismatch
from connectors.sandbox.launch.server import build_crm
from tests.sandbox.dataverse.worlds import USMF, World, world


@pytest.fixture
def crm() -> World:
    """A CRM without address book, as it is when everything has crossed."""
    made = world(gab=False)
    account = made.account(accountnumber="B-1", msdyn_partynumber="EPA-000001")
    made.contact_of(account, msdyn_partynumber="EPA-000002")
    made.person(
        "contacts",
        {
            "firstname": "Dora",
            "lastname": "Ek",
            "msdyn_isprospect": True,
            "msdyn_contactpersonid": "PR-000001",
            "msdyn_partynumber": "EPA-000003",
            "msdyn_company@odata.bind": USMF,
        },
    )
    made.account(name="Nobody")
    return made


def install(crm: World) -> int:
    crm.system.gab = True
    return adopt_parties(crm.system, installer())


def one(crm: World, table: str, condition: str) -> dict[str, Any]:
    (row,) = crm.system.list(table, filter=condition)
    return row


def test_every_row_with_a_party_number_gets_that_party(crm: World) -> None:
    assert install(crm) == 3
    found = {row["msdyn_partynumber"]: row for row in crm.system.list("msdyn_parties")}
    names = {number: row["msdyn_name"] for number, row in found.items()}
    assert names == {"EPA-000001": "Beta Inc", "EPA-000002": "Bob Cee", "EPA-000003": "Dora Ek"}
    kinds = [found[number]["msdyn_partytype"] for number in sorted(found)]
    assert kinds == [192350002, 192350001, 192350001]
    account = one(crm, "accounts", "accountnumber eq 'B-1'")
    assert account["_msdyn_partyid_value"] == found["EPA-000001"]["msdyn_partyid"]
    assert account["name"] == "Beta Inc"
    dora = one(crm, "contacts", "lastname eq 'Ek'")
    assert dora["_msdyn_partyid_value"] == found["EPA-000003"]["msdyn_partyid"]
    assert (dora["msdyn_contactpersonid"], dora["msdyn_isprospect"]) == ("PR-000001", True)


def test_a_contact_person_becomes_a_contact_for_party_of_the_same_number(crm: World) -> None:
    install(crm)
    account = one(crm, "accounts", "accountnumber eq 'B-1'")
    bob = one(crm, "contacts", "lastname eq 'Cee'")
    (joined,) = crm.system.list("msdyn_contactforparties")
    assert joined["msdyn_contactforpartynumber"] == "CCP-000001"
    assert joined["_msdyn_contactpartyid_value"] == bob["_msdyn_partyid_value"]
    assert joined["_msdyn_associatedpartyid_value"] == account["_msdyn_partyid_value"]
    assert joined["_msdyn_associatedcompanyid_value"] == account["_msdyn_company_value"]
    assert account["_msdyn_primarycontact_value"] == joined["msdyn_contactforpartyid"]
    assert len(crm.system.list("contacts")) == 2


def test_a_row_without_party_number_is_left(crm: World) -> None:
    before = one(crm, "accounts", "name eq 'Nobody'")
    install(crm)
    assert one(crm, "accounts", "name eq 'Nobody'") == before


def test_installing_twice_changes_nothing(crm: World) -> None:
    install(crm)
    version = crm.system.version()
    assert install(crm) == 0
    assert crm.system.version() == version


def test_a_folder_gets_it_once_and_for_all(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, gab=False)
    folder.authority()
    build_crm(folder).close()
    with pytest.raises(FolderMismatch, match="--install-gab"):
        DataFolder(tmp_path, gab=True)
    folder = DataFolder(tmp_path, install_gab=True)
    assert folder.gab
    build_crm(folder, install_gab=True).close()
    with pytest.raises(FolderMismatch):
        DataFolder(tmp_path, gab=False)
    storage = Storage(folder.database("crm"))
    system = open_system(storage, gab=DataFolder(tmp_path).gab)
    assert system.gab
    storage.close()
