"""A person takes the stage or the state of one side: the other follows, where its system can."""

from __future__ import annotations

import pytest

from sync.core.conflict import Conflict, ConflictKind, Take
from sync.engine.dossier import dossier_of
from sync.engine.resolving import NotResolved, Resolution, resolve
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.disagreeing import SCENES, won_and_lost
from tests.engine.standing import at_rest, quote_stands


async def decided(bench: Bench, conflict: Conflict, take: Take) -> NotResolved | None:
    """Ann takes a side; returns why it cannot be."""
    resolution = Resolution(take, "Ann")
    found = await resolve(bench.store, bench.kinds, [conflict.id], resolution, bench.clock)
    await bench.run()
    return found.refused[0] if found.refused else None


async def activated_by_the_other(both: Desk) -> tuple[str, Conflict]:
    """A quote is activated in the CRM just when it is handed over to the ERP."""
    number = both.number(both.quote(both.account_id(), 3))
    await both.bench.run()
    both.act("change-quotation-ownership", number, ownership="SCM")
    both.activate(both.quote_of(number))
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    return number, conflict


async def test_a_move_that_was_not_its_own_is_taken(both: Desk) -> None:
    number, conflict = await activated_by_the_other(both)
    assert await decided(both.bench, conflict, Take.CRM) is None
    quote_stands(both, number, "sent")
    await at_rest(both)
    (closed,) = await both.bench.conflicts(id=conflict.id)
    assert closed.resolved_by == "Ann"
    async with both.bench.store.transaction() as tx:
        receipts = await tx.receipts(link_id=conflict.link_id)
    reasons = [c["reason"] for r in receipts for c in r.changes if c["field"] == "lifecycle"]
    assert f"Ann decided conflict {conflict.id}: the CRM's value" in reasons


async def test_a_move_is_not_taken_back(both: Desk) -> None:
    _, conflict = await activated_by_the_other(both)
    dossier = await dossier_of(both.bench.store, both.bench.kinds, conflict.id)
    assert dossier is not None
    assert dossier.choices == (Take.CRM, Take.LEAVE)
    refused = await decided(both.bench, conflict, Take.ERP)
    assert refused is not None
    assert "The CRM does not bring it from sent to draft" in refused.message
    await at_rest(both, "not_owner")


async def test_what_moved_meanwhile_counts_more(both: Desk) -> None:
    number, conflict = await activated_by_the_other(both)
    both.act("lose-quotation", number)
    assert await decided(both.bench, conflict, Take.CRM) is None
    quote_stands(both, number, "lost")
    await at_rest(both)
    (closed,) = await both.bench.conflicts(id=conflict.id)
    assert closed.resolved_by == "a later edit"


async def test_an_order_is_not_made_beside_the_one_of_the_owner(both: Desk) -> None:
    """The ERP makes the order of a quotation that it owns: a second one would stand beside it."""
    quote = both.quote(both.account_id(), 3)
    both.activate(quote)
    await both.bench.run()
    both.act("change-quotation-ownership", both.number(quote), ownership="SCM")
    both.create_order(quote)
    await both.bench.run()
    (conflict,) = await both.bench.conflicts(kind="not_owner", state="open")
    refused = await decided(both.bench, conflict, Take.CRM)
    assert refused is not None
    assert "Change ownership" in str(refused.cure)
    assert both.erp.list("CDSSalesOrderHeaders") == []
    await at_rest(both, "not_owner")


@pytest.mark.parametrize("take", [Take.CRM, Take.ERP])
async def test_an_end_is_final(take: Take) -> None:
    bench, _ = await won_and_lost()
    await bench.run()
    (conflict,) = await bench.conflicts(kind="stage", state="open")
    refused = await decided(bench, conflict, take)
    assert refused is not None
    assert "an end is final in both systems" in refused.message
    assert "in the ERP a copy of the quotation" in str(refused.cure)


async def test_a_customer_that_was_made_a_prospect_again_is_one_again() -> None:
    bench, _ = await SCENES[ConflictKind.STAGE]()
    await bench.run()
    (conflict,) = await bench.conflicts(kind="stage", state="open")
    refused = await decided(bench, conflict, Take.CRM)
    assert refused is not None
    assert "no system takes that back" in refused.message
    assert (bench.account("A-1") or {})["customertypecode"] == 8
    assert await decided(bench, conflict, Take.ERP) is None
    assert (bench.account("A-1") or {})["customertypecode"] == 3
    (closed,) = await bench.conflicts(id=conflict.id)
    assert (closed.state, closed.resolved_by) == ("resolved", "Ann")
    assert not await bench.conflicts(state="open")
