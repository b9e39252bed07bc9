"""Number sequences that overlap stop their maps, until they no longer do or somebody accepts it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from connectors.sandbox.dataverse.autonumbers import set_format, set_seed
from connectors.sandbox.dataverse.seed import ORGANIZATION
from connectors.sandbox.finops.seed import SYSTEM_USER
from connectors.sandbox.kernel.tokens import Caller
from sync.core.row import Side
from sync.core.sequences import NumberSpace, Told
from sync.engine.draws import OWN, Draws
from sync.engine.held_maps import accept, judged, withdraw
from sync.engine.lasting import lasting
from sync.engine.maps import start_maps
from sync.engine.nights import Nights
from sync.engine.overview import map_standings
from sync.engine.said_sequences import SaidSequence
from sync.engine.sequences import NumberCheck
from sync.errors import (
    ConfigurationWrong,
    InputUnusable,
    NotAuthorised,
    Rejected,
    RemoteError,
    RowMissing,
    Unavailable,
)
from sync.ports import ToldSequences
from tests.engine.bench import Bench

ADMIN = Caller(SYSTEM_USER, "", is_integration=False)
ACCOUNTS = NumberSpace("USMF", ("account", "person"))


def check(bench: Bench, **more: Any) -> NumberCheck:
    tellers = bench.systems.direct
    return NumberCheck(bench.kinds, bench.store, tellers, bench.clock, bench, **more)


def change_erp(bench: Bench, code: str, **changes: Any) -> None:
    """An administrator of the ERP changes a number sequence."""
    key = {"NumberSequenceCode": code, "ScopeType": "DataArea", "ScopeValue": "usmf"}
    bench.erp.update("SequenceV2Tables", key, changes, ADMIN)


async def states(bench: Bench, *maps: str) -> list[tuple[str, str | None]]:
    found = {m.id: m for m in await map_standings(bench.store, bench.kinds, bench.clock)}
    wanted = [found[map_id] for map_id in maps]
    return [(one.state, one.problem.code if one.problem else None) for one in wanted]


@pytest.mark.parametrize("gab", [False, True])
async def test_the_sequences_of_the_local_systems_never_meet(gab: bool) -> None:
    bench = Bench(gab=gab)
    report = await check(bench, shared=[OWN]).once()
    assert report.overlaps == ()
    ids = {sequence.id for sequence in report.sequences}
    assert {"erp-usmf-pr", "erp-usmf-cu", "crm-quote-msdyn_quotenumber"} <= ids
    assert {"service-person-prospect", "erp-usmf-so"} <= ids
    assert ("erp-epa" in ids) is gab
    by_id = {sequence.id: sequence for sequence in report.sequences}
    assert by_id["erp-usmf-pr"].kinds == by_id["erp-usmf-cu"].kinds == ("account", "person")
    assert by_id["service-person-prospect"].ends_in(ACCOUNTS)


async def test_prospects_and_customers_from_one_range_stop_their_maps(bench: Bench) -> None:
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    change_erp(bench, "PR", Format="CU-######", Next=10)
    report = await check(bench).once()
    (overlap,) = report.overlaps
    assert (overlap.space, overlap.one, overlap.other) == (ACCOUNTS, "erp-usmf-cu", "erp-usmf-pr")
    assert (overlap.number, overlap.one_draws, overlap.other_draws) == ("cu-000001", 1, 0)
    stopped = ("stopped", "numbers_overlap")
    maps = ("prospects-accounts", "customers-contacts", "quotes")
    assert await states(bench, *maps) == [stopped, stopped, ("running", None)]
    assert ("attention_needed", {"code": "numbers_overlap", "maps": 4}) in bench.told
    bench.edit_account(row_id, name="Second")
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"

    change_erp(bench, "PR", Format="PR-######")
    assert (await check(bench).once()).overlaps == ()
    assert await states(bench, *maps) == [("running", None)] * 3
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Second"


async def test_an_overlap_that_somebody_accepts_lets_the_maps_run(bench: Bench) -> None:
    await bench.start()
    change_erp(bench, "SQ", Format="QUO-######")
    (overlap,) = (await check(bench).once()).overlaps
    assert overlap.space == NumberSpace("USMF", ("quote",))
    by: dict[str, Any] = {
        "by": "Ada",
        "reason": "no ERP quotations",
        "clock": bench.clock,
    }
    accepted = await accept(bench.store, bench.kinds, overlap.id, **by)
    assert accepted.maps == ("quotes",)
    assert accepted.acceptance is not None
    assert (accepted.acceptance.by, accepted.acceptance.reason) == ("Ada", by["reason"])
    assert await states(bench, "quotes") == [("running", None)]
    await check(bench).once()
    assert await states(bench, "quotes") == [("running", None)]
    with pytest.raises(InputUnusable, match="Ada has accepted"):
        await accept(bench.store, bench.kinds, overlap.id, **by)

    bench.clock.advance(60)
    gone = await withdraw(bench.store, bench.kinds, overlap.id, by="Bob", clock=bench.clock)
    assert gone.acceptance is None
    assert [one.withdrawn_by for one in gone.history] == ["Bob"]
    assert await states(bench, "quotes") == [("stopped", "numbers_overlap")]
    with pytest.raises(InputUnusable, match="Nobody has accepted"):
        await withdraw(bench.store, bench.kinds, overlap.id, by="Bob", clock=bench.clock)


@pytest.mark.parametrize(
    ("who", "reason", "told"), [("", "why", "somebody"), ("Ada", " ", "for a reason")]
)
async def test_an_acceptance_names_who_and_why(
    bench: Bench, who: str, reason: str, told: str
) -> None:
    with pytest.raises(InputUnusable, match=told):
        await accept(bench.store, bench.kinds, "x", by=who, reason=reason, clock=bench.clock)
    with pytest.raises(InputUnusable, match="There is no overlap 'x'"):
        await accept(bench.store, bench.kinds, "x", by="Ada", reason="why", clock=bench.clock)
    with pytest.raises(InputUnusable, match="withdrawn by somebody"):
        await withdraw(bench.store, bench.kinds, "x", by=" ", clock=bench.clock)


async def test_a_map_that_is_started_while_sequences_overlap_waits_for_them(bench: Bench) -> None:
    change_erp(bench, "PR", Format="CU-######")
    await check(bench).once()
    bench.new_account("A-1", "First")
    await bench.start()
    assert await states(bench, "prospects-accounts") == [("stopped", "numbers_overlap")]
    assert await states(bench, "currencies") == [("running", None)]
    change_erp(bench, "PR", Format="PR-######")
    await check(bench).once()
    await bench.backfill.once()
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"


async def test_a_sequence_that_no_system_tells_comes_from_the_settings(bench: Bench) -> None:
    said = SaidSequence(
        id="leads", side=Side.CRM, kind="account", format="CU-{SEQNUM:6}", first=900
    )
    (overlap,) = (await check(bench, said=[said]).once()).overlaps
    assert (overlap.one, overlap.other) == ("crm-leads", "erp-usmf-cu")
    assert overlap.number == "cu-000900"
    instead = SaidSequence(
        id="quote-msdyn_quotenumber", side=Side.CRM, kind="quote", format="Q{SEQNUM:4}"
    )
    by_id = {one.id: one for one in (await check(bench, said=[instead]).once()).sequences}
    replaced = by_id["crm-quote-msdyn_quotenumber"]
    assert (replaced.told, replaced.format.text) == (Told.SETTINGS, "Q{SEQNUM:4}")


@pytest.mark.parametrize(
    ("kind", "text", "told"), [("acount", "A#", "no kind"), ("account", "{X}", "not known")]
)
async def test_a_setting_that_is_no_sequence_is_refused(
    bench: Bench, kind: str, text: str, told: str
) -> None:
    said = SaidSequence(id="leads", side=Side.CRM, kind=kind, format=text)
    with pytest.raises(ConfigurationWrong, match=told):
        check(bench, said=[said])


class _Silent:
    """A system that does not let us see its sequences, or is away."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def sequences(self) -> ToldSequences:
        raise self.error


