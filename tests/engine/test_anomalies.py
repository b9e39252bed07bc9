"""The anomalies that two-way synchronisation is known for, by their names; each must not happen.

One more, the late-commit gap, is a database's: `tests/contracts/test_log_embedded.py` has it.
"""

from __future__ import annotations

import msgspec
import pytest

from sync.core.conflict import ConflictKind, ConflictState
from sync.core.event import upserted
from sync.core.link import LinkState
from sync.core.mapping import FieldMap, Owner
from sync.core.row import Side
from sync.testing.faulty import Fault
from tests.engine.bench import Bench, once
from tests.engine.desk import Desk
from tests.engine.standing import at_rest, quote_stands
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


@pytest.mark.parametrize("setter", list(Side))
async def test_latch_regress(bench: Bench, setter: Side) -> None:
    """A latch that one side sets while the other says no is set, and no late image unsets it."""
    bench.change_map("customers-accounts", fields=_owned(bench, "one_time", Owner.LATCH))
    await bench.start()
    row_id = bench.new_account("C-1", "First", 3, msdyn_onetimecustomer=setter is Side.CRM)
    bench.edit_account(row_id, **{"msdyn_customergroupid@odata.bind": bench.group("10")})
    bench.new_customer("C-1", "First")
    bench.edit_customer("C-1", IsOneTimeCustomer="Yes" if setter is Side.ERP else "No")
    ref = bench.account_ref(row_id)
    early = (await bench.connectors[Side.CRM].read([ref]))[ref]
    assert early is not None
    for _ in range(2):
        await bench.run()
        assert bench.account("C-1")["msdyn_onetimecustomer"] is True
        assert bench.customer("C-1")["IsOneTimeCustomer"] == "Yes"
        bench.edit_account(row_id, description="Something else")
        await bench.run()
        await bench.log.publish([upserted(early, traceparent="late")])


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


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.LOST_REQUEST])
async def test_ownership_flip_in_flight(bench: Bench, fault: Fault) -> None:
    """A clash is settled by the owner, the process dies over the write, and the owner is another.

    What was written stays, what was not is decided by the new owner; nobody's value is lost.
    """
    bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(bench.account("A-1")["accountid"], name="By the CRM")
    bench.edit_prospect("A-1", ProspectName="By the ERP")
    await bench.look()
    bench.weather[Side.ERP] = once(fault)
    await bench.work.once()
    bench.change_map("prospects-accounts", fields=_owned(bench, "name", Owner.ERP))
    bench.clock.advance(bench.options.lease_seconds + 1)
    await bench.run()
    kept = "By the CRM" if fault is Fault.LOST_ANSWER else "By the ERP"
    assert bench.account("A-1")["name"] == bench.prospect("A-1")["ProspectName"] == kept
    clashes = await bench.conflicts(kind=ConflictKind.CLASH)
    assert {"name": "By the ERP"} in [clash.erp for clash in clashes]
    assert {"name": "By the CRM"} in [clash.crm for clash in clashes]
    await bench.look(full=True)
    await bench.run()
    assert bench.account("A-1")["name"] == bench.prospect("A-1")["ProspectName"] == kept


async def test_ownership_flip_in_flight_of_a_quotation(both: Desk) -> None:
    """It changes hands just when the other side's step is written: told, and nothing undone."""
    quote = both.quote(both.account_id(), 3)
    number = both.number(quote)
    await both.bench.run()
    both.activate(quote)
    both.bench.before_write = lambda: both.act(
        "change-quotation-ownership", number, ownership="SCM"
    )
    await both.bench.run()
    assert both.state("quotes", quote) == (1, 2)
    assert (both.erp_quotation(number) or {})["SalesQuotationStatus"] == "Created"
    await at_rest(both, "not_owner")
    both.act("change-quotation-ownership", number, ownership="BasedOnOrigin")
    await both.bench.run()
    quote_stands(both, number, "sent")
    await at_rest(both)


def _owned(bench: Bench, name: str, owner: Owner) -> tuple[FieldMap, ...]:
    """The fields of the map that has a field of that name, which gets another owner."""
    account_maps = [m for m in bench.kinds.table_maps if m.kind == "account"]
    table_map = next(m for m in account_maps if name in {field.name for field in m.fields})
    return tuple(
        msgspec.structs.replace(f, owner=owner) if f.name == name else f for f in table_map.fields
    )
