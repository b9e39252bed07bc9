"""Where map files are: ours, and an operator's folder laid over them.

Both folders have the same anatomy: files at the top and in `common/` hold for both flavours, those
in `gab/` and `nogab/` for one; `values/` holds value tables. Ours are below `maps/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mappings.reading import Place

HERE = Path(__file__).parent
SHIPPED = HERE / "maps"
TABLES = HERE / "values"


def flavour(*, gab: bool) -> str:
    """The folder of a flavour: with the global address book, or without."""
    return "gab" if gab else "nogab"


def files(folder: Path, *, gab: bool) -> Iterator[tuple[Path, str]]:
    """The map files of a folder for a flavour, with the names that messages use.

    Raises:
        MapInvalid: The folder does not exist.
    """
    if not folder.is_dir():
        raise Place(str(folder), 1).refuse("there is no such folder.", "Name a folder of maps.")
    for part in (folder, folder / "common", folder / flavour(gab=gab)):
        for file in sorted((*part.glob("*.yaml"), *part.glob("*.yml"))):
            yield file, str(file.relative_to(folder))
