"""Both local systems take what the maps write, and give back what was meant.

The golden examples are written as the service would: to the ERP and to the CRM, each on its own.
"""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.kernel.model import Table
from sync.core.row import Side
from tests.sandbox.dataverse.worlds import SERVICE as CRM_SERVICE
from tests.sandbox.dataverse.worlds import USMF
from tests.sandbox.dataverse.worlds import World as Crm
from tests.sandbox.dataverse.worlds import world as crm_world
from tests.sandbox.finops.worlds import SERVICE as ERP_SERVICE
from tests.sandbox.finops.worlds import World as Erp

from .golden import Golden, files_of, kinds_of

SEEDED = {"companies", "currencies", "payment-terms", "customer-groups"}
"""Reference data that both systems are born with, and that the others look up."""
LATER = {("orders", "quotation")}
"""What a new record alone cannot have: an order of a quotation is made by the quotation's step."""
_CRM = {table.entity_set: table for table in all_tables().values()}
_SETS = {table.name: table.entity_set for table in _CRM.values()}


def examples(*, gab: bool) -> list[Golden]:
    """The examples in the order in which their maps start."""
    files = files_of(gab=gab)
    return [
        Golden(name, gab=gab)
        for table_map in kinds_of(gab=gab).table_maps
        for name in files
        if name.partition("--")[0] == table_map.id and name not in SEEDED
    ]


@pytest.mark.parametrize("gab", [False, True])
def test_the_erp_takes_them(gab: bool) -> None:
    erp = Erp()
    if not gab:  # the contact person, whose party the ERP would draw
        erp.create("CDSParties", PartyNumber="EPA-000003", PartyType="Person", PersonLastName="B")
    for golden in examples(gab=gab):
        if not golden.map.direction.allows(Side.ERP):
            continue
        anchor = golden.map.anchor
        body: dict[str, Any] = dict(anchor.create)
        if golden.map.company:
            body[golden.map.company.erp] = "usmf"
        sent = [
            f
            for f in golden.fields
            if f.erp.member == anchor.name
            and f.direction.allows(Side.ERP)
            and not f.deferred
            and (golden.map.id, f.name) not in LATER
        ]
        for field in sent:
            value = golden.compiled.put(Side.ERP, field, golden.neutral(field), golden.refs)
            if value not in {None, ""}:
                body[field.erp.column] = value
        row = erp.system.create(anchor.table, body, ERP_SERVICE)
        assert anchor.matches(row), golden.map.id
        for field in sent:
            means = golden.compiled.read_field(
                Side.ERP, field, {anchor.name: row}, golden.refs, golden.company
            )
            assert (field.name, means) == (field.name, golden.neutral(field))


@pytest.mark.parametrize("gab", [False, True])
def test_the_crm_takes_them(gab: bool) -> None:
    crm = crm_world(gab=gab)
    made: dict[tuple[str, str], str] = {}
    for golden in examples(gab=gab):
        main = golden.map.crm
        table = _CRM[main.table]
        body: dict[str, Any] = dict(main.create)
        if golden.map.company and not golden.map.company.through:
            body[_bind(table, golden.map.company.crm, "cdm_companies")] = USMF
        sent = [f for f in golden.fields if f.direction.allows(Side.CRM) and not f.deferred]
        for field in sent:
            value = golden.neutral(field)
            if field.lookup and value is None:
                continue
            if field.lookup:
                of = next((k for k in field.lookup if (k, value) in made), field.lookup[0])
                target = kinds_of(gab=gab).crm_tables[of]
                row_id = made.get((of, value)) or _seeded(crm, target, value)
                body[_bind(table, field.crm.column, target)] = f"/{target}({row_id})"
            else:
                put = golden.compiled.columns_of(
                    Side.CRM, field, value, golden.refs, golden.data["neutral"]
                )
                assert isinstance(put, dict)
                body.update(put)
        neutral = golden.data["neutral"]
        number = neutral.get("number") or "|".join(
            str(neutral[f.name]) for f in golden.fields if f.key
        )
        key = (golden.kind, f"{'usmf|' if golden.company else ''}{number}".casefold())
        if key in made:
            row = crm.system.update(main.table, made[key], body, CRM_SERVICE)
        else:
            row = crm.service(main.table, body)
        made[key] = row[table.id_column]
        lookups = {n[1:-6]: v for n, v in row.items() if n[:1] == "_" and n.endswith("_value")}
        image = {**row, **lookups}
        assert main.matches(image), golden.map.id
        for field in sent:
            if not field.lookup:
                means = golden.compiled.read_field(
                    Side.CRM, field, {"main": image}, golden.refs, golden.company
                )
                assert (field.name, means) == (field.name, golden.neutral(field))


def _bind(table: Table, column: str, target: str) -> str:
    targets = next(c.targets for c in table.columns if c.name == column)
    return next(f"{t.navigation}@odata.bind" for t in targets if _SETS[t.table] == target)


def _seeded(crm: Crm, table: str, key: str) -> str:
    """The row of seeded reference data that has the last part of the key."""
    code = key.rpartition("|")[2]
    rows = crm.system.list(table)
    return str(
        next(
            row[_CRM[table].id_column]
            for row in rows
            if code in {str(value).casefold() for value in row.values()}
        )
    )
