"""What a store must do with what records belong together."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

from sync.ports import Store
from sync.testing.contracts.samples import a_link, a_relation
from sync.testing.contracts.store import StoreSuite


class RelationContract(StoreSuite):
    """Families, upwards and downwards."""

    async def test_what_a_link_says_is_replaced_whole(self, store: Store) -> None:
        top, other, order = a_link("top"), a_link("other"), a_link("so-1", "order")
        first = [a_relation(top, order), a_relation(other, order, "payer")]
        async with store.transaction() as state:
            await state.add_links([top, other, order])
            await state.relate({order.id: first, top.id: []})
            assert await state.relations([order.id, top.id]) == set(first)
            assert await state.parents([order.id]) == {order.id: sorted([top.id, other.id])}
            await state.relate({order.id: [a_relation(other, order)]})
            assert await state.parents([order.id, top.id]) == {order.id: [other.id]}
            assert await state.count_children([top.id]) == {}
            await state.relate({order.id: []})
            assert await state.relations([order.id]) == set()
            await state.relate({})

    async def test_a_record_that_is_not_linked_is_not_shown_and_not_forgotten(
        self, store: Store
    ) -> None:
        top, order = a_link("top"), a_link("so-1", "order")
        async with store.transaction() as state:
            await state.add_links([order])
            await state.relate({order.id: [a_relation(top, order)]})
            assert await state.parents([order.id]) == {}
            assert await state.count_children([top.id]) == {(top.id, "order"): 1}
            await state.add_links([top])
            assert await state.parents([order.id]) == {order.id: [top.id]}
        party = a_link("pa-1", "party")
        async with store.transaction() as state:
            await state.relate({top.id: [a_relation(top, party, "party")]})
            assert await state.children([top.id], 9, kind="party") == {}
            await state.add_links([party])
            assert await state.children([top.id], 9, kind="party") == {
                (top.id, "party"): [party.id]
            }

    async def test_kin_leads_nowhere(self, store: Store) -> None:
        quote, order = a_link("sq-1", "quote"), a_link("so-1", "order")
        beside = a_relation(quote, order, "quote", kin=True)
        async with store.transaction() as state:
            await state.add_links([quote, order])
            await state.relate({order.id: [beside]})
            assert await state.relations([order.id]) == {beside}
            assert await state.parents([order.id]) == {}
            assert await state.children([quote.id], 9) == {}
            assert await state.count_children([quote.id]) == {}

    async def test_who_is_below_by_two_lookups_counts_once(self, store: Store) -> None:
        party, contact = a_link("pa-1", "party"), a_link("cp-1", "contact")
        both = [a_relation(party, contact, "person"), a_relation(party, contact, "associated")]
        async with store.transaction() as state:
            await state.add_links([party, contact])
            await state.relate({contact.id: both})
            assert await state.count_children([party.id]) == {(party.id, "contact"): 1}
            assert await state.children([party.id], 9) == {(party.id, "contact"): [contact.id]}
            assert await state.parents([contact.id]) == {contact.id: [party.id]}

    async def test_records_are_listed_from_the_newest_number_and_parts_from_the_first(
        self, store: Store
    ) -> None:
        top = a_link("top")
        orders = [a_link(f"so-{number}", "order") for number in range(8, 12)]
        lines = [a_link(f"so-8|{number}", "line") for number in range(8, 12)]
        said = {order.id: [a_relation(top, order)] for order in orders}
        said |= {line.id: [a_relation(orders[0], line, part=True)] for line in lines}
        async with store.transaction() as state:
            await state.add_links([top, *orders, *lines])
            await state.relate(said)
            found = await state.children([top.id, orders[0].id], 3)
            assert found == {
                (top.id, "order"): [link.id for link in orders[:0:-1]],
                (orders[0].id, "line"): [link.id for link in lines[:3]],
            }
            assert await state.count_children([top.id, orders[0].id]) == {
                (top.id, "order"): 4,
                (orders[0].id, "line"): 4,
            }

    async def test_a_long_family_is_read_page_by_page(self, store: Store) -> None:
        top = a_link("top")
        orders = [a_link(f"so-{number}", "order") for number in range(7)]
        lines = [a_link(f"top|{number}", "line") for number in range(7)]
        said = {order.id: [a_relation(top, order)] for order in orders}
        said |= {line.id: [a_relation(top, line, part=True)] for line in lines}
        async with store.transaction() as state:
            await state.add_links([top, *orders, *lines])
            await state.relate(said)
            for kind, expected in (("order", orders[::-1]), ("line", lines)):
                seen: list[str] = []
                after: str | None = None
                while page := await state.children([top.id], 3, kind=kind, after=after):
                    seen += page[top.id, kind]
                    after = seen[-1]
                assert seen == [link.id for link in expected]
            assert await state.children([top.id], 3, kind="order", after=top.id) == {}