@pytest.mark.parametrize("error", [NotAuthorised("No."), RowMissing("No."), Rejected("No.")])
async def test_a_system_that_tells_nothing_is_named_and_the_other_is_checked(
    bench: Bench, error: RemoteError
) -> None:
    tellers = {Side.CRM: bench.systems.direct[Side.CRM], Side.ERP: _Silent(error)}
    found = NumberCheck(bench.kinds, bench.store, tellers, bench.clock, bench)
    report = await found.once()
    assert report.untold == {"erp": "No."}
    assert {one.side for one in report.sequences} == {Side.CRM}
    away = {**tellers, Side.ERP: _Silent(Unavailable("Away."))}
    with pytest.raises(Unavailable):
        await NumberCheck(bench.kinds, bench.store, away, bench.clock, bench).once()
    async with bench.store.transaction() as tx:
        assert await tx.number_report() == report


async def test_a_seed_that_is_set_back_is_seen(bench: Bench) -> None:
    where = {"EntityName": "salesorder", "AttributeName": "msdyn_salesordernumber"}
    change_erp(bench, "SO", Format="ORD-######", Smallest=1, Next=1, Largest=499)
    set_seed(bench.crm, {**where, "Value": 500})
    assert (await check(bench).once()).overlaps == ()
    set_seed(bench.crm, {**where, "Value": 400})
    (overlap,) = (await check(bench).once()).overlaps
    assert overlap.number == "ord-000400"


