"""Maps that do not fit together are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappings.loader import load_maps
from sync.errors import MapInvalid

from .folders import write
from .refusing import Wrong, refuse

GROUP_FIELD = (
    "{name: group, erp: CustomerGroupId, crm: msdyn_customergroupid, lookup: group}\n"
    "  - {name: hold"
)
CASES = {
    "lookup of an unknown kind": Wrong(
        "customers",
        "lookup: account",
        "lookup: acount",
        "lookup: acount",
        "billing",
        "looks up the kind 'acount'",
        "Did you mean account?",
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
    "family of one stage only": Wrong(
        "customers",
        "lookup: group}",
        "lookup: group, family: kin}",
        "name: group",
        "group",
        "its family differs",
        "the same family in all stages",
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
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str, tmp_path: Path) -> None:
    refuse(CASES[case], tmp_path)


def test_no_map_brings_the_company(tmp_path: Path) -> None:
    folder = write(tmp_path / "maps")
    (folder / "companies.yaml").unlink()
    with pytest.raises(MapInvalid, match="no map brings the kind 'company'") as caught:
        load_maps(gab=False, shipped=folder)
    assert (caught.value.file, caught.value.line) == ("customers.yaml", 6)
