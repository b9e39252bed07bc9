"""Reservations: numbers that are kept for rows which have none of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Delete, Select, bindparam, delete, select

from sync.core.link import Link
from sync.core.numbers import comparable
from sync.core.row import RowRef, Side
from sync.core.sequences import NumberSpace
from sync.ports import Reservation
from sync.store.codec import link_of, ref_key
from sync.store.schema import drawn_number, link, reservation
from sync.store.statements import among, insert_missing
from sync.store.unit import Unit


class Reservations(Unit):
    """The part of a transaction for numbers."""

    async def reservations(self, refs: Iterable[RowRef]) -> dict[RowRef, Reservation]:
        """What is kept for rows."""
        wanted = {"refs": self._texts(ref_key(ref) for ref in refs)}
        found = await self._select(_of_rows(self._postgres), wanted)
        kept = [_reservation(columns) for columns in found]
        return {one.ref: one for one in kept}

    async def reserve(self, reservations: Iterable[Reservation]) -> set[RowRef]:
        """Keep numbers for rows, in place of what was kept for them; see the port."""
        wanted = {one.ref: one for one in reservations}
        if not wanted:
            return set()
        refs = self._texts(ref_key(ref) for ref in wanted)
        await self._change(_forget(self._postgres), {"refs": refs})
        await self._change_each(
            insert_missing(reservation, postgres=self._postgres),
            [_columns(one) for one in wanted.values()],
        )
        kept = await self.reservations(wanted)
        return {ref for ref, one in kept.items() if one == wanted[ref]}

    async def numbers_taken(self, space: NumberSpace, numbers: Iterable[str]) -> set[str]:
        """Which of the comparable numbers are taken; see the port."""
        linked = self._of_space(space, numbers)
        found = [*await self._select(_linked(self._postgres), linked)]
        kept = {"numbers": linked["numbers"], "space": space.name}
        found += await self._select(_kept(self._postgres), kept)
        found += await self._select(_drawn(self._postgres), kept)
        return {columns["number"] for columns in found}

    async def links_by_number(self, space: NumberSpace, numbers: Iterable[str]) -> dict[str, Link]:
        """Comparable number → the link of the space that has it; see the port."""
        wanted = self._of_space(space, numbers)
        links: dict[str, Link] = {}
        for columns in await self._select(_links(self._postgres), wanted):
            links.setdefault(columns["number"], link_of(columns))
        return links

    def _of_space(self, space: NumberSpace, numbers: Iterable[str]) -> dict[str, Any]:
        return {
            "numbers": self._texts(numbers),
            "company": space.company,
            "kinds": self._texts(space.kinds),
        }


def _columns(one: Reservation) -> dict[str, Any]:
    return {
        "ref": ref_key(one.ref),
        "space": one.space,
        "comparable": comparable(one.number),
        "number": one.number,
        "instead_of": one.instead_of,
    }


def _reservation(columns: Mapping[str, Any]) -> Reservation:
    side, table, row_id = columns["ref"].split("|", 2)
    ref = RowRef(Side(side), table, row_id)
    return Reservation(ref, columns["space"], columns["number"], columns["instead_of"])


@cache
def _of_rows(postgres: bool) -> Select[Any]:
    return select(reservation).where(among(reservation.c.ref, "refs", postgres=postgres))


@cache
def _forget(postgres: bool) -> Delete:
    return delete(reservation).where(among(reservation.c.ref, "refs", postgres=postgres))


@cache
def _linked(postgres: bool) -> Select[Any]:
    return _having(select(link.c.number), postgres)


@cache
def _links(postgres: bool) -> Select[Any]:
    columns = (link.c.number, link.c.body, link.c.master)
    return _having(select(*columns), postgres).order_by(link.c.id)


def _having(chosen: Select[Any], postgres: bool) -> Select[Any]:
    """Of the links of a number space that have one of some numbers."""
    return (
        chosen.where(among(link.c.number, "numbers", postgres=postgres))
        .where(among(link.c.kind, "kinds", postgres=postgres))
        .where(link.c.company == bindparam("company"))
    )


@cache
def _drawn(postgres: bool) -> Select[Any]:
    return (
        select(drawn_number.c.comparable.label("number"))
        .where(among(drawn_number.c.comparable, "numbers", postgres=postgres))
        .where(drawn_number.c.space == bindparam("space"))
    )


@cache
def _kept(postgres: bool) -> Select[Any]:
    return (
        select(reservation.c.comparable.label("number"))
        .where(among(reservation.c.comparable, "numbers", postgres=postgres))
        .where(reservation.c.space == bindparam("space"))
    )
