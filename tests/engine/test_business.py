"""The business view: what either side has, as that side shows it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path

import pytest

from mappings.loader import load_maps
from sync.core.kinds import Kinds
from sync.core.link import Link, LinkState, link_id
from sync.core.row import Image, Row, RowRef, Side
from sync.engine.business import Business, BusinessView, Companies, count, figure_names
from sync.engine.explain import explain
from sync.errors import Unavailable
from sync.ports import KnownRow, Transaction
from sync.testing.clock import ManualClock
from sync.testing.memory_store import MemoryStore
from tests.engine.bench import Bench

QUOTES = """\
map: offers
version: 1.0.0.0
kind: offer
company: {erp: dataAreaId, crm: msdyn_company}
erp:
  header: {table: CDSSalesQuotationHeaders, ids: [dataAreaId, SalesQuotationNumber]}
crm:
  main: {table: quotes, ids: [quoteid]}
lifecycle:
  initial: draft
  owner: crm
  states:
    draft: {erp: {SalesQuotationStatus: Created}, crm: {statecode: 0}}
    sent: {erp: {SalesQuotationStatus: Sent}, crm: {statecode: 1}}
    confirmed: {erp: {SalesQuotationStatus: Confirmed}, crm: {statecode: 2}}
  moves:
    - {from: draft, to: sent, erp: {update: {SalesQuotationStatus: Sent}}}
    - {from: sent, to: confirmed, erp: {update: {SalesQuotationStatus: Confirmed}}}
business:
  counts: {open_quotes: [draft, sent], won: [confirmed]}
  amount: total
  currency: currency
fields:
  - {name: number, erp: SalesQuotationNumber, crm: msdyn_quotenumber, key: true}
  - {name: customer, erp: CustomerNumber, crm: customerid, lookup: account, family: parent}
  - {name: total, erp: QuotationTotalAmount, crm: totalamount, type: decimal}
  - {name: currency, erp: CurrencyCode, crm: transactioncurrencyid, lookup: currency}
