"""Provenance and map versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
from sqlalchemy import Select, bindparam, insert, select

from sync.ports import MapVersion, Provenance
from sync.store.schema import map_version, provenance
from sync.store.statements import Insert, among, number, upsert
from sync.store.unit import Unit

_encode = msgspec.json.Encoder().encode
_provenance = msgspec.json.Decoder(Provenance).decode
_version = msgspec.json.Decoder(MapVersion).decode


class History(Unit):
    """The part of a transaction that explains later what was decided."""

    async def add_provenance(self, entries: Sequence[Provenance]) -> None:
        """Append to what is known of links."""
        columns = [{"link_id": entry.link_id, "body": _encode(entry).decode()} for entry in entries]
        await self._change_each(insert(provenance), columns)

    async def provenance(
        self, link_id: str, *, after: int = 0, limit: int = 100
    ) -> list[Provenance]:
        """A link's provenance in order of position."""
        wanted = {"link": link_id, "after": after, "number": limit}
        return [
            msgspec.structs.replace(_provenance(columns["body"]), position=columns["position"])
            for columns in await self._select(_OF_LINK, wanted)
        ]

    async def put_map_versions(self, versions: Iterable[MapVersion]) -> None:
        """Insert or replace versions of maps by digest."""
        columns = [
            {"digest": one.digest, "kind": one.kind, "body": _encode(one).decode()}
            for one in versions
        ]
        await self._change_each(_put(self._postgres), columns)

    async def map_versions(self, digests: Iterable[str]) -> dict[str, MapVersion]:
        """Digest → the version of a map."""
        found = await self._select(_by_digest(self._postgres), {"digests": self._texts(digests)})
        return {columns["digest"]: _version(columns["body"]) for columns in found}

    async def map_versions_of(self, kinds: Iterable[str]) -> list[MapVersion]:
        """Every version of the maps of some kinds of record, by digest."""
        found = await self._select(_of_kinds(self._postgres), {"kinds": self._texts(kinds)})
        return [_version(columns["body"]) for columns in found]


_OF_LINK = (
    select(provenance)
    .where(provenance.c.link_id == bindparam("link"), provenance.c.position > number("after"))
    .order_by(provenance.c.position)
    .limit(number("number"))
)


@cache
def _put(postgres: bool) -> Insert:
    return upsert(map_version, postgres=postgres)


@cache
def _by_digest(postgres: bool) -> Select[tuple[str, str]]:
    return select(map_version.c.digest, map_version.c.body).where(
        among(map_version.c.digest, "digests", postgres=postgres)
    )


@cache
def _of_kinds(postgres: bool) -> Select[tuple[str]]:
    columns = map_version.c
    wanted = among(columns.kind, "kinds", postgres=postgres)
    return select(columns.body).where(wanted).order_by(columns.digest)
