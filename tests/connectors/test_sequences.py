"""Both systems tell of their number sequences, over HTTP and without, and draw nothing for it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.dataverse.sequences import sequence_of
from connectors.sandbox.dataverse.autonumbers import next_value, set_seed
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.seed import SYSTEM_USER
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.tokens import Caller
from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.number_format import MOST
from sync.core.number_spaces import numbered
from sync.core.row import Side
from sync.ports import ToldSequence
from tests.connectors.dataverse_bench import DataverseBench
from tests.connectors.finops_bench import FinopsBench

ADMIN = Caller(SYSTEM_USER, "", is_integration=False)


def named(told: list[ToldSequence], name: str) -> ToldSequence:
    return next(one for one in told if one.id == name)


def erp_bench(*, gab: bool = True) -> FinopsBench:
    return FinopsBench(tables=Kinds(load_maps(gab=gab)).tables[Side.ERP])


def crm_bench(*, gab: bool = True) -> DataverseBench:
    return DataverseBench(gab=gab, tables=Kinds(load_maps(gab=gab)).tables[Side.CRM])


def code(bench: FinopsBench, name: str, **changes: Any) -> None:
    key = {"NumberSequenceCode": name, "ScopeType": "DataArea", "ScopeValue": "usmf"}
    bench.system.update("SequenceV2Tables", key, changes, ADMIN)


async def test_the_erp_tells_which_records_a_sequence_numbers_and_how_far_it_is() -> None:
    bench = erp_bench()
    code(bench, "CU", Next=57, Largest=4999)
    told = await bench.connector.sequences()
    assert sorted(one.id for one in told) == [
        *("eea", "elo", "epa"),
        *("usmf-cu", "usmf-ecp", "usmf-pr", "usmf-si", "usmf-so", "usmf-sq"),
    ]
    assert named(told, "usmf-cu") == ToldSequence(
        id="usmf-cu",
        company="USMF",
        numbers="CustAccount",
        places=(("CustomersV3", "CustomerAccount"),),
        format="CU-######",
        first=1,
        last=4999,
        next=57,
        continuous=False,
    )
    assert named(told, "epa").company == ""
    assert await DirectFinops(bench.system, bench.tables).sequences() == told
    await bench.close()


async def test_a_sequence_that_people_type_gives_no_numbers() -> None:
    bench = erp_bench()
    code(bench, "PR", Manual="Yes")
    assert "usmf-pr" not in {one.id for one in await bench.connector.sequences()}
    await bench.close()


@pytest.mark.parametrize("gab", [False, True])
async def test_the_crm_tells_its_autonumber_columns(gab: bool) -> None:
    bench = crm_bench(gab=gab)
    told = await bench.connector.sequences()
    assert named(told, "quote-msdyn_quotenumber") == ToldSequence(
        id="quote-msdyn_quotenumber",
        company="",
        numbers="quote.msdyn_quotenumber",
        places=(("quotes", "msdyn_quotenumber"),),
        format="QUO-{SEQNUM:6}",
        first=1,
        last=MOST,
        next=1,
        continuous=False,
    )
    assert ("msdyn_party-msdyn_partynumber" in {one.id for one in told}) is gab
    direct = await DirectDataverse(bench.system, bench.tables).sequences()
    assert sorted(direct, key=lambda s: s.id) == sorted(told, key=lambda s: s.id)
    assert await bench.connector.sequences() == told
    await bench.close()


async def test_a_seed_moves_an_autonumber_column() -> None:
    bench = crm_bench()
    where = {"EntityName": "quote", "AttributeName": "msdyn_quotenumber"}
    set_seed(bench.system, {**where, "Value": 500})
    told = named(await bench.connector.sequences(), "quote-msdyn_quotenumber")
    assert (told.first, told.next) == (500, 500)
    with pytest.raises(SystemRefusal, match="not an Auto Number attribute"):
        next_value(bench.system, {**where, "EntityName": "account"})
    await bench.close()


async def test_an_exhausted_sequence_of_the_erp_refuses() -> None:
    bench = erp_bench()
    code(bench, "PR", Largest=1)
    body = {
        "dataAreaId": "usmf",
        "ProspectName": "One",
        "ProspectPartyType": "Organization",
        "ProspectRelationTypeId": "Prospect",
    }
    assert bench.system.create("Prospects", body, ADMIN)["ProspectId"] == "PR-000001"
    with pytest.raises(SystemRefusal, match="Number sequence PR has been exceeded"):
        bench.system.create("Prospects", body, ADMIN)
    await bench.close()


def test_the_number_of_sales_itself_comes_to_stand_in_the_column_of_dual_write() -> None:
    told = sequence_of(
        "quotes", "quote", "quotenumber", "QUO-{SEQNUM:5}-{RANDSTRING:6}", (1000, 1042)
    )
    assert told.places == (("quotes", "quotenumber"), ("quotes", "msdyn_quotenumber"))
    assert numbered(Kinds(load_maps(gab=True)), told.places) == ("quote",)
    assert (told.first, told.next) == (1000, 1042)


def test_right_after_a_seed_the_next_value_is_told_one_too_high() -> None:
    assert sequence_of("quotes", "quote", "quotenumber", "Q{SEQNUM:5}", (500, 501)).next == 500
