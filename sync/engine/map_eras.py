"""Map eras: which maps a kind of record had from when on, from what was kept of their versions."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import msgspec

from sync.core.kinds import Kind, Kinds
from sync.core.mapping import TableMap
from sync.ports import MapVersion

_TO_COME = "9999"
_read = msgspec.json.Decoder(TableMap).decode


class Era:
    """A time in which the maps of a kind stayed the same.

    Args:
        since: When it began, by the service's clock; blank for the first one.
        maps: The maps.
        kind: The kind with these maps, if there is one already.

    Attributes:
        since: When it began.
        maps: The maps.
    """

    def __init__(self, since: str, maps: Iterable[TableMap], kind: Kind | None = None) -> None:
        self.since, self.maps, self._kind = since, tuple(maps), kind

    @cached_property
    def kind(self) -> Kind:
        """The kind with these maps."""
        return self._kind or Kind(self.maps[0].kind, self.maps)


def eras_of(kinds: Kinds, name: str, versions: Iterable[MapVersion]) -> tuple[Era, ...]:
    """The eras of a kind, oldest first; the last one has the maps of now.

    What was there before the first version was kept is read with that one; where none was kept,
    with the maps of now. Maps that the service has not begun with yet have an era to come.
    """
    now = tuple(compiled.map for compiled in kinds[name].maps)
    begun = sorted(
        (since, version.map_id, table_map)
        for version in versions
        if (table_map := _map_of(version)) is not None
        for since in version.begins
    )
    found: list[Era] = []
    current: dict[str, TableMap] = {}
    for at, (since, map_id, table_map) in enumerate(begun):
        current[map_id] = table_map
        if at + 1 == len(begun) or begun[at + 1][0] != since:
            found.append(Era(since if found else "", current.values()))
    if not found:
        return (Era("", now, kinds[name]),)
    last = found[-1]
    if {one.digest for one in now} <= {one.digest for one in last.maps}:
        return (*found[:-1], Era(last.since, now, kinds[name]))
    return (*found, Era(_TO_COME, now, kinds[name]))


def _map_of(version: MapVersion) -> TableMap | None:
    """A map as it was; `None` where its text was not kept, or in a form that is read no more."""
    try:
        return _read(version.text) if version.text is not None else None
    except msgspec.ValidationError:
        return None
