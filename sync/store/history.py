"""Provenance and map versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import msgspec
from sqlalchemy import Select, bindparam, insert, select

from sync.ports import MapVersion, Provenance
from sync.store.schema import map_version, provenance
from sync.store.statements import Insert, among, insert_missing, number
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

    async def add_map_versions(self, versions: Iterable[MapVersion]) -> None:
        """Insert versions of maps; one that is known is left alone."""
        columns = [
            {"digest": version.digest, "body": _encode(version).decode()} for version in versions
        ]
        await self._change_each(_add(self._postgres), columns)

    async def map_versions(self, digests: Iterable[str]) -> dict[str, MapVersion]:
        """Digest → the version of a map."""
        found = await self._select(_by_digest(self._postgres), {"digests": self._texts(digests)})
        return {columns["digest"]: _version(columns["body"]) for columns in found}


_OF_LINK = (
    select(provenance)
    .where(provenance.c.link_id == bindparam("link"), provenance.c.position > number("after"))
    .order_by(provenance.c.position)
    .limit(number("number"))
)


@cache
def _add(postgres: bool) -> Insert:
    return insert_missing(map_version, postgres=postgres)


@cache
def _by_digest(postgres: bool) -> Select[tuple[str, str]]:
    return select(map_version).where(among(map_version.c.digest, "digests", postgres=postgres))
