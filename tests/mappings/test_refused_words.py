"""A map that uses a key or a value that is none is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from .refusing import Wrong, refuse

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
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str, tmp_path: Path) -> None:
    refuse(CASES[case], tmp_path)
