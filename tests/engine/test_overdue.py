"""A reference that does not come: after a while a person is asked, and it crosses when it does."""

from __future__ import annotations

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.link import LinkState
from tests.engine.bench import Bench
from tests.simulation.systems import CRM_PERSON

DAY = 86_400.0


async def waiting(bench: Bench) -> str:
    """A contact waits for its account, whose name does not fit; returns the account's id."""
    row_id = bench.new_account("A-1", "x" * 101)
    contact = {
        "lastname": "One",
        "parentcustomerid_account@odata.bind": f"/accounts({row_id})",
    }
    bench.crm.create("contacts", contact, CRM_PERSON)
    await bench.start()
    return row_id


async def test_a_reference_past_its_deadline_is_a_conflict_that_closes_by_itself(
    bench: Bench,
) -> None:
    row_id = await waiting(bench)
    bench.clock.advance(DAY - 60)
    await bench.run()
    assert not await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)
    bench.clock.advance(120)
    await bench.run()
    (missing,) = await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)
    assert missing.state is ConflictState.OPEN
    assert "a-1" in missing.message
    assert missing.events
    async with bench.store.transaction() as tx:
        link = (await tx.links([missing.link_id]))[missing.link_id]
    assert link.state is LinkState.WAITING
    assert link.problem is not None
    assert link.problem.code == "missing_reference"
    bench.clock.advance(DAY)
    await bench.run()
    assert len(await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)) == 1
    told = [facts for name, facts in bench.told if name == "attention_needed"]
    assert [facts["code"] for facts in told].count("missing_reference") == 1
    bench.edit_account(row_id, name="Short")
    await bench.run()
    (closed,) = await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)
    assert closed.state is ConflictState.RESOLVED
    assert closed.resolved_by == "the reference itself"
    assert [row["LastName"] for row in bench.erp.list("ContactPersons")] == ["One"]


async def test_the_deadline_begins_anew_with_each_wait(bench: Bench) -> None:
    row_id = await waiting(bench)
    bench.clock.advance(DAY - 60)
    bench.edit_account(row_id, name="Short")
    await bench.run()
    bench.clock.advance(DAY)
    await bench.run()
    assert not await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)


async def test_a_map_may_have_a_deadline_of_its_own(bench: Bench) -> None:
    """A minute for contacts, while whatever else waits has its day."""
    contacts = next(m.id for m in bench.kinds.table_maps if m.kind == "contact")
    bench.change_map(contacts, reference_deadline_seconds=60.0)
    await waiting(bench)
    bench.clock.advance(30)
    await bench.run()
    assert not await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)
    bench.clock.advance(bench.options.wait_seconds + 31)
    await bench.run()
    (missing,) = await bench.conflicts(kind=ConflictKind.MISSING_REFERENCE)
    assert missing.map_id == contacts
