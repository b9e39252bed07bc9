"""Files that are no maps are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.loader import load_maps
from sync.errors import MapInvalid

from .folders import GROUP, write
from .refusing import Wrong, refuse

GROUP_NUMBER = "{name: number, erp: CustomerGroupId, crm: msdyn_groupid, key: true, max: 10}"
CASES = {
    "not YAML": Wrong(
        "groups",
        GROUP_NUMBER,
        GROUP_NUMBER[:-1],
        "name: tax",
        None,
        "not valid YAML",
        "missing bracket",
    ),
    "key said twice": Wrong(
        "groups",
        "kind: group",
        "kind: group\nkind: groups",
        "kind: groups",
        None,
        "'kind' is said twice",
        "Keep one",
    ),
    "not a map": Wrong(
        "groups",
        GROUP,
        "- groups\n",
        "- groups",
        None,
        "does not hold a map",
        "map: …",
    ),
    "empty": Wrong("groups", GROUP, "# later\n", "#", None, "it is empty", "or delete it"),
    "two maps of one id": Wrong(
        "groups",
        "map: groups",
        "map: customers",
        "map:",
        None,
        "customers.yaml has the id 'customers' too",
        "another id",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str, tmp_path: Path) -> None:
    refuse(CASES[case], tmp_path)


def test_the_unspoiled_maps_load(tmp_path: Path) -> None:
    maps = load_maps(gab=False, shipped=write(tmp_path / "maps"))
    assert [m.id for m in maps] == ["companies", "groups", "prospects", "customers"]


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(MapInvalid, match="there is no such folder") as caught:
        load_maps(gab=False, overlay=tmp_path / "none")
    assert caught.value.file == str(tmp_path / "none")
    assert caught.value.cure == "Name a folder of maps."


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    folder = write(tmp_path / "maps")
    (folder / "groups.yaml").write_bytes(b"map: \xff\xfe\n")
    with pytest.raises(MapInvalid, match="not UTF-8") as caught:
        load_maps(gab=False, shipped=folder)
    assert (caught.value.file, caught.value.line) == ("groups.yaml", 1)
    assert caught.value.cure == "Save it as UTF-8."
