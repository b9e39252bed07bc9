"""The setting for leads is kept in the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.dataverse.parameters import parameters
from connectors.sandbox.dataverse.seed import open_system
from connectors.sandbox.kernel.storage import Storage
from connectors.sandbox.launch import DataFolder
from connectors.sandbox.launch.server import build_crm


def setting(folder: DataFolder) -> object:
    storage = Storage(folder.database("crm"))
    try:
        return parameters(open_system(storage, gab=folder.gab))["prospects_from_leads"]
    finally:
        storage.close()


@pytest.mark.parametrize("first", [True, False])
def test_a_restart_keeps_what_was_chosen(tmp_path: Path, first: bool) -> None:
    folder = DataFolder(tmp_path, gab=False)
    folder.authority()
    for chosen, after in ((first, first), (None, first), (not first, not first)):
        build_crm(folder, prospects_from_leads=chosen).close()
        assert setting(folder) == after


def test_a_new_folder_waits_for_a_person(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, gab=False)
    folder.authority()
    build_crm(folder).close()
    assert setting(folder) is False
