"""Loads the table maps: ours, with an operator's folder laid over them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mappings.building import build
from mappings.catalogue import SHIPPED, TABLES, files
from mappings.checks import check_map
from mappings.crosschecks import Loaded, check_maps, start_order
from mappings.document import MapDocument
from mappings.overlay import Layered
from mappings.reading import Source, read
from mappings.validation import check, choose, whole
from mappings.values import ValueTable, read_tables
from sync.core.mapping import TableMap


def load_maps(
    *, gab: bool, overlay: Path | None = None, shipped: Path = SHIPPED
) -> tuple[TableMap, ...]:
    """Every table map of a flavour, validated, in the order in which they start.

    Args:
        gab: Whether party and global address book are in use.
        overlay: An operator's folder. A file with a shipped map's id changes that map, one with an
            id of its own is a new map; see `mappings.overlay`.
        shipped: The folder of the maps themselves.

    Raises:
        MapInvalid: The first thing wrong, with file, line, field and cure.
    """
    tables = {**_shipped_tables(), **(read_tables(overlay / "values") if overlay else {})}
    layers: dict[str, Layered] = {}
    for file, name in files(shipped, gab=gab):
        source = read(file, name)
        if source.data.get("map") in layers and not source.data.keys() & {"kind"}:
            layers[source.data["map"]].lay(source)
        else:
            _add(source, layers)
    if overlay is not None:
        _lay(overlay, layers, gab=gab)
    maps = [_load(layered, tables) for layered in layers.values()]
    check_maps(maps)
    return start_order(maps)


@cache
def _shipped_tables() -> dict[str, ValueTable]:
    """Our own value tables, which do not change while we run."""
    return read_tables(TABLES, ours=True)


def _lay(overlay: Path, layers: dict[str, Layered], *, gab: bool) -> None:
    ours = set(layers)
    for file, _ in files(overlay, gab=gab):
        source = read(file)
        if source.data.get("map") in ours:
            layers[source.data["map"]].lay(source)
        else:
            _whole(source, ours)
            _add(source, layers)


def _whole(source: Source, ours: set[str]) -> None:
    """Refuse a change to a map that does not exist."""
    identity = source.data.get("map")
    if isinstance(identity, str) and not source.data.keys() & {"kind", "crm", "erp"}:
        raise source.place(("map",)).refuse(
            f"there is no map {identity!r} to change.",
            f"{choose(ours, identity)} A new map needs a kind, a crm and an erp part.",
        )


def _add(source: Source, layers: dict[str, Layered]) -> None:
    identity = source.data.get("map")
    if not isinstance(identity, str):
        check(MapDocument, source.data, whole(source))
    elif identity in layers:
        raise source.place(("map",)).refuse(
            f"{layers[identity].files[0]} has the id {identity!r} too.",
            "Give one of the two maps another id.",
        )
    else:
        layers[identity] = Layered(source)


def _load(layered: Layered, tables: dict[str, ValueTable]) -> Loaded:
    origin = layered.origin
    document = check(MapDocument, layered.data, origin)
    table_map = build(document, origin, " + ".join(layered.files), tables)
    check_map(table_map, origin)
    return Loaded(table_map, origin)
