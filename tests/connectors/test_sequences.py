"""Both systems tell of their number sequences, over HTTP and without, and draw nothing for it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.dataverse.own_numbers import lacks_format, read_own_sequences
from connectors.dataverse.sequences import places_of, sequence_of
from connectors.odata.batching import Batches
from connectors.odata.options import BatchOptions
from connectors.odata.reads import Reads
from connectors.sandbox.dataverse.autonumbers import next_value, set_format, set_seed
from connectors.sandbox.dataverse.seed import ORGANIZATION
from connectors.sandbox.direct import DirectDataverse, DirectFinops
from connectors.sandbox.finops.seed import SYSTEM_USER
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.tokens import Caller
from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.number_format import MOST
from sync.core.number_spaces import numbered
from sync.core.row import Side
from sync.errors import Unavailable
from sync.ports import ToldSequence, ToldSequences
from tests.connectors.dataverse_bench import DataverseBench
from tests.connectors.finops_bench import FinopsBench
from tests.connectors.support import Peer, multipart, part

ADMIN = Caller(SYSTEM_USER, "", is_integration=False)


def named(told: ToldSequences, name: str) -> ToldSequence:
    return next(one for one in told.sequences if one.id == name)


def in_order(told: ToldSequences) -> list[ToldSequence]:
    assert told.untold == {}
    return sorted(told.sequences, key=lambda one: one.id)


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
    assert sorted(one.id for one in told.sequences) == [
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
    assert "usmf-pr" not in {one.id for one in (await bench.connector.sequences()).sequences}
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
    assert ("msdyn_party-msdyn_partynumber" in {one.id for one in told.sequences}) is gab
    direct = await DirectDataverse(bench.system, bench.tables).sequences()
    assert in_order(direct) == in_order(told)
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
    formats = {"quotenumber": "QUO-{SEQNUM:5}-{RANDSTRING:6}", "msdyn_quotenumber": ""}
    places = places_of("quotes", "quote", "quotenumber", formats)
    assert places == (("quotes", "quotenumber"), ("quotes", "msdyn_quotenumber"))
    assert numbered(Kinds(load_maps(gab=True)), places) == ("quote",)
    told = sequence_of("quote", "quotenumber", formats["quotenumber"], places, (1000, 1042))
    assert (told.first, told.next) == (1000, 1042)
    both = formats | {"msdyn_quotenumber": "Q{SEQNUM:5}"}
    assert places_of("quotes", "quote", "quotenumber", both) == (("quotes", "quotenumber"),)
    assert not lacks_format("quote", both)


def test_right_after_a_seed_the_next_value_is_told_one_too_high() -> None:
    places = (("quotes", "quotenumber"),)
    assert sequence_of("quote", "quotenumber", "Q{SEQNUM:5}", places, (500, 501)).next == 500


@pytest.fixture
def own() -> DataverseBench:
    """An organisation that numbers quotes itself."""
    bench = crm_bench()
    set_format(bench.system, "quote", "msdyn_quotenumber", "")
    return bench


async def test_the_organisation_tells_its_own_numbers_where_no_column_has_a_format(
    own: DataverseBench,
) -> None:
    told = await own.connector.sequences()
    assert named(told, "quote-quotenumber") == ToldSequence(
        id="quote-quotenumber",
        company="",
        numbers="quote.quotenumber",
        places=(("quotes", "quotenumber"), ("quotes", "msdyn_quotenumber")),
        format="QUO-{SEQNUM:5}-{RANDSTRING:6}",
        first=1,
        last=MOST,
        next=1000,
        continuous=False,
    )
    ids = {one.id for one in told.sequences}
    assert "quote-msdyn_quotenumber" not in ids
    assert "salesorder-msdyn_salesordernumber" in ids
    assert in_order(await DirectDataverse(own.system, own.tables).sequences()) == in_order(told)
    await own.close()


async def test_an_organisation_that_does_not_say_its_numbers_is_named(
    own: DataverseBench,
) -> None:
    own.system.update("organizations", ORGANIZATION, {"quoteprefix": None}, ADMIN)
    told = await own.connector.sequences()
    assert list(told.untold) == ["quote-quotenumber"]
    assert "quoteprefix is None" in told.untold["quote-quotenumber"]
    assert (await DirectDataverse(own.system, own.tables).sequences()).untold == told.untold
    await own.close()


@pytest.mark.parametrize("status", [403, 404])
async def test_an_organisation_that_must_not_be_read_is_named(status: int) -> None:
    peer = Peer()
    error = {"error": {"code": "0x80040220", "message": "Missing prvReadOrganization."}}
    peer.on("POST", "/api/data/v9.2/$batch", lambda _: multipart(part(status, error)))
    transport = peer.transport()
    reads = Reads(transport, Batches(transport, BatchOptions()))
    told = await read_own_sequences(reads, {"quote": "quotes", "invoice": "invoices"})
    assert told.sequences == ()
    assert list(told.untold) == ["quote-quotenumber", "invoice-invoicenumber"]
    assert "Missing prvReadOrganization." in told.untold["quote-quotenumber"]


async def test_an_organisation_that_is_away_stops_the_check() -> None:
    peer = Peer()
    peer.on("POST", "/api/data/v9.2/$batch", lambda _: multipart(part(503, {})))
    transport = peer.transport()
    reads = Reads(transport, Batches(transport, BatchOptions()))
    with pytest.raises(Unavailable):
        await read_own_sequences(reads, {"quote": "quotes"})
