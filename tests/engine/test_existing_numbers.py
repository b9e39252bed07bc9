"""A sequence that is going to give numbers of records stops the maps, where it does harm."""

from __future__ import annotations

from typing import Any

from sync.core.link import Link, LinkState, link_id
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.held_maps import JudgedOverlap, accept, judged, withdraw
from sync.engine.maps import pause_maps, resume_maps
from sync.engine.said_sequences import SaidSequence
from tests.engine.bench import Bench
from tests.engine.test_sequences import change_erp, check, states

ACCOUNTS = NumberSpace("USMF", ("account", "person"))
MAPS = ("prospects-accounts", "customers-contacts", "quotes")
CUSTOMERS = "USMF|account+person|erp-usmf-cu"


async def told(bench: Bench, **more: Any) -> list[str]:
    """What stops maps after a check."""
    return [one.id for one in (await check(bench, **more).once()).findings]


async def only(bench: Bench) -> JudgedOverlap:
    async with bench.store.transaction() as tx:
        (one,) = await judged(bench.kinds, tx)
    return one


async def test_a_number_that_its_own_system_refuses_is_only_told(bench: Bench) -> None:
    """Typed in the CRM, it has crossed: the ERP has a prospect under it and refuses the second."""
    bench.new_account("PR-000003", "Typed in the CRM")
    await bench.start()
    report = await check(bench).once()
    assert [(one.sequence, one.number, one.draws) for one in report.ahead] == [
        ("erp-usmf-pr", "PR-000003", 3)
    ]
    assert report.ahead[0].link_id == (await bench.link("account", "usmf|pr-000003")).id
    assert report.findings == ()
    assert await states(bench, "prospects-accounts") == [("running", None)]


async def test_a_prospect_under_a_number_of_the_customers_stops_the_maps(bench: Bench) -> None:
    """Nothing refuses a customer of that number; its prospect could never become one."""
    for number in ("CU-000007", "CU-000003", "CU-000012"):
        bench.new_account(number, f"Typed {number}")
    bench.new_prospect("CU-000005", "Typed in the ERP")
    await bench.start()
    report = await check(bench).once()
    (found,) = report.occupied
    assert (found.id, found.space, found.sequence) == (CUSTOMERS, ACCOUNTS, "erp-usmf-cu")
    assert (found.number, found.draws, found.records) == ("CU-000003", 3, 4)
    assert found.link_id == (await bench.link("account", "usmf|cu-000003")).id
    assert str(found) == (
        "erp-usmf-cu is going to give CU-000003 in USMF|account+person, which a record has "
        "already, and 3 more like it, after 3 draws"
    )
    assert report.ahead == ()
    stopped = ("stopped", "numbers_overlap")
    assert await states(bench, *MAPS) == [stopped, stopped, ("running", None)]

    change_erp(bench, "CU", Next=13)
    assert await told(bench) == []
    assert await states(bench, *MAPS) == [("running", None)] * 3


async def test_numbers_that_exist_are_accepted_in_writing_like_any_overlap(bench: Bench) -> None:
    bench.new_prospect("CU-000005", "Typed in the ERP")
    await bench.start()
    assert await told(bench) == [CUSTOMERS]
    one = await only(bench)
    assert (one.maps[0], one.acceptance) == ("prospects-accounts", None)
    by: dict[str, Any] = {"by": "Ada", "clock": bench.clock}
    await accept(bench.store, bench.kinds, CUSTOMERS, reason="none is sold to", **by)
    assert await states(bench, *MAPS) == [("running", None)] * 3
    assert await told(bench) == [CUSTOMERS]
    assert await states(bench, *MAPS) == [("running", None)] * 3
    await withdraw(bench.store, bench.kinds, CUSTOMERS, **by)
    assert (await states(bench, *MAPS))[0] == ("stopped", "numbers_overlap")


