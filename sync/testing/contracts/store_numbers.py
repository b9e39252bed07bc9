"""What a store must do with numbers that are kept for rows."""

# ruff: noqa: S101, D102 - the name of a test says what it holds
from __future__ import annotations

import asyncio

from sync.core.link import Link, link_id
from sync.core.row import RowRef, Side
from sync.core.sequences import NumberSpace
from sync.ports import Reservation, Store
from sync.testing.contracts.store import MakeStore, StoreSuite

USMF = NumberSpace("USMF", ("account", "person"))
DEMF = NumberSpace("DEMF", ("account", "person"))


def contact(number: int) -> RowRef:
    """A contact of the CRM."""
    return RowRef(Side.CRM, "contacts", f"id-{number}")


def kept(number: int, wanted: str, space: NumberSpace = USMF) -> Reservation:
    """A number for a contact."""
    return Reservation(contact(number), space.name, wanted)


def linked(kind: str, code: str, company: str | None = "USMF") -> Link:
    """A link of that number."""
    key = f"{company}|{code}".casefold()
    return Link(link_id(kind, key), kind, key, {"number": code, "code": code}, company)


class ReservationContract(StoreSuite):
    """Numbers that are kept for rows, and which are taken."""

    async def test_a_number_is_kept_for_one_row(self, store: Store) -> None:
        async with store.transaction() as state:
            assert await state.reserve([kept(1, "Iver")]) == {contact(1)}
        async with store.transaction() as state:
            assert await state.reserve([kept(2, "IVÉR"), kept(3, "Iver-2")]) == {contact(3)}
            found = await state.reservations([contact(1), contact(2), contact(3)])
        assert found == {contact(1): kept(1, "Iver"), contact(3): kept(3, "Iver-2")}

    async def test_of_two_at_once_one_has_it(self, store: Store) -> None:
        async with store.transaction() as state:
            assert len(await state.reserve([kept(1, "Iver"), kept(2, "iver")])) == 1
            assert await state.reserve([]) == set()

    async def test_another_number_takes_the_place_of_the_first(self, store: Store) -> None:
        another = Reservation(contact(1), USMF.name, "Iver-2", instead_of="Iver")
        async with store.transaction() as state:
            await state.reserve([kept(1, "Iver")])
            assert await state.reserve([another]) == {contact(1)}
            assert await state.reservations([contact(1)]) == {contact(1): another}
            assert await state.reserve([kept(2, "Iver")]) == {contact(2)}

    async def test_a_number_is_free_in_another_company(self, store: Store) -> None:
        async with store.transaction() as state:
            await state.reserve([kept(1, "Iver")])
            assert await state.reserve([kept(2, "Iver", DEMF)]) == {contact(2)}
            assert await state.numbers_taken(USMF, ["iver", "ek"]) == {"iver"}
            assert await state.numbers_taken(DEMF, ["iver", "ek"]) == {"iver"}

    async def test_what_links_have_is_taken(self, store: Store) -> None:
        links = [
            linked("account", "Ångström"),
            linked("person", "EK"),
            linked("contact", "gil"),
            linked("person", "kay", "DEMF"),
            linked("account", "lee", None),
            Link(link_id("person", "?crm"), "person", "?crm", {"code": "moe"}, "USMF"),
        ]
        async with store.transaction() as state:
            await state.add_links(links)
            wanted = ["angstrom", "ek", "gil", "kay", "lee", "moe"]
            assert await state.numbers_taken(USMF, wanted) == {"angstrom", "ek"}
            assert await state.numbers_taken(DEMF, wanted) == {"kay"}
            assert await state.numbers_taken(USMF, []) == set()
            found = await state.links_by_number(USMF, wanted)
            assert found == {"angstrom": links[0], "ek": links[1]}
            assert await state.links_by_number(USMF, []) == {}

    async def test_of_several_links_with_a_number_the_lowest_id_is_told(self, store: Store) -> None:
        both = [linked("account", "iver"), linked("person", "Iver")]
        async with store.transaction() as state:
            await state.add_links(both)
            lowest = min(both, key=lambda link: link.id)
            assert await state.links_by_number(USMF, ["iver"]) == {"iver": lowest}

    async def test_two_services_never_keep_the_same_number(self, make_store: MakeStore) -> None:
        stores = [await make_store() for _ in range(2)]

        async def keep(place: int) -> bool:
            async with stores[place % 2].transaction() as state:
                return bool(await state.reserve([kept(place, "Iver")]))

        assert sum(await asyncio.gather(*(keep(place) for place in range(10)))) == 1
