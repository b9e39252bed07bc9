"""Lays an operator's map file over a shipped one.

What the file says replaces what we say, part by part: a key at the top, a key of a member, a field.
An entry of `fields` with a shipped field's name changes only the keys it gives, or, when it names
both columns, replaces the field. `remove` takes fields out.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from mappings.document import Document, Name
from mappings.reading import Path, Source
from mappings.validation import Origin, check, choose, whole

_RULES = {"map", "remove", "fields", "crm", "erp"}


class _Open(Document):
    """A part whose further keys are checked after it was laid over ours."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class ChangeDocument(_Open):
    """A field that is added or changed."""

    name: Name


class CrmChangeDocument(_Open):
    """What changes of the CRM's row."""

    main: dict[str, Any] = Field(default={})


class OverlayDocument(_Open):
    """The shape of a file that changes a shipped map."""

    map: str
    remove: list[str] = Field(default=[])
    fields: list[ChangeDocument] = Field(default=[])
    crm: CrmChangeDocument = CrmChangeDocument()
    erp: dict[str, dict[str, Any]] = Field(default={})


class Layered:
    """A map file, with everything laid over it.

    Args:
        source: The file that brings the map.
    """

    def __init__(self, source: Source) -> None:
        self.data: dict[str, Any] = dict(source.data)
        self.files = [source.file]
        self._sources: dict[Path, tuple[Source, Path]] = {(): (source, ())}
        self._base = source

    @property
    def origin(self) -> Origin:
        """Where each part comes from."""
        return whole(self._base) if len(self.files) == 1 else Origin(self._sources)

    def lay(self, source: Source) -> None:
        """Lay a file over it.

        Raises:
            MapInvalid: The file's shape is wrong, or it removes a field that is not there.
        """
        change = check(OverlayDocument, source.data, whole(source))
        self.files.append(source.file)
        for key, value in source.data.items():
            if key not in _RULES:
                self._set((key,), value, source)
        if "crm" in source.data:
            self.data["crm"] = {**self.data["crm"]}
            self._members("crm", source)
        if "erp" in source.data:
            self.data["erp"] = {**self.data["erp"]}
            self._members("erp", source)
        self._remove(change, source)
        self._fields(source)

    def _set(self, path: Path, value: Any, source: Source) -> None:
        part: Any = self.data
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
        self._sources[path] = (source, path)

    def _members(self, side: str, source: Source) -> None:
        ours = self.data[side]
        for name, change in source.data[side].items():
            known = ours.get(name)
            value = {**known, **change} if isinstance(known, dict) else change
            self._set((side, name), value, source)

    def _remove(self, change: OverlayDocument, source: Source) -> None:
        names = [entry["name"] for entry in self.data["fields"]]
        for i, name in enumerate(change.remove):
            if name not in names:
                raise source.place(("remove", i)).refuse(
                    f"there is no field {name!r} to remove.", choose(names, name), field=name
                )
        if change.remove:
            kept = [i for i, name in enumerate(names) if name not in change.remove]
            self._keep(kept)

    def _keep(self, kept: list[int]) -> None:
        fields = self.data["fields"]
        places = {i: self._sources.pop(("fields", i), None) for i in range(len(fields))}
        for new, old in enumerate(kept):
            self._sources["fields", new] = places[old] or (self._base, ("fields", old))
        self.data["fields"] = [fields[i] for i in kept]

    def _fields(self, source: Source) -> None:
        fields = list(self.data["fields"])
        self.data["fields"] = fields
        index = {entry["name"]: i for i, entry in enumerate(fields)}
        added: set[str] = set()
        for j, change in enumerate(source.data.get("fields", ())):
            i = index.get(change["name"], len(fields))
            if i == len(fields) or change["name"] in added:
                added.add(change["name"])
                i = len(fields)
                fields.append(change)
            elif {"erp", "crm"} <= change.keys():
                fields[i] = change
            else:
                fields[i] = {**fields[i], **change}
            self._sources["fields", i] = (source, ("fields", j))
