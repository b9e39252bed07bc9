"""A dry run tells what a redrive would do, and does nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from sync.core.row import Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.dry_run import dry_run
from sync.engine.redrive import edit, find_dead_letter, redrive
from sync.errors import ContractBroken, InputUnusable
from sync.ports import DeadLetter, LetterFilter
from sync.testing.faulty import Asked, Fault
from tests.engine.bench import Bench
from tests.engine.between import Between
from tests.engine.people import People


class Refusing(Between):
    """A system that does not know a column, as long as it is told to."""

    refusing = True

    async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
        if self.refusing:
            return [Refused(ContractBroken("no such column")) for _ in changesets]
        answered: list[Outcome] = await self._inner.write(changesets)
        return answered


async def _dead(bench: Bench, *numbers: str) -> tuple[Refusing, list[DeadLetter]]:
    """Accounts that died on their way to the ERP."""
    await bench.start()
    erp = Refusing(bench.connectors[Side.ERP])
    bench.connectors[Side.ERP] = erp  # type: ignore[assignment]
    bench.restart()
    for number in numbers:
        bench.new_account(number, "First")
    await bench.run()
    async with bench.store.transaction() as tx:
        return erp, await tx.find_letters(LetterFilter(kind="account"))


async def _everything(bench: Bench) -> list[Any]:
    async with bench.store.transaction() as tx:
        return [
            await tx.list_links(limit=1000),
            await tx.dead_letters(state=None),
            await tx.receipts(limit=1000),
            await tx.conflicts(limit=1000),
            await tx.events(limit=1000),
            await tx.balance(),
            await tx.next_due(),
        ]


async def test_a_dry_run_shows_the_write_and_changes_nothing(bench: Bench) -> None:
    _, (letter,) = await _dead(bench, "A-1")
    before = await _everything(bench)
    (outlook,) = await dry_run(bench.kinds, bench.store, bench.connectors, letter, bench.clock)
    assert await _everything(bench) == before
    assert bench.prospect("A-1") is None
    (write,) = outlook.writes
    assert (write.side, write.op, write.table) == (Side.ERP, "create", "Prospects")
    assert write.values["ProspectName"] == "First"
    assert (outlook.state, outlook.conflicts) == ("settled", ())


async def test_what_a_dry_run_shows_is_what_a_redrive_does(bench: Bench) -> None:
    erp, letters = await _dead(bench, "A-1", "A-2")
    erp.refusing = False
    chosen = LetterFilter(code="contract_broken")
    done = await redrive(bench.store, bench.kinds, chosen, "Ann", "Column added.", bench.clock)
    assert [letter.id for letter in done] == [letter.id for letter in letters]
    await bench.run()
    for number in ("A-1", "A-2"):
        assert bench.prospect(number)["ProspectName"] == "First"
    kept = await find_dead_letter(bench.store, letters[0].id)
    assert kept is not None
    assert [(act.by, act.what, act.why) for act in kept.history] == [
        ("Ann", "redriven", "Column added.")
    ]


async def test_one_that_dies_again_keeps_what_was_done_about_it(bench: Bench) -> None:
    _, (letter,) = await _dead(bench, "A-1")
    await redrive(bench.store, bench.kinds, [letter.id], "Ann", None, bench.clock)
    await bench.run()
    again = await find_dead_letter(bench.store, letter.id)
    assert again is not None
    assert (again.state, [act.what for act in again.history]) == ("open", ["redriven"])
    async with bench.store.transaction() as tx:
        assert (await tx.balance()).missing == 0


async def test_a_redrive_of_several_is_whole_or_nothing(bench: Bench) -> None:
    _, letters = await _dead(bench, "A-1", "A-2")
    ids = [letter.id for letter in letters]
    before = await _everything(bench)
    with pytest.raises(InputUnusable, match="There is no dead letter none"):
        await redrive(bench.store, bench.kinds, [*ids, "none"], "Ann", None, bench.clock)
    assert await _everything(bench) == before


async def test_an_event_that_is_corrected_crosses(bench: Bench) -> None:
    await bench.start()
    row_id = bench.new_account("A-1", "First")
    bench.log.publish_broken(b"{not json", "it is not JSON")
    await bench.drain()
    async with bench.store.transaction() as tx:
        (letter,) = await tx.dead_letters()
    event = {
        "side": "crm",
        "table": "accounts",
        "row_id": row_id,
        "version": "1",
        "order": 1,
        "image": bench.crm.get("accounts", row_id),
    }
    with pytest.raises(InputUnusable, match="could not be read"):
        await redrive(bench.store, bench.kinds, [letter.id], "Ann", None, bench.clock)
    edited = await edit(bench.store, bench.kinds, letter.id, event, "Ann", "Comma.", bench.clock)
    assert edited.original == letter.payload
    before = await _everything(bench)
    (outlook,) = await dry_run(bench.kinds, bench.store, bench.connectors, edited, bench.clock)
    assert await _everything(bench) == before
    assert outlook.kind == "account"
    await redrive(bench.store, bench.kinds, [letter.id], "Ann", None, bench.clock)
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "First"
    async with bench.store.transaction() as tx:
        assert (await tx.balance()).missing == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"op": "delete"},
        {"image": None},
        {"side": "sap"},
        {"table": "nothing"},
        {"row_id": ""},
        {"version": 7},
        {"more": 1},
    ],
)
async def test_what_is_no_event_is_refused(bench: Bench, broken: dict[str, Any]) -> None:
    bench.log.publish_broken(b"{not json", "it is not JSON")
    await bench.drain()
    async with bench.store.transaction() as tx:
        (letter,) = await tx.dead_letters()
    event = {"side": "crm", "table": "accounts", "row_id": "x", "version": "1", "image": {}}
    with pytest.raises(InputUnusable):
        await edit(
            bench.store, bench.kinds, letter.id, {**event, **broken}, "Ann", None, bench.clock
        )
    async with bench.store.transaction() as tx:
        assert await tx.dead_letters() == [letter]


async def test_a_number_of_ours_that_somebody_took_is_seen_as_in_the_real_run() -> None:
    people = People(gab=False)
    await people.start()
    row_id = people.new_person("Ada", "Iver")
    await people.look()
    people.weather[Side.ERP] = lambda asked: Fault.DOWN if asked is Asked.WRITE else None
    while await people.work.once():
        await people.look()
    assert people.number(row_id) == "Iver"
    people.weather.clear()
    people.erp_person("Iver", "Somebody Else")
    link = await people.link("person", "usmf|iver")
    letter = DeadLetter(link.id, link.id, "contract_broken", "m", None, {}, "")
    (outlook,) = await dry_run(people.kinds, people.store, people.connectors, letter, people.clock)
    assert outlook.writes == ()
    assert outlook.untried == "its number is somebody else's, so it would get another one"
    people.clock.advance(600)
    await people.run()
    assert people.number(row_id) == "Iver-2"
