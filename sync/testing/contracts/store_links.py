"""What a store must do with what links say."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

from sync.core.link import Intent, LinkState, Problem
from sync.ports import Store
from sync.testing.contracts.samples import a_link, based
from sync.testing.contracts.store import StoreSuite


class LinkContract(StoreSuite):
    """What links say, and how they are found."""

    async def test_a_link_comes_back_as_it_was(self, store: Store) -> None:
        link = based(a_link("ä|1"))
        link.company, link.alias, link.stage = "USMF", "PA-1", "prospect"
        link.rows = {"crm.main": "id"}
        link.intent = Intent("p", "then", ())
        link.problem = Problem("rejected", "No.", side=None)
        link.waiting_on = ("link:account|x",)
        link.master, link.state = "erp", LinkState.WAITING
        async with store.transaction() as state:
            await state.add_links([link])
        async with store.transaction() as state:
            assert await state.links([link.id, "none"]) == {link.id: link}

    async def test_adding_a_link_that_exists_leaves_it_alone(self, store: Store) -> None:
        other = a_link("a")
        other.outcome = "other"
        async with store.transaction() as state:
            await state.add_links([a_link("a")])
            await state.add_links([other, a_link("b")])
            found = await state.links([other.id, a_link("b").id])
            assert [link.outcome for link in found.values()] == [None, None]

    async def test_links_are_found_by_alias_within_their_kind(self, store: Store) -> None:
        link, other = a_link("a"), a_link("a", "party")
        link.alias = other.alias = "PA-1"
        async with store.transaction() as state:
            await state.add_links([link, other, a_link("b")])
            assert await state.links_by_alias("party", ["PA-1", "PA-2"]) == {"PA-1": other}
            other.alias = "PA-2"
            await state.update_links([other])
            assert await state.links_by_alias("party", ["PA-1", "PA-2"]) == {"PA-2": other}

    async def test_links_are_listed_in_order_of_id(self, store: Store) -> None:
        links = [a_link(f"k{number}") for number in range(7)] + [a_link("p1", "party")]
        links[3].state = LinkState.CONFLICT
        async with store.transaction() as state:
            await state.add_links(links)
            ordered = sorted(link.id for link in links)
            assert [row.link.id for row in await state.list_links()] == ordered
            page = await state.list_links(after=ordered[2], limit=2)
            assert [row.link.id for row in page] == ordered[3:5]
            assert [row.link.key for row in await state.list_links(kind="party")] == ["p1"]
            found = await state.list_links(state=LinkState.CONFLICT)
            assert [row.link.key for row in found] == ["k3"]
            assert await state.count_links() == {
                ("account", "conflict"): 1,
                ("account", "due"): 6,
                ("party", "due"): 1,
            }

    async def test_a_search_finds_the_start_of_a_key_or_of_a_natural_part(
        self, store: Store
    ) -> None:
        link = a_link("usmf|cu-000001")
        link.natural = {"company": "USMF", "number": "CU-000001", "name": "50%_Öl\\"}
        async with store.transaction() as state:
            await state.add_links([link, a_link("other")])
            for search in ("usmf|cu", "USMF", "cu-0", "50%_", "öl", "50%_öL\\", "000001", "5_"):
                found = await state.list_links(search=search)
                expected = search not in {"öl", "000001", "5_"}
                assert [row.link.id == link.id for row in found] == [True] * expected, search
