"""The anomalies that two-way synchronisation is known for, by their names; each must not happen."""

from __future__ import annotations

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.event import upserted
from sync.core.link import LinkState
from sync.core.row import Side
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.simulation.systems import INTEGRATION


async def test_flip_flop(bench: Bench) -> None:
    """Two edits in a short time, one on each side: both sides do not swap values for ever."""
    bench.new_account("A-1", "First")
    await bench.start()
    account = bench.account("A-1")
    assert account is not None
    bench.edit_account(account["accountid"], name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.run()
    writes = bench.systems.writes
    await bench.look(full=True)
    await bench.run()
    assert bench.systems.writes == writes
    assert bench.account("A-1")["name"] == "By the CRM"
    assert bench.prospect("A-1")["ProspectName"] == "By the CRM"
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH)
    assert clash.erp == {"name": "By the ERP"}
    assert clash.crm == {"name": "By the CRM"}
    assert clash.winner == "crm"


async def test_revived_delete(bench: Bench) -> None:
    """A record that was deleted on one side does not come back from the other."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_account(row_id)
    await bench.run()
    assert bench.account("A-1") is None
    assert bench.prospect("A-1") is not None
    (conflict,) = await bench.conflicts(kind=ConflictKind.DELETED)
    assert conflict.state is ConflictState.OPEN
    bench.edit_prospect("A-1", ProspectName="Edited afterwards")
    await bench.run()
    assert bench.account("A-1") is None


async def test_revived_delete_while_its_counterpart_is_made(bench: Bench) -> None:
    """The answer of the create is lost, and the record is deleted before it is known."""
    row_id = bench.new_account("A-1", "First")
    bench.weather[Side.ERP] = once(Fault.LOST_ANSWER)
    bench.before_write = lambda: bench.delete_account(row_id)
    await bench.start()
    assert bench.account("A-1") is None
    assert bench.prospect("A-1") is not None
    assert await bench.conflicts(kind=ConflictKind.DELETED, state=ConflictState.OPEN)


async def test_re_inserted_record(bench: Bench) -> None:
    """A record deleted on both sides and made anew is a new record, with rows of its own."""
    first = bench.new_account("A-1", "First")
    await bench.start()
    bench.delete_account(first)
    bench.delete_prospect("A-1")
    await bench.run()
    assert (await bench.link("account", "usmf|a-1")).state is LinkState.GONE
    bench.new_prospect("A-1", "Anew")
    await bench.run()
    again = bench.account("A-1")
    assert again is not None
    assert again["accountid"] != first
    assert again["name"] == "Anew"


async def test_stale_echo(bench: Bench) -> None:
    """An old image that comes once more, after newer ones, changes nothing."""
    row_id = bench.new_account("A-1", "First")
    old = (await bench.connectors[Side.CRM].read([bench.account_ref(row_id)]))[
        bench.account_ref(row_id)
    ]
    assert old is not None
    await bench.start()
    bench.edit_account(row_id, name="Second")
    await bench.run()
    bench.edit_prospect("A-1", ProspectName="Third")
    await bench.run()
    writes = bench.systems.writes
    await bench.log.publish([upserted(old, traceparent="again")])
    await bench.run()
    assert bench.systems.writes == writes
    assert bench.account("A-1")["name"] == "Third"


async def test_create_race(bench: Bench) -> None:
    """Both sides make the record at once; it is one record, and nothing typed is lost."""
    await bench.start()
    bench.new_account("A-1", "By the CRM")
    bench.before_write = lambda: bench.new_prospect("A-1", "By the ERP")
    await bench.run()
    assert bench.account("A-1")["name"] == bench.prospect("A-1")["ProspectName"] == "By the CRM"
    (clash,) = await bench.conflicts(kind=ConflictKind.CLASH, field="name")
    assert clash.erp == {"name": "By the ERP"}


async def test_orphan_create(bench: Bench) -> None:
    """The create was done and its answer lost: no second record, whichever side it was."""
    bench.new_prospect("A-1", "First")
    bench.new_account("A-2", "Second")
    bench.weather = {side: once(Fault.LOST_ANSWER) for side in Side}
    await bench.start()
    assert bench.account("A-1")["name"] == "First"
    assert bench.prospect("A-2")["ProspectName"] == "Second"
    assert len(bench.crm.list("accounts")) == len(bench.erp.list("Prospects")) == 2
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_lossy_round_trip(bench: Bench) -> None:
    """A value that one side keeps in another form stays quiet: white space, places, blanks."""
    row_id = bench.new_account("A-1", "  Alpha  ", 3, creditlimit=1000)
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("10")})
    await bench.start()
    writes = bench.systems.writes
    bench.edit_customer("A-1", CreditLimit=1000)
    await bench.look(full=True)
    await bench.run()
    assert bench.systems.writes == writes
    assert bench.account("A-1")["name"] == "  Alpha  "


async def test_latch_regress_of_the_stage(bench: Bench) -> None:
    """A customer never becomes a prospect again: what says so is a conflict."""
    bench.new_account("A-1", "First")
    await bench.start()
    account = bench.account("A-1")
    bench.edit_account(account["accountid"], customertypecode=3)
    await bench.run()
    assert bench.customer("A-1") is not None
    # Only the integration can do this; people are refused by the CRM itself.
    bench.crm.update("accounts", account["accountid"], {"customertypecode": 8}, INTEGRATION)
    await bench.run()
    assert await bench.conflicts(kind=ConflictKind.STAGE, state=ConflictState.OPEN)
    assert bench.customer("A-1") is not None
