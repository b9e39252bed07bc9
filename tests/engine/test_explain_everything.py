"""Explain: of every field of every record, what its history tells is what its rows say."""

from __future__ import annotations

from sync.core.link import Link
from sync.engine.comparing import compare
from sync.engine.explain_field import explain_field
from sync.engine.field_now import seen_now
from sync.engine.field_roles import field_names
from sync.engine.times import text
from tests.engine.bench import Bench
from tests.engine.desk import Desk
from tests.engine.explaining import CRM, ERP, later, values
from tests.engine.ordering import activated


async def told(both: Desk) -> list[Link]:
    """Set-up, companies of either side, a conversion, quotes and an order have crossed."""
    bench = both.bench
    later(bench)
    bench.edit_account(both.account_id(), telephone1="+1 2", name="Again")
    bench.new_prospect("E-1", "Born in the ERP")
    both.quotation("Q-0001", 3, ProspectId="CRMP-001")
    await bench.run()
    quote = await activated(both)
    later(bench)
    both.create_order(quote)
    await bench.run()
    later(bench)
    async with bench.store.transaction() as tx:
        return [row.link for row in await tx.list_links(limit=1000)]


async def _now(bench: Bench, link: Link) -> dict[str, dict[str, object]]:
    """Field → side → its value, of the sides that have the record, as its rows say."""
    kind = bench.kinds[link.kind]
    async with bench.store.transaction() as tx:
        rows, _, compared = await compare(tx, bench.kinds, link)
    there = {row.side for row in rows if not row.deleted}
    found: dict[str, dict[str, object]] = {}
    for name in {*field_names(kind).values()}:
        seen = seen_now(kind, link, name, rows, compared)
        if seen is not None:
            said = {CRM: seen.crm, ERP: seen.erp}
            found[name] = {side: said[side] for side in said if side in there}
    return found


async def test_the_history_of_a_field_ends_where_its_rows_are(both: Desk) -> None:
    links = await told(both)
    bench = both.bench
    at, differing, asked = text(bench.clock.now()), [], 0
    for link in links:
        for name, now in (await _now(bench, link)).items():
            found = await explain_field(bench.store, bench.kinds, link.id, name, at=at)
            assert found is not None
            asked += 1
            if values(found) != now:
                differing.append((link.kind, link.key, name, values(found), now))
    assert differing == []
    assert asked > 1000
    assert {link.kind for link in links} >= {"account", "quote", "quote_line", "order_line"}
