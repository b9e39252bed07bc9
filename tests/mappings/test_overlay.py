"""An operator's folder of maps, laid over the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import UNSET

import mappings
from mappings.export import canonical_yaml
from mappings.loader import load_maps
from sync.core.mapping import Condition, DeletePolicy, Direction, FieldMap, Owner, TableMap
from sync.errors import MapInvalid

from .folders import GROUP, write


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    folder = tmp_path / "ours"
    folder.mkdir()
    return folder


def lay(overlay: Path, text: str, name: str = "change.yaml", *, gab: bool = False) -> TableMap:
    """Lay one file over the shipped maps; the customers' map comes back."""
    (overlay / name).parent.mkdir(exist_ok=True)
    (overlay / name).write_text(text, encoding="utf-8")
    return customers(load_maps(gab=gab, overlay=overlay))


def customers(maps: tuple[TableMap, ...]) -> TableMap:
    return next(m for m in maps if m.id == "customers-accounts")


def field(table_map: TableMap, name: str) -> FieldMap:
    return next(f for f in table_map.fields if f.name == name)


def test_a_new_column_is_one_line(overlay: Path) -> None:
    changed = lay(
        overlay,
        "map: customers-accounts\n"
        "fields:\n"
        "  - {name: segment, erp: LineOfBusinessId, crm: new_segment, max: 10}\n",
    )
    added = field(changed, "segment")
    assert (added.erp.column, added.erp.member, added.crm.column) == (
        "LineOfBusinessId",
        "customer",
        "new_segment",
    )
    shipped = customers(load_maps(gab=False))
    assert changed.fields[:-1] == shipped.fields
    assert changed.digest != shipped.digest
    assert changed.file.endswith("change.yaml")


def test_an_owner_changes_and_the_rest_of_the_field_stays(overlay: Path) -> None:
    changed = lay(overlay, "map: customers-accounts\nfields:\n  - {name: memo, owner: manual}\n")
    before, after = field(customers(load_maps(gab=False)), "memo"), field(changed, "memo")
    assert (before.owner, after.owner) == (Owner.CRM, Owner.MANUAL)
    assert (after.erp, after.crm) == (before.erp, before.crm)


def test_a_field_that_names_both_columns_replaces_ours(overlay: Path) -> None:
    changed = lay(
        overlay,
        "map: customers-accounts\n"
        "fields:\n"
        "  - {name: on_hold, erp: OnHoldStatus, crm: new_hold, direction: to_crm}\n",
    )
    replaced = field(changed, "on_hold")
    assert (replaced.type, replaced.crm.column) == ("text", "new_hold")
    assert (replaced.owner, replaced.direction) == (Owner.CRM, Direction.TO_CRM)


def test_fields_are_removed(overlay: Path) -> None:
    changed = lay(overlay, "map: customers-accounts\nremove: [memo, fax]\n")
    assert not {"memo", "fax"} & {f.name for f in changed.fields}
    assert len(changed.fields) == len(customers(load_maps(gab=False)).fields) - 2


def test_a_filter_and_a_policy_change(overlay: Path) -> None:
    changed = lay(
        overlay,
        "map: customers-accounts\n"
        "version: 1.0.1.1-acme\n"
        "crm:\n  main: {where: {customertypecode: [3, 5], statecode: {not: 1}}}\n",
    )
    assert changed.crm.where == (
        Condition("customertypecode", (3, 5)),
        Condition("statecode", (1,), negated=True),
    )
    assert changed.crm.table == "accounts"
    assert changed.version == "1.0.1.1-acme"


def test_a_file_of_one_flavour(overlay: Path) -> None:
    text = "map: customers-accounts\nremove: [memo]\n"
    assert "memo" in {f.name for f in lay(overlay, text, "gab/change.yaml").fields}
    changed = customers(load_maps(gab=True, overlay=overlay))
    assert "memo" not in {f.name for f in changed.fields}


def test_two_files_are_laid_one_after_the_other(overlay: Path) -> None:
    lay(overlay, "map: customers-accounts\nfields:\n  - {name: memo, owner: manual}\n", "a.yaml")
    changed = lay(
        overlay, "map: customers-accounts\nfields:\n  - {name: memo, direction: to_crm}\n", "b.yaml"
    )
    memo = field(changed, "memo")
    assert (memo.owner, memo.direction) == (Owner.MANUAL, Direction.TO_CRM)


def test_a_new_map(overlay: Path) -> None:
    text = GROUP.replace("kind: group", "kind: sales_group\ndelete: ignore")
    (overlay / "groups.yaml").write_text(
        text.replace("CustomerGroups", "SalesGroups").replace("msdyn_customergroups", "new_groups")
    )
    added = next(m for m in load_maps(gab=True, overlay=overlay) if m.id == "groups")
    assert (added.kind, added.delete) == ("sales_group", DeletePolicy.IGNORE)


def test_a_value_table_of_their_own(overlay: Path) -> None:
    (overlay / "values").mkdir()
    (overlay / "values" / "holds.yaml").write_text(
        "table: holds\ncolumns: [erp, crm]\nrows:\n  - [No, free]\n  - [All, blocked]\n"
        "accept: {stopped: All}\n"
    )
    changed = lay(
        overlay,
        "map: customers-accounts\nfields:\n"
        "  - {name: hold_text, erp: HoldText, crm: new_hold,"
        " values: {table: holds, erp: erp, crm: crm}}\n",
    )
    added = field(changed, "hold_text")
    assert added.crm.pairs == (("No", "free"), ("All", "blocked"))
    assert added.crm.accept == {"no": "No", "all": "All", "stopped": "All"}


