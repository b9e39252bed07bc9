"""What happens between two steps of the work: other answers, late rows, outages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sync.core.conflict import ConflictState
from sync.core.row import Row, RowRef, Scalar, Side
from sync.core.write import ChangeSet, Outcome, Refused
from sync.engine.capture import Capture
from sync.engine.ingest import Ingest
from sync.engine.replay import Silent
from sync.engine.shadow import ShadowSystem
from sync.engine.work import Work
from sync.errors import Rejected, Throttled, Unavailable
from sync.ports import VersionKind
from sync.testing.clock import ManualClock
from sync.testing.memory_log import MemoryLog
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench
from tests.engine.between import Between
from tests.engine.desk import Desk
from tests.engine.standing import at_rest, quote_stands
from tests.simulation.systems import ERP_PERSON, shipped_kinds


async def test_a_side_that_was_busy_is_tried_again_although_the_other_refused(bench: Bench) -> None:
    """One part is refused for good, the other only for now."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    refusals = {Side.CRM: Rejected("no"), Side.ERP: Throttled("later", retry_after=1.0)}

    class Refusing(Between):
        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            error = refusals.pop(self._inner.side, None)
            if error is None:
                answered: list[Outcome] = await self._inner.write(changesets)
                return answered
            return [Refused(error) for _ in changesets]

    bench.connectors.update({side: Refusing(one) for side, one in bench.connectors.items()})
    bench.restart()
    bench.edit_account(row_id, name="By the CRM")
    bench.edit_prospect("A-1", PrimaryPhoneNumber="+1 555")
    await bench.run()
    assert refusals == {}
    assert bench.prospect("A-1")["ProspectName"] == "By the CRM"
    assert bench.account("A-1")["telephone1"] == "+1 555"
    assert not await bench.conflicts(state=ConflictState.OPEN)


async def test_events_are_taken_in_although_the_state_was_away_for_a_moment(bench: Bench) -> None:
    """The log has given them out already, and the next ones must not acknowledge them too."""
    row_id = bench.new_account("A-1", "First")
    await bench.start()
    bench.edit_account(row_id, name="Second")
    await bench.captures[Side.CRM].table("accounts")

    class Away(Between):
        def transaction(self) -> Any:
            raise Unavailable("The database is not reached.")

    ingest = Ingest(bench.kinds, bench.store, bench.log, bench.clock, bench)
    ingest._store = Away(bench.store)  # the outage of this very moment
    with pytest.raises(Unavailable):
        await ingest.once()
    ingest._store = bench.store
    bench.new_account("A-2", "Another")
    await bench.captures[Side.CRM].table("accounts")
    while await ingest.once():
        pass
    bench.restart()
    await bench.run()
    assert bench.prospect("A-1")["ProspectName"] == "Second"
    assert bench.prospect("A-2") is not None


async def test_a_row_that_comes_back_at_its_old_version_can_be_deleted_again() -> None:
    """Versions that only tell equal from different may come again with the row."""
    kinds, store, log, clock = shipped_kinds(False), MemoryStore(), MemoryLog(), ManualClock()
    row = Row(RowRef(Side.ERP, "PaymentTerms", "dataAreaId='usmf',Name='N'"), "v1", {"Name": "N"})
    erp = ShadowSystem(Side.ERP, kinds.tables[Side.ERP], VersionKind.EQUALITY)
    capture = Capture(erp, kinds.tables[Side.ERP], store, log, clock, Silent())
    ingest = Ingest(kinds, store, log, clock, Silent())
    for _ in range(3):
        erp.load([row])
        assert await capture.rows([row.ref]) == 1
        await ingest.once()
        erp.remove(row.ref)
        assert await capture.rows([row.ref]) == 1
        await ingest.once()
        async with store.transaction() as tx:
            assert (await tx.rows([row.ref]))[row.ref].deleted


async def test_an_address_that_comes_while_its_prospect_crosses_is_not_left_behind(
    bench: Bench,
) -> None:
    """The event of the joined row is taken in before anybody knows whose party that is."""
    await bench.start()
    bench.new_prospect("A-1", "First")
    party = bench.prospect("A-1")["ProspectPartyNumber"]

    class Meanwhile(Between):
        done = False

        async def write(self, changesets: Sequence[ChangeSet]) -> list[Outcome]:
            if not self.done:
                self.done = True
                body = {"PartyNumber": party, "Street": "Main Street 1", "City": "Springfield"}
                more = {"CountryRegionId": "USA", "Roles": "Delivery", "IsPrimary": "Yes"}
                bench.erp.create("PartyLocationPostalAddressesV2", body | more, ERP_PERSON)
                await bench.captures[Side.ERP].table("PartyLocationPostalAddressesV2")
                await bench.drain()
            answered: list[Outcome] = await self._inner.write(changesets)
            return answered

    bench.connectors[Side.CRM] = Meanwhile(bench.connectors[Side.CRM])
    bench.restart()
    await bench.look()
    while await bench.work.once():
        pass
    assert bench.account("A-1")["address1_city"] == "Springfield"


@pytest.mark.parametrize("asked", list(Side))
async def test_a_line_comes_to_rest_while_its_quote_asks_for_its_lines(
    desk: Desk, asked: Side
) -> None:
    """Another worker settles it: what the quote was told of it is older than what is known."""
    bench, quote = desk.bench, desk.quote(desk.account_id(), 3)
    await bench.run()
    (line,) = desk.lines_of("quotedetails", "quoteid", quote)
    desk.edit("quotedetails", line["quotedetailid"], msdyn_linedescription2="In green")
    desk.activate(quote)
    other = Work(
        bench.kinds, bench.store, dict(bench.connectors), bench.clock, bench, bench.options
    )

    class Meanwhile(Between):
        rested = False

        async def find(self, table: str, wanted: Sequence[Mapping[str, Scalar]]) -> list[list[Row]]:
            answered: list[list[Row]] = await self._inner.find(table, wanted)
            if table in ("quotedetails", "CDSSalesQuotationLines") and not self.rested:
                self.rested = True
                await bench.captures[Side.CRM].table("quotedetails")
                await bench.drain()
                while await other.once():
                    pass
            return answered

    bench.connectors[asked] = Meanwhile(bench.connectors[asked])
    bench.restart()
    await bench.captures[Side.CRM].table("quotes")
    await bench.drain()
    await bench.work.once()
    await bench.run()
    quote_stands(desk, desk.number(quote), "sent")
    await at_rest(desk)
