"""Everything wrong in a map is refused with its file, line, field and cure."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from mappings.loader import load_maps
from sync.errors import MapInvalid

from .folders import COMPANY, CUSTOMER, GROUP, PROSPECT, line_of, write

_TEXTS = {"companies": COMPANY, "groups": GROUP, "prospects": PROSPECT, "customers": CUSTOMER}


class Wrong(NamedTuple):
    """A spoiled map: in `file`, `old` becomes `new`; the refusal names the line of `at`."""

    file: str
    old: str
    new: str
    at: str
    field: str | None
    message: str
    cure: str


GROUP_NUMBER = "{name: number, erp: CustomerGroupId, crm: msdyn_groupid, key: true, max: 10}"
GROUP_FIELD = (
    "{name: group, erp: CustomerGroupId, crm: msdyn_customergroupid, lookup: group}\n"
    "  - {name: hold"
)
CASES = {
    "unknown key": Wrong(
        "groups",
        "kind: group",
        "kind: group\nkinds: x",
        "kinds",
        None,
        "'kinds' is not a key",
        "Did you mean kind?",
    ),
    "unknown key of a field": Wrong(
        "groups",
        "owner: erp",
        "ownr: erp",
        "name: tax",
        "tax",
        "'ownr' is not a key",
        "Did you mean owner?",
    ),
    "unknown key of a row": Wrong(
        "groups",
        "table: CustomerGroups, ids:",
        "table: CustomerGroups, id: x, ids:",
        "table: CustomerGroups",
        None,
        "'id' is not a key",
        "Did you mean ids?",
    ),
    "unknown key of the company": Wrong(
        "groups",
        "crm: msdyn_company}",
        "crm: msdyn_company, rm: x}",
        "company:",
        None,
        "'rm' is not a key",
        "Did you mean crm?",
    ),
    "unknown key of a condition": Wrong(
        "prospects",
        "{customertypecode: 8}",
        "{customertypecode: {is: 8}}",
        "customertypecode",
        None,
        "customertypecode cannot be read",
        "{blank: true}",
    ),
    "unknown type": Wrong(
        "groups",
        "type: boolean",
        "type: bool",
        "type: bool",
        "tax",
        "type 'bool' is unknown",
        "Did you mean boolean?",
    ),
    "unknown owner": Wrong(
        "groups",
        "owner: erp",
        "owner: ax",
        "owner: ax",
        "tax",
        "owner 'ax' is unknown",
        "Use one of: crm, erp, latch, manual, prefer_non_blank.",
    ),
    "unknown direction": Wrong(
        "groups",
        "owner: erp",
        "direction: to_ax",
        "direction: to_ax",
        "tax",
        "direction 'to_ax' is unknown",
        "Use one of: both, to_crm, to_erp.",
    ),
    "unknown delete policy": Wrong(
        "groups",
        "kind: group",
        "kind: group\ndelete: cascade",
        "delete",
        None,
        "delete 'cascade' is unknown",
        "conflict, ignore, propagate",
    ),
    "kind is not a name": Wrong(
        "groups",
        "kind: group",
        "kind: Groups!",
        "kind",
        None,
        "'Groups!' is not a name",
        "lower-case",
    ),
    "kind missing": Wrong(
        "groups",
        "kind: group\n",
        "",
        "map:",
        None,
        "'kind' is missing",
        "shipped map",
    ),
    "column missing": Wrong(
        "groups",
        "crm: msdyn_tax, ",
        "",
        "name: tax",
        "tax",
        "'crm' is missing",
        "Add `crm: …`",
    ),
    "wrong sort of value": Wrong(
        "groups",
        "max: 10",
        "max: ten",
        "max: ten",
        "number",
        "'ten'",
        "integer",
    ),
    "no fields": Wrong(
        "groups",
        "  - {name: number, erp: CustomerGroupId, crm: msdyn_groupid, key: true, max: 10}"
        "\n  - {name: tax, erp: IsTax, crm: msdyn_tax, type: boolean, owner: erp}",
        "  []",
        "fields",
        None,
        "fields is []",
        "at least 1 item",
    ),
    "lookup of an unknown kind": Wrong(
        "customers",
        "lookup: account",
        "lookup: acount",
        "lookup: acount",
        "billing",
        "looks up the kind 'acount'",
        "Did you mean account?",
    ),
    "two fields of one name": Wrong(
        "groups",
        "name: tax",
        "name: number",
        "IsTax",
        "number",
        "two fields of this name",
        "Rename one",
    ),
    "no key": Wrong(
        "groups",
        ", key: true",
        "",
        "fields:",
        None,
        "no field is part of the integration key",
        "Add `key: true`",
    ),
    "key that flows one way": Wrong(
        "groups",
        "key: true",
        "key: true, direction: to_crm",
        "name: number",
        "number",
        "a key field flows one way",
        "Leave `direction` out",
    ),
    "key that is deferred": Wrong(
        "customers",
        "deferred: true",
        "deferred: true, key: true",
        "name: billing",
        "billing",
        "a key field cannot be deferred",
        "Leave `deferred` out",
    ),
    "key in a group": Wrong(
        "groups",
        "key: true",
        "key: true, group: all",
        "name: number",
        "number",
        "a key field cannot be in a group",
        "Leave `group` out",
    ),
    "key in a further row": Wrong(
        "customers",
        "erp: CustomerAccount",
        "erp: prospect.ProspectId",
        "name: number",
        "number",
        "not in the first ERP row",
        "customer",
    ),
    "unknown member": Wrong(
        "customers",
        "erp: OnHold",
        "erp: custmer.OnHold",
        "name: hold",
        "hold",
        "the ERP row 'custmer' is unknown",
        "Did you mean customer?",
    ),
    "unknown member in a step": Wrong(
        "customers",
        "create: customer}",
        "create: client}",
        "create: client",
        None,
        "the ERP row 'client'",
        "customer, prospect",
    ),
    "unknown value table": Wrong(
        "customers",
        "values: {No: [1, null], All: 2}",
        "values: {table: contries, erp: iso, crm: name}",
        "table: contries",
        "hold",
        "the value table 'contries' is unknown",
        "Did you mean countries?",
    ),
    "unknown column of a value table": Wrong(
        "customers",
        "values: {No: [1, null], All: 2}",
        "values: {table: countries, erp: iso2, crm: name}",
        "table: countries",
        "hold",
        "no column 'iso2'",
        "Known: iso, iso3, name.",
    ),
    "value map that cannot be read back": Wrong(
        "customers",
        "All: 2",
        "All: 2, Some: 2",
        "name: hold",
        "hold",
        "the CRM's 2 stands for 'All' and for 'Some'",
        "a CRM value of its own",
    ),
    "spelling of an unknown value": Wrong(
        "customers",
        "All: 2}",
        "All: 2}, accept: {nothing: Non}",
        "name: hold",
        "hold",
        "accepted for 'Non'",
        "All, No",
    ),
    "choice without values": Wrong(
        "groups",
        "type: boolean",
        "type: choice",
        "name: tax",
        "tax",
        "no value map",
        "Add `values:",
    ),
    "lookup without kind": Wrong(
        "groups",
        "type: boolean",
        "type: lookup",
        "name: tax",
        "tax",
        "names no kind",
        "Add `lookup: kind`",
    ),
    "lookup with values": Wrong(
        "customers",
        "values: {No",
        "lookup: group, values: {No",
        "name: hold",
        "hold",
        "a lookup and a value map",
        "Leave one of",
    ),
    "lookup of another type": Wrong(
        "prospects",
        "lookup: group",
        "lookup: group, type: text",
        "name: group",
        "group",
        "type text has no lookup",
        "Leave `type` out",
    ),
    "longest text of a number": Wrong(
        "groups",
        "type: boolean",
        "type: integer, max: 3",
        "name: tax",
        "tax",
        "type integer has no longest text",
        "Leave `max` out",
    ),
    "scale of a text": Wrong(
        "groups",
        "max: 10",
        "max: 10, scale: 2",
        "name: number",
        "number",
        "type text has no scale",
        "type: decimal",
    ),
    "deferred text": Wrong(
        "customers",
        "group: address}\n  - {name: zip",
        "group: address, deferred: true}\n  - {name: zip",
        "name: city",
        "city",
        "cannot be deferred",
        "Only lookups",
    ),
    "group of two directions": Wrong(
        "customers",
        "crm: address1_postalcode,",
        "crm: address1_postalcode, direction: to_crm,",
        "name: zip",
        "zip",
        "its direction differs from 'city'",
        "the same direction",
    ),
    "calculated on both sides": Wrong(
        "customers",
        "name: hold,",
        "name: hold, calculated: true,",
        "name: hold",
        "hold",
        "flows both ways",
        "direction: to_crm",
    ),
    "group of two owners": Wrong(
        "customers",
        "crm: address1_postalcode,",
        "crm: address1_postalcode, owner: erp,",
        "name: zip",
        "zip",
        "its owner differs from 'city'",
        "the same owner",
    ),
    "group of two rows": Wrong(
        "customers",
        "erp: ZipCode",
        "erp: prospect.ZipCode",
        "name: zip",
        "zip",
        "in another ERP row than 'city'",
        "a column of the same row",
    ),
    "group named like a field": Wrong(
        "customers",
        "name: hold",
        "name: address",
        "name: address",
        "address",
        "a group has the same name",
        "Rename",
    ),
    "company on one side": Wrong(
        "groups",
        ", crm: msdyn_company",
        "",
        "company",
        None,
        "'crm' is missing",
        "company-specific on both sides",
    ),
    "company as a field": Wrong(
        "groups",
        "crm: msdyn_tax",
        "crm: msdyn_company",
        "name: tax",
        "tax",
        "msdyn_company holds the company",
        "part of every key by itself",
    ),
    "two maps of one id": Wrong(
        "groups",
        "map: groups",
        "map: customers",
        "map:",
        None,
        "customers.yaml has the id 'customers' too",
        "another id",
    ),
    "stage without rank": Wrong(
        "customers",
        "rank: 2\n",
        "",
        "stage",
        None,
        "stage 'customer' has no rank",
        "Add `rank:",
    ),
    "rank without stage": Wrong(
        "customers",
        "stage: customer\n",
        "",
        "rank",
        None,
        "a rank without a stage",
        "Add `stage",
    ),
    "two maps of one kind without stages": Wrong(
        "groups",
        "kind: group",
        "kind: company",
        "kind",
        None,
        "companies and groups are both for the kind 'company'",
        "Give each a stage",
    ),
    "two stages of one rank": Wrong(
        "prospects", "rank: 1", "rank: 2", "stage", None, "this stage or rank", "a rank of its own"
    ),
    "no way into a higher stage": Wrong(
        "customers",
        "  - {create: customer}\n",
        "",
        "enter",
        None,
        "no step creates 'customer'",
        "Add `enter: [{create: customer}]`",
    ),
    "stages with other policies": Wrong(
        "customers",
        "rank: 2",
        "rank: 2\ndelete: ignore",
        "delete",
        None,
        "its delete differs from that of prospects",
        "the same delete",
    ),
    "stages with other keys": Wrong(
        "customers",
        "name: number, erp: CustomerAccount",
        "name: no, erp: CustomerAccount",
        "name: no",
        "no",
        "not part of the key in prospects",
        "the same key",
    ),
    "one field, two types": Wrong(
        "customers",
        GROUP_FIELD,
        GROUP_FIELD.replace("lookup: group", "type: text"),
        "name: group",
        "group",
        "its type differs from that in prospects",
        "in all stages",
    ),
    "one column, two fields": Wrong(
        "customers",
        "crm: msdyn_hold",
        "crm: address1_city",
        "name: city",
        "city",
        "address1_city is written by 'hold' too",
        "the other way only",
    ),
    "one table, two ids": Wrong(
        "prospects",
        "ids: [dataAreaId, ProspectId]",
        "ids: [ProspectId]",
        "table: Prospects",
        None,
        "Prospects has other ids in customers",
        "the same columns",
    ),
    "circle without a deferred lookup": Wrong(
        "customers",
        ", deferred: true",
        "",
        "lookup: account",
        "billing",
        "account → account",
        "Add `deferred: true`",
    ),
    "longer circle": Wrong(
        "groups",
        "type: boolean",
        "lookup: account",
        "name: tax",
        "tax",
        "group → account",
        "Add `deferred: true`",
    ),
    "family of no lookup": Wrong(
        "groups",
        "type: boolean",
        "type: boolean, family: parent",
        "name: tax",
        "tax",
        "type boolean has no family",
        "Add `lookup: kind`",
    ),
    "family of one stage only": Wrong(
        "customers",
        "lookup: group}",
        "lookup: group, family: kin}",
        "name: group",
        "group",
        "its family differs",
        "the same family in all stages",
    ),
    "figure of a state without lifecycle": Wrong(
        "groups",
        "kind: group",
        "kind: group\nbusiness: {counts: {won: [confirmed]}}",
        "business",
        None,
        "the state 'confirmed'",
        "Write `counts: NAME`",
    ),
    "figure without its field": Wrong(
        "groups",
        "kind: group",
        "kind: group\nbusiness: {counts: groups, amount: taxes}",
        "business",
        None,
        "there is no field 'taxes'",
        "Did you mean tax?",
    ),
    "amount that is none": Wrong(
        "groups",
        "kind: group",
        "kind: group\nbusiness: {counts: groups, amount: tax}",
        "business",
        None,
        "'tax' is no decimal",
        "type: decimal",
    ),
    "currency of no amount": Wrong(
        "groups",
        "kind: group",
        "kind: group\nbusiness: {counts: groups, currency: tax}",
        "business",
        None,
        "a currency and no amount",
        "Add `amount`",
    ),
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
}


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_map_is_refused(case: str, tmp_path: Path) -> None:
    wrong = CASES[case]
    text = _TEXTS[wrong.file]
    assert text.count(wrong.old) == 1
    spoiled = text.replace(wrong.old, wrong.new)
    folder = write(tmp_path / "maps", **{wrong.file: spoiled})
    with pytest.raises(MapInvalid) as caught:
        load_maps(gab=False, shipped=folder)
    refused = caught.value
    assert refused.file == f"{wrong.file}.yaml"
    assert refused.line == line_of(spoiled, wrong.at), str(refused)
    assert refused.field == wrong.field
    assert wrong.message in refused.message
    assert wrong.cure in (refused.cure or "")
    assert "\n" not in str(refused)


def test_the_unspoiled_maps_load(tmp_path: Path) -> None:
    maps = load_maps(gab=False, shipped=write(tmp_path / "maps"))
    assert [m.id for m in maps] == ["companies", "groups", "prospects", "customers"]


def test_no_map_brings_the_company(tmp_path: Path) -> None:
    folder = write(tmp_path / "maps")
    (folder / "companies.yaml").unlink()
    with pytest.raises(MapInvalid, match="no map brings the kind 'company'") as caught:
        load_maps(gab=False, shipped=folder)
    assert (caught.value.file, caught.value.line) == ("customers.yaml", 6)


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