async def test_a_customer_under_a_number_of_the_prospects_does_the_same(bench: Bench) -> None:
    bench.new_customer("PR-000002", "Typed in the ERP")
    await bench.start()
    assert await told(bench) == ["USMF|account+person|erp-usmf-pr"]


async def test_what_is_on_its_way_is_only_told_and_does_not_hold_itself_up(bench: Bench) -> None:
    await bench.start()
    bench.new_account("PR-000003", "Typed in the CRM")
    await bench.look()
    assert (await bench.link("account", "usmf|pr-000003")).state is LinkState.DUE
    report = await check(bench).once()
    assert (report.findings, [one.number for one in report.ahead]) == ((), ["PR-000003"])
    await pause_maps(bench.store, bench.kinds, ["prospects-accounts"], bench.clock)
    await bench.run()
    assert (await bench.link("account", "usmf|pr-000003")).state is LinkState.PARKED
    assert await told(bench) == []
    await resume_maps(bench.store, bench.kinds, ["prospects-accounts"], bench.clock)
    await bench.run()
    assert bench.prospect("PR-000003") is not None
    assert await told(bench) == []


async def test_a_number_of_a_record_that_does_not_cross_stops_the_maps(bench: Bench) -> None:
    """It left every filter, so that the ERP does not know its number."""
    await bench.start()
    row_id = bench.new_account("PR-000003", "Typed in the CRM")
    await bench.look()
    bench.edit_account(row_id, customertypecode=12)
    await bench.run()
    assert (await bench.link("account", "usmf|pr-000003")).state is LinkState.SUSPENDED
    assert bench.prospect("PR-000003") is None
    assert await told(bench) == ["USMF|account+person|erp-usmf-pr"]


async def test_a_number_of_a_deleted_record_is_free(bench: Bench) -> None:
    await bench.start()
    row_id = bench.new_account("CU-000003", "Typed in the CRM")
    await bench.run()
    bench.delete_account(row_id)
    bench.delete_prospect("CU-000003")
    await bench.run()
    assert (await bench.link("account", "usmf|cu-000003")).state is LinkState.GONE
    report = await check(bench).once()
    assert (report.findings, report.ahead) == ((), ())


async def test_a_sequence_of_the_settings_meets_numbers_of_another_table(bench: Bench) -> None:
    """A plug-in numbers accounts; a person has such a number, and no account."""
    plug_in = SaidSequence(id="leads", side=Side.CRM, kind="account", format="L-{SEQNUM:3}")
    bench.new_account("L-002", "An account")
    await bench.start()
    report = await check(bench, said=[plug_in]).once()
    assert (report.findings, [one.number for one in report.ahead]) == ((), ["L-002"])
    bench.new_prospect("L-004", "Hal Iver", ProspectPartyType="Person")
    await bench.run()
    assert await told(bench, said=[plug_in]) == ["USMF|account+person|crm-leads"]


async def test_a_number_of_another_company_is_none_of_a_companys_sequence(bench: Bench) -> None:
    await bench.start()
    async with bench.store.transaction() as tx:
        await tx.add_links(
            [
                Link(
                    link_id("account", f"{company}|cu-000003"),
                    "account",
                    f"{company}|cu-000003",
                    {"code": "CU-000003"},
                    company,
                    state=LinkState.CONFLICT,
                )
                for company in ("DEMF", "USMF")
            ]
        )
    report = await check(bench).once()
    assert [(one.id, one.records) for one in report.occupied] == [(CUSTOMERS, 1)]


async def test_a_sequence_of_the_erp_that_the_settings_say_numbers_either_stage(
    bench: Bench,
) -> None:
    said = SaidSequence(id="leads", side=Side.ERP, kind="account", format="L-###", company="USMF")
    bench.new_prospect("L-002", "A prospect")
    await bench.start()
    report = await check(bench, said=[said]).once()
    assert (report.findings, [one.number for one in report.ahead]) == ((), ["L-002"])