async def test_sequences_are_checked_at_the_start_and_every_night(bench: Bench) -> None:
    nights = Nights(check(bench), bench.clock, "02:00")
    assert await nights.check_when_due()
    assert not await nights.check_when_due()
    now = bench.clock.now()
    until = (26 - now.hour) * 3600 - now.minute * 60 - now.second
    bench.clock.advance(until % 86_400 - 1)
    assert not await nights.check_when_due()
    bench.clock.advance(1)
    assert await nights.check_when_due()
    bench.clock.advance(86_399)
    assert not await nights.check_when_due()
    bench.clock.advance(1)
    assert await nights.check_when_due()


async def test_maps_start_with_the_sequences_known(bench: Bench) -> None:
    await check(bench).once()
    async with bench.store.transaction() as tx:
        assert await judged(bench.kinds, tx) == []
    runs = await start_maps(bench.store, bench.kinds, ["quotes"], "none", bench.clock)
    assert {run.problem for run in runs} == {None}


async def test_a_format_that_cannot_be_read_is_named(bench: Bench) -> None:
    class Strange:
        async def sequences(self) -> ToldSequences:
            (quotes,) = [
                one
                for one in (await bench.systems.direct[Side.CRM].sequences()).sequences
                if one.numbers == "quote.msdyn_quotenumber"
            ]
            return ToldSequences((replace(quotes, format="Q{GUID:4}"),))

    tellers = {Side.CRM: Strange(), Side.ERP: bench.systems.direct[Side.ERP]}
    report = await NumberCheck(bench.kinds, bench.store, tellers, bench.clock, bench).once()
    assert list(report.untold) == ["crm-quote-msdyn_quotenumber"]
    assert "{GUID:4}" in report.untold["crm-quote-msdyn_quotenumber"]
    said = SaidSequence(
        id="quote-msdyn_quotenumber", side=Side.CRM, kind="quote", format="Q{SEQNUM:4}"
    )
    known = NumberCheck(bench.kinds, bench.store, tellers, bench.clock, bench, said=[said])
    assert (await known.once()).untold == {}


async def test_numbers_that_the_crm_does_not_tell_are_named_unless_the_settings_say_them(
    bench: Bench,
) -> None:
    set_format(bench.crm, "quote", "msdyn_quotenumber", "")
    report = await check(bench).once()
    (own,) = (one for one in report.sequences if one.id == "crm-quote-quotenumber")
    assert (own.kinds, own.next, own.next_number) == (("quote",), 1000, None)
    assert (report.untold, report.findings) == ({}, ())
    change_erp(bench, "SQ", Format="QUO-#####-AAAAAA", Smallest=1, Next=1, Largest=5000)
    (overlap,) = (await check(bench).once()).overlaps
    assert (overlap.number, overlap.one_draws) == ("quo-00001-aaaaaa", 0)

    bench.crm.update("organizations", ORGANIZATION, {"currentquotenumber": None}, ADMIN)
    assert list((await check(bench).once()).untold) == ["crm-quote-quotenumber"]
    said = SaidSequence(id="quote-quotenumber", side=Side.CRM, kind="quote", format="Q{SEQNUM:4}")
    assert (await check(bench, said=[said]).once()).untold == {}


async def test_how_long_a_sequence_lasts_is_foretold_from_what_checks_have_seen(
    bench: Bench,
) -> None:
    change_erp(bench, "PR", Smallest=1, Largest=1000, Next=101)
    first = await check(bench).once()
    assert {one.days_left for one in first.sequences} == {None}
    for day in (1, 2):
        bench.clock.advance(24 * 3600)
        change_erp(bench, "PR", Next=101 + 50 * day)
        report = await check(bench).once()
    (prospects,) = (one for one in report.sequences if one.id == "erp-usmf-pr")
    assert (prospects.left, prospects.per_day, prospects.days_left) == (800, 50, 16)
    lasts = await lasting(bench.store, Draws([], bench.clock))
    assert lasts["erp-usmf-pr"] == (800, 16)
    assert lasts["erp-usmf-cu"][1] is None
    assert "crm-quote-msdyn_quotenumber" not in lasts, "it has no end"
