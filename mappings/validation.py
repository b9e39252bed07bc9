"""Turns what the file format refuses into one sentence with a file, a line, a field and a cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mappings.document import (
    BusinessDocument,
    CompanyDocument,
    CreateDocument,
    CrmDocument,
    Document,
    FieldDocument,
    LeaderDocument,
    LifecycleDocument,
    LimitsDocument,
    MapDocument,
    MemberDocument,
    MoveDocument,
    StateDocument,
    TableDocument,
    TableValuesDocument,
    UpdateDocument,
    WayDocument,
)
from mappings.reading import Path, Place, Source
from sync.errors import MapInvalid

D = TypeVar("D", bound=Document)

_EVERY: tuple[type[Document], ...] = (
    MapDocument,
    CrmDocument,
    MemberDocument,
    CompanyDocument,
    FieldDocument,
    LimitsDocument,
    TableValuesDocument,
    CreateDocument,
    UpdateDocument,
    LifecycleDocument,
    StateDocument,
    MoveDocument,
    WayDocument,
    LeaderDocument,
    BusinessDocument,
    TableDocument,
)


class Origin:
    """Where each part of a document comes from; with an overlay, two files.

    Args:
        sources: The part's path → the source and the path there; `()` is the whole.
    """

    def __init__(self, sources: dict[Path, tuple[Source, Path]]) -> None:
        self._sources = sources

    def place(self, path: Path) -> Place:
        """The line of a part, or of the nearest thing around it."""
        for cut in range(len(path), -1, -1):
            found = self._sources.get(path[:cut])
            if found is not None:
                source, there = found
                return source.place((*there, *path[cut:]))
        raise KeyError(path)


def whole(source: Source) -> Origin:
    """The origin of a document that is one file."""
    return Origin({(): (source, ())})


def check(kind: type[D], data: Any, origin: Origin) -> D:
    """Read a document, refusing what the format does not know.

    Raises:
        MapInvalid: The first thing wrong, with its cure.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as problems:
        raise _refusal(problems.errors()[0], data, origin) from None


def choose(known: Iterable[str], wrong: str | None = None) -> str:
    """A cure: one of the known names, the closest first."""
    names = sorted(known)
    close = get_close_matches(wrong or "", names, n=1)
    listed = ", ".join(names) or "(there are none)"
    return f"Did you mean {close[0]}? Known: {listed}." if close else f"Use one of: {listed}."


def _refusal(error: ErrorDetails, data: Any, origin: Origin) -> MapInvalid:
    path = _path(error["loc"], data)
    place = origin.place(path)
    field = _field(path, data)
    last = str(error["loc"][-1]) if error["loc"] else ""
    said = error.get("input")
    match error["type"]:
        case "extra_forbidden":
            return place.refuse(
                f"{last!r} is not a key of this part.", _keys(error["loc"], last), field=field
            )
        case "union_tag_not_found":
            return place.refuse(f"{last} cannot be read.", _keys(path, ""), field=field)
        case "missing":
            return place.refuse(f"{last!r} is missing.", _missing(path, last), field=field)
        case "literal_error":
            expected = str((error.get("ctx") or {}).get("expected", ""))
            names = [part.strip("'") for part in expected.replace(" or ", ", ").split(", ")]
            return place.refuse(
                f"{last} {said!r} is unknown.", choose(names, str(said)), field=field
            )
        case "string_pattern_mismatch":
            return place.refuse(
                f"{last} {said!r} is not a name.",
                "Use lower-case letters, digits and underscores (in a map's id: hyphens).",
                field=field,
            )
        case _:
            text = error["msg"].removeprefix("Input should be ").rstrip(".")
            return place.refuse(
                f"{last} is {said!r}, which cannot be read.", f"Write {text}.", field=field
            )


def _path(loc: Sequence[str | int], data: Any) -> Path:
    """The part of a location that exists in the file; the names of alternatives do not."""
    path: list[str | int] = []
    for step in loc:
        inside = dict(enumerate(data)) if isinstance(data, list) else data
        if not isinstance(inside, dict) or step not in inside:
            continue
        data = inside[step]
        path.append(step)
    return tuple(path)


def _field(path: Path, data: Any) -> str | None:
    if len(path) < 2 or path[0] != "fields":
        return None
    entry = data["fields"][path[1]]
    name = entry.get("name") if isinstance(entry, dict) else None
    return str(name) if name is not None else None


def _keys(loc: Sequence[str | int], wrong: str) -> str:
    """The keys of the part where an unknown one was found."""
    parts = [str(step) for step in loc[:-1]]
    part: type[Document] = MapDocument
    if parts[:1] == ["fields"]:
        part = FieldDocument if len(parts) == 2 else LimitsDocument
        part = TableValuesDocument if "values" in parts else part
    elif parts[:1] == ["erp"] or parts[:2] == ["crm", "main"]:
        part = MemberDocument
    elif parts[:1] == ["crm"]:
        part = CrmDocument
    elif parts[:1] == ["company"]:
        part = CompanyDocument
    elif parts[:1] == ["enter"]:
        part = CreateDocument if "create" in parts else UpdateDocument
    elif parts[:1] == ["lifecycle"]:
        part = _lifecycle_part(parts)
    if "where" in parts or "prefer" in parts:
        return "Write a value, a list, {not: …} or {blank: true}."
    return choose(part.model_fields, wrong)


def _lifecycle_part(parts: list[str]) -> type[Document]:
    match parts[1:]:
        case ["states", _, *_]:
            return StateDocument
        case ["moves", _, *rest]:
            return WayDocument if rest else MoveDocument
        case ["led_by", *_]:
            return LeaderDocument
        case _:
            return LifecycleDocument


def _missing(path: Path, last: str) -> str:
    if path[:1] == ("company",):
        return (
            f"Add `{last}:` with the column of the company there: a map is company-specific on "
            "both sides or on neither."
        )
    if not path and last in {"kind", "crm", "erp"}:
        return f"Add `{last}:`; a file that changes a shipped map must carry that map's id."
    return f"Add `{last}: …`."