WRONG = {
    "field to remove": ("remove: [memmo]", 2, "memmo", "no field 'memmo'", "Did you mean memo?"),
    "unknown key": ("ownr: crm", 2, None, "'ownr' is not a key", "Use one of: business, company"),
    "unknown owner": (
        "fields:\n  - {name: name, max: 9}\n  - {name: memo, owner: ax}",
        4, "memo", "owner 'ax' is unknown", "Use one of",
    ),
    "half a new field": (
        "fields:\n  - {name: segment, erp: LineOfBusinessId}", 3, "segment", "'crm' is missing",
        "Add `crm: …`.",
    ),
    "a field without name": (
        "fields:\n  - {erp: LineOfBusinessId}", 3, None, "'name' is missing", "Add `name: …`.",
    ),
    "the same new field twice": (
        "fields:\n  - {name: x, erp: A, crm: a}\n  - {name: x, erp: B, crm: b}", 4, "x",
        "two fields of this name", "Rename",
    ),
    "half a group": (
        "fields:\n  - {name: invoice_zip, owner: erp}", 3, "invoice_zip", "its owner differs",
        "the same owner",
    ),
    "unknown key of a row": (
        "erp:\n  customer: {wher: {}}", 3, None, "'wher' is not a key", "Did you mean where?",
    ),
    "fields that are no list": ("fields: 3", 2, None, "fields is 3", "valid list"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_change_is_refused_at_its_own_line(case: str, overlay: Path) -> None:
    text, line, name, message, cure = WRONG[case]
    with pytest.raises(MapInvalid) as caught:
        lay(overlay, f"map: customers-accounts\n{text}\n")
    refused = caught.value
    assert refused.file == str(overlay / "change.yaml")
    assert (refused.line, refused.field) == (line, name), str(refused)
    assert message in refused.message
    assert cure in (refused.cure or "")


def test_a_change_to_a_map_that_does_not_exist(overlay: Path) -> None:
    with pytest.raises(MapInvalid, match="no map 'customer-accounts' to change") as caught:
        lay(overlay, "\nmap: customer-accounts\nremove: [memo]\n")
    assert (caught.value.file, caught.value.line) == (str(overlay / "change.yaml"), 2)
    assert "Did you mean customers-accounts?" in (caught.value.cure or "")


def test_a_file_that_names_no_map(overlay: Path) -> None:
    with pytest.raises(MapInvalid, match="'map' is missing") as caught:
        lay(overlay, "remove: [memo]\n")
    assert (caught.value.file, caught.value.line) == (str(overlay / "change.yaml"), 1)
    assert caught.value.cure == "Add `map: …`."


def test_the_lines_of_our_own_fields_stay_right_after_a_removal(tmp_path: Path) -> None:
    folder = write(tmp_path / "maps")
    overlay = tmp_path / "ours"
    overlay.mkdir()
    (overlay / "a.yaml").write_text("map: customers\nremove: [hold]\n")
    (overlay / "b.yaml").write_text("map: customers\nfields: [{name: zip, owner: erp}]\n")
    with pytest.raises(MapInvalid) as caught:
        load_maps(gab=False, overlay=overlay, shipped=folder)
    assert (caught.value.file, caught.value.line) == (str(overlay / "b.yaml"), 2)
    (overlay / "b.yaml").unlink()
    maps = {m.id: m for m in load_maps(gab=False, overlay=overlay, shipped=folder)}
    lines = (folder / "customers.yaml").read_text().splitlines()
    for one in maps["customers"].fields:
        assert f"name: {one.name}," in lines[(one.line or 0) - 1]


def test_the_guides_own_example_can_be_laid_over_ours(overlay: Path) -> None:
    guide = (Path(mappings.__file__).parent / "README.md").read_text(encoding="utf-8")
    example = guide.partition("## Your own maps")[2].partition("```yaml\n")[2].partition("```")[0]
    changed = lay(overlay, example)
    assert changed.version == "1.0.1.1-acme"
    assert field(changed, "segment").crm.limit == 10
    assert "twitter" not in {f.name for f in changed.fields}


def test_a_map_says_how_long_its_records_wait(overlay: Path) -> None:
    """Without it the digest is that of a map which never knew of deadlines."""
    shipped = customers(load_maps(gab=False))
    assert shipped.reference_deadline_seconds is UNSET
    assert "reference_deadline_seconds" not in shipped.text
    changed = lay(overlay, "map: customers-accounts\nreference_deadline_seconds: 3600\n")
    assert changed.reference_deadline_seconds == 3600
    assert changed.digest != shipped.digest
    assert "reference_deadline_seconds: 3600" in canonical_yaml(changed)


@pytest.mark.parametrize("said", ["0", "-1", "soon", ".inf"])
def test_a_deadline_is_a_number_of_seconds(overlay: Path, said: str) -> None:
    with pytest.raises(MapInvalid, match="reference_deadline_seconds"):
        lay(overlay, f"map: customers-accounts\nreference_deadline_seconds: {said}\n")
