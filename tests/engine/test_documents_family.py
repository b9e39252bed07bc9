"""The family and the business view along a sale, with the shipped maps: the two sides agree."""

from __future__ import annotations

from decimal import Decimal

from sync.core.link import LinkState
from sync.core.row import Side
from sync.engine.business import Companies, count
from sync.engine.explain import explain
from sync.engine.family import Family, Member
from tests.engine.bench import Bench
from tests.engine.desk import Desk


async def business(bench: Bench) -> dict[str, tuple[int, dict[str, Decimal]]]:
    """Figure → how many and how much; both sides have to show the same."""
    companies: Companies = await count(bench.store, bench.kinds)
    crm, erp = (companies["USMF"][side] for side in Side)
    assert crm == erp
    return {name: (f.count, f.amounts) for name, f in crm.items() if f.count}


async def family(bench: Bench, name: str) -> Family:
    found = await explain(bench.store, bench.kinds, name)
    assert found is not None
    return found.family


def below(member: Member, kind: str) -> list[Member]:
    return [one for group in member.groups if group.kind == kind for one in group.members]


def states(member: Member) -> tuple[str | None, str | None]:
    return member.sides[Side.CRM].state, member.sides[Side.ERP].state


async def test_a_sale_from_quote_to_invoice(bench: Bench) -> None:
    account = bench.new_account("CRMP-001", "Beta Inc")
    await bench.start()
    desk = Desk(bench)
    at_first = await business(bench)
    assert at_first["prospects"] == (1, {})
    assert "open_quotes" not in at_first

    quote_id, lost_id = desk.quote(account, 3, 5), desk.quote(account, 2)
    for one in (quote_id, lost_id):
        desk.activate(one)
    await bench.run()
    number = desk.row("quotes", quote_id)["msdyn_quotenumber"]
    total = Decimal(desk.row("quotes", quote_id)["totalamount"])
    lost = Decimal(desk.row("quotes", lost_id)["totalamount"])
    assert total > lost > 0
    assert (await business(bench))["open_quotes"] == (2, {"USD": total + lost})

    desk.close(lost_id, 5)
    order_id = desk.create_order(quote_id)
    await bench.run()
    now = await business(bench)
    assert "prospects" not in now
    assert "open_quotes" not in now
    assert (now["customers"], now["lost"], now["won"]) == (
        (1, {}),
        (1, {"USD": lost}),
        (1, {"USD": total}),
    )
    assert now["ordered"] == (1, {"USD": total})

    order = desk.row("salesorders", order_id)["msdyn_salesordernumber"]
    for action in ("confirm-order", "pick-order", "pack-order", "invoice-order"):
        desk.act(action, order)
    await bench.run()
    now = await business(bench)
    assert (now["ordered"], now["invoiced"]) == ((1, {"USD": total}), (1, {"USD": total}))

    found = await family(bench, f"quote:usmf|{number}")
    [root] = found.roots
    assert (root.kind, root.number, root.stage) == ("account", "CRMP-001", "customer")
    quotes, orders, invoices = (below(root, kind) for kind in ("quote", "order", "invoice"))
    assert sorted(states(one) for one in quotes) == [("confirmed",) * 2, ("lost",) * 2]
    assert [states(one) for one in orders] == [("invoiced", "invoiced")]
    [won] = [one for one in quotes if one.number == number]
    assert {side.value: s.amount for side, s in won.sides.items()} == {
        "crm": str(total),
        "erp": str(total),
    }
    assert len(below(won, "quote_line")) == 2
    assert [line.key.rpartition("|")[2] for line in below(won, "quote_line")] == ["1", "2"]
    assert won.kin["generated_order"].id == orders[0].id
    [invoice] = invoices
    assert invoice.kin["order"].id == orders[0].id
    assert [len(below(one, f"{one.kind}_line")) for one in (*orders, *invoices)] == [2, 2]
    everyone = [root, *quotes, *orders, *invoices]
    assert {one.state for one in everyone} == {LinkState.SETTLED}
    [line] = [one for one in below(invoice, "invoice_line") if one.key.endswith("|2")]
    path = (await family(bench, line.id)).path
    assert [one.kind for one in path] == ["account", "invoice", "invoice_line"]


async def test_a_quote_that_waits_is_in_the_family_of_its_prospect(bench: Bench) -> None:
    """The prospect is refused, so nothing of its quote crosses: that is where a person looks."""
    account = bench.new_account("CRMC-001", "No group", 3)
    desk = Desk(bench)
    desk.quote(account, 3)
    await bench.start()
    [root] = (await family(bench, "account:usmf|crmc-001")).roots
    assert root.state is LinkState.CONFLICT
    [quote] = below(root, "quote")
    assert quote.state is LinkState.WAITING
    assert states(quote) == ("draft", None)
    assert [one.state for one in below(quote, "quote_line")] == [LinkState.WAITING]
