"""Persons that the CRM makes without a number draw it from a shared sequence."""

from __future__ import annotations

import pytest

from sync.core.leases import SharedSequence
from sync.core.link import LinkState
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.engine.drawing import Asked
from sync.engine.draws import OWN, Draws
from sync.engine.options import ServiceOptions
from sync.testing.faulty import Fault
from tests.engine.bench import once
from tests.engine.people import People
from tests.engine.test_numbers import ProcessEndsError, crash

SPACE = NumberSpace("USMF", ("account", "person"))
ORGANISATIONS = SharedSequence.of("customers-usmf", SPACE, "account", "CU-####")


def persons(last: int = 9999, block: int = 10) -> SharedSequence:
    return SharedSequence.of("persons-usmf", SPACE, "person", "PP-####", last=last, block=block)


async def people(*sequences: SharedSequence, gab: bool = False) -> People:
    options = ServiceOptions(person_prospect_id="sequence", shared_sequences=sequences)
    bench = People(gab=gab, options=options)
    await bench.start()
    return bench


@pytest.fixture(params=[False, True], ids=["nogab", "gab"])
async def bench(request: pytest.FixtureRequest) -> People:
    """The settings have a sequence for the organisations and one for the persons of the company."""
    return await people(ORGANISATIONS, persons(), gab=request.param)


async def test_the_companys_own_sequence_is_drawn_from(bench: People) -> None:
    hal, ida = bench.new_person("Hal", "Iver"), bench.new_person("Ida", None)
    await bench.run()
    assert {bench.number(hal), bench.number(ida)} == {"PP-0001", "PP-0002"}
    assert set(bench.prospects()) == {"PP-0001", "PP-0002"}
    assert not await bench.conflicts()


async def test_without_one_the_services_own_is() -> None:
    bench = await people(ORGANISATIONS)
    hal = bench.new_person("Hal", "Iver")
    await bench.run()
    assert bench.number(hal) == "CPP-000001"
    (standing, own) = await Draws([ORGANISATIONS], bench.clock).standings(bench.store)
    assert (standing.sequence, own.sequence) == (ORGANISATIONS, OWN)
    assert (own.leased[Side.CRM], own.forecast.per_day) == (99, 1)


async def test_numbers_that_records_or_other_draws_have_are_passed_over(bench: People) -> None:
    bench.new_customer("PP-0001", "Other Inc")
    bench.new_prospect("pp-0002", "Another Inc")
    await bench.run()
    draws = Draws([persons()], bench.clock)
    asked = Asked(side=Side.CRM, request="a form")
    assert (await draws.draw(bench.store, persons(), asked)).numbers == ("PP-0003",)
    hal = bench.new_person("Hal", "Iver")
    await bench.run()
    assert bench.number(hal) == "PP-0004"
    bench.new_account("PP-0003", "The form's own")
    await bench.run()
    assert not await bench.conflicts()
    assert bench.prospects()["PP-0003"] == "The form's own"


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
async def test_a_prospects_number_is_its_own_from_the_first_sight(gab: bool) -> None:
    """Whoever sees it first, also before any map runs, and whatever it is."""
    bench = People(gab=gab)
    bench.new_account("PP-0001", "By the CRM")
    bench.new_person("Hal", "Iver", msdyn_contactpersonid="pp-0002")
    bench.new_prospect("PP-0003", "By the ERP")
    bench.erp_person("PP-0004", "Ola Iver")
    await bench.look()
    draws = Draws([persons()], bench.clock)
    asked = Asked(side=Side.ERP, request="a form")
    drawn = await draws.draw(bench.store, persons(), asked)
    assert drawn.numbers == ("PP-0005",)
    assert drawn.skipped == ("PP-0001", "PP-0002", "PP-0003", "PP-0004")


async def test_the_erp_has_the_number_before_anybody_knew(bench: People) -> None:
    hal = bench.new_person("Hal", "Iver")
    await bench.look()
    bench.before_write = lambda: bench.erp_person("PP-0001", "Ola Iver")
    await bench.run()
    assert bench.number(hal) == "PP-0002"
    assert bench.prospects() == {"PP-0001": "Ola Iver", "PP-0002": "Hal Iver"}
    assert not await bench.conflicts()


async def test_none_is_left_until_the_sequence_is_longer() -> None:
    bench = await people(persons(last=1))
    rows = [bench.new_person("Hal", "Iver"), bench.new_person("Ida", "Ek")]
    await bench.look()
    await bench.work.once()
    async with bench.store.transaction() as tx:
        links = [entry.link for entry in await tx.list_links(kind="person")]
    (short,) = [link for link in links if link.state is LinkState.RETRY]
    assert short.problem is not None
    assert short.problem.code == "sequence_exhausted"
    assert "shared_sequences" in (short.problem.cure or "")
    bench.options = ServiceOptions(
        person_prospect_id="sequence", shared_sequences=(persons(last=2),)
    )
    bench.restart()
    bench.clock.advance(bench.options.lease_seconds + 1)
    await bench.run()
    assert {bench.number(row) for row in rows} == {"PP-0001", "PP-0002"}


async def test_a_crash_between_draw_and_stamp_gives_the_same_number(bench: People) -> None:
    hal = bench.new_person("Hal", "Iver")
    bench.before_write = crash
    with pytest.raises(ProcessEndsError):
        await bench.run()
    bench.restart()
    bench.clock.advance(bench.options.lease_seconds + 1)
    await bench.run()
    assert bench.number(hal) == "PP-0001"
    ida = bench.new_person("Ida", "Iver")
    await bench.run()
    assert bench.number(ida) == "PP-0002", "no number is lost"


@pytest.mark.parametrize("fault", list(Fault))
async def test_a_stamp_without_an_answer(bench: People, fault: Fault) -> None:
    bench.weather[Side.CRM] = once(fault)
    hal = bench.new_person("Hal", "Iver")
    await bench.run()
    assert bench.number(hal) == "PP-0001"
    assert bench.prospects() == {"PP-0001": "Hal Iver"}


async def test_persons_of_one_batch_draw_together(bench: People) -> None:
    rows = [bench.new_person("Hal", f"Iver {place}") for place in range(20)]
    await bench.run()
    assert {bench.number(row) for row in rows} == {f"PP-{place:04d}" for place in range(1, 21)}
    async with bench.store.transaction() as tx:
        assert {(one.numbers, one.skipped) for one in await tx.draws()} == {
            ((f"PP-{place:04d}",), ()) for place in range(1, 21)
        }