"""
STATES = ("Created", "Sent", "Confirmed")


@pytest.fixture
def kinds(tmp_path: Path) -> Kinds:
    (tmp_path / "quotes.yaml").write_text(QUOTES, encoding="utf-8")
    return Kinds(load_maps(gab=False, overlay=tmp_path))


def figures(companies: Companies, company: str = "USMF") -> dict[str, dict[str, object]]:
    """Side → figure → how many, or how many and how much; figures of nothing left out."""
    return {
        side.value: {
            name: (f.count, f.amounts) if f.amounts else f.count
            for name, f in found.items()
            if f.count
        }
        for side, found in companies[company].items()
    }


async def quote(
    store: MemoryStore, number: int, crm: int | None, erp: int | None, total: str, code: str = "USD"
) -> Link:
    """A quote that is in these states of either side, if it is there."""
    key = f"usmf|sq-{number}"
    link = Link(link_id("offer", key), "offer", key, {"code": f"SQ-{number}"}, company="USMF")
    link.state, rows = LinkState.SETTLED, list[tuple[Side, str, str, Image]]()
    money = Decimal(total)
    if crm is not None:
        image: Image = {"statecode": crm, "totalamount": money, "transactioncurrencyid": code}
        rows.append((Side.CRM, "quotes", f"q-{number}", image))
    if erp is not None:
        image = {
            "SalesQuotationStatus": STATES[erp],
            "QuotationTotalAmount": money,
            "CurrencyCode": code,
        }
        row_id = f"dataAreaId='usmf',SalesQuotationNumber='SQ-{number}'"
        rows.append((Side.ERP, "CDSSalesQuotationHeaders", row_id, image))
    async with store.transaction() as tx:
        await tx.add_links([link])
        await tx.put_rows(
            KnownRow(Row(RowRef(side, table, row_id), "1", image, 1), link.id)
            for side, table, row_id, image in rows
        )
    return link


async def currency(store: MemoryStore) -> None:
    """The dollar, which the CRM knows as the row `USD`."""
    link = Link(link_id("currency", "usd"), "currency", "usd", {"code": "USD"})
    row = Row(RowRef(Side.CRM, "transactioncurrencies", "USD"), "1", {}, 1)
    async with store.transaction() as tx:
        await tx.add_links([link])
        await tx.put_rows([KnownRow(row, link.id)])


async def test_documents_count_by_their_state_on_each_side_with_exact_sums(kinds: Kinds) -> None:
    store = MemoryStore()
    await currency(store)
    await quote(store, 1, 0, 0, "0.10")
    await quote(store, 2, 1, 0, "0.20")
    await quote(store, 3, 2, 1, "1000000000.05")
    await quote(store, 4, None, 2, "7")
    found = figures(await count(store, kinds))
    assert found["crm"] == {
        "open_quotes": (2, {"USD": Decimal("0.30")}),
        "won": (1, {"USD": Decimal("1000000000.05")}),
    }
    assert found["erp"] == {
        "open_quotes": (3, {"USD": Decimal("1000000000.35")}),
        "won": (1, {"USD": Decimal("7.00")}),
    }


async def test_currencies_are_never_added_up(kinds: Kinds) -> None:
    store = MemoryStore()
    await quote(store, 1, None, 0, "1", "USD")
    await quote(store, 2, None, 0, "2", "EUR")
    await quote(store, 3, None, 0, "3", "")
    found = figures(await count(store, kinds))["erp"]
    sums = {"USD": Decimal("1.00"), "EUR": Decimal("2.00"), "none": Decimal("3.00")}
    assert found == {"open_quotes": (3, sums)}


async def test_every_page_is_counted_and_every_figure_is_named(kinds: Kinds) -> None:
    store = MemoryStore()
    for number in range(450):
        await quote(store, number, None, 0, "0.01")
    companies = await count(store, kinds)
    assert figures(companies)["erp"] == {"open_quotes": (450, {"USD": Decimal("4.50")})}
    names = ("prospects", "customers", "open_quotes", "won", "lost", "ordered", "invoiced")
    assert set(figure_names(kinds)) == set(names)
    assert [set(side) for side in companies["USMF"].values()] == [set(names)] * 2


async def test_a_family_shows_state_and_amount_of_each_side(kinds: Kinds) -> None:
    store = MemoryStore()
    await currency(store)
    link = await quote(store, 1, 1, 0, "12.5")
    found = await explain(store, kinds, link.id)
    assert found is not None
    [root] = found.family.roots
    sides = {side.value: (s.state, s.amount, s.currency) for side, s in root.sides.items()}
    assert sides == {"crm": ("sent", "12.50", "USD"), "erp": ("draft", "12.50", "USD")}


async def test_prospects_and_customers_count_where_they_are() -> None:
    bench = Bench()
    bench.new_prospect("A-1", "First")
    bench.new_customer("A-2", "Second")
    await bench.start()
    bench.new_account("A-3", "Third", 3)  # The ERP refuses it: it has no customer group.
    await bench.run()
    assert figures(await count(bench.store, bench.kinds)) == {
        "crm": {"prospects": 1, "customers": 2},
        "erp": {"prospects": 1, "customers": 1},
    }


async def test_persons_count_like_organisations() -> None:
    bench = Bench(gab=True)
    bench.new_prospect("A-1", "Jane Doe", ProspectPartyType="Person")
    await bench.start()
    assert figures(await count(bench.store, bench.kinds)) == {
        "crm": {"prospects": 1},
        "erp": {"prospects": 1},
    }


class Asked(MemoryStore):
    """A store that counts how often it was asked, and fails when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.failing = 0, False

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        self.begun += 1
        if self.failing:
            raise Unavailable("The database is not reached.")
        return super().transaction()


async def test_a_fresh_view_is_kept_and_an_old_one_is_counted_anew(kinds: Kinds) -> None:
    store, clock = Asked(), ManualClock()
    business = Business(store, kinds, clock)
    first = await business.current(1)
    begun = store.begun
    assert await business.current(1) is first
    assert store.begun == begun
    await quote(store, 1, None, 0, "1")
    clock.advance(3)
    second = await business.current(1)
    assert isinstance(second, BusinessView)
    assert figures(second.companies)["erp"] == {"open_quotes": (1, {"USD": Decimal("1.00")})}
    assert await business.counts() == {
        ("USMF", side, name): int((side, name) == (Side.ERP, "open_quotes"))
        for side in Side
        for name in figure_names(kinds)
    }


async def test_a_failure_is_told_to_who_asked_and_the_next_one_counts_anew(kinds: Kinds) -> None:
    store, clock = Asked(), ManualClock()
    business = Business(store, kinds, clock)
    store.failing = True
    with pytest.raises(Unavailable):
        await business.current(1)
    store.failing = False
    assert await business.current(1) is not None


async def test_who_is_not_patient_gets_the_last_view_while_counting_goes_on(kinds: Kinds) -> None:
    store, clock = MemoryStore(), ManualClock()
    business = Business(store, kinds, clock)
    async with store.transaction():
        # Counting cannot begin while this goes on.
        waiting = asyncio.ensure_future(business.current(5))
        for _ in range(10):
            await asyncio.sleep(0)
        assert clock.next_wake is not None
        clock.advance(5)
        assert await waiting is None
    assert await business.current(5) is not None
    await business.close()
