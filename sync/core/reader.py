"""Readers: one generated function for each side of a map.

A call of it is a single dictionary display; nothing of the map is interpreted per event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sync.core.codecs import Codec
from sync.core.mapping import FieldMap
from sync.core.references import References
from sync.core.row import Image, Side
from sync.core.values import Reading

Rows = Mapping[str, Image]
"""The images of a side's rows, by member."""

Reader = Callable[[Rows, References, "str | None"], dict[str, Reading]]
"""Rows, what lookups point to and the company, to what the fields say.

Raises:
    ValueError: A value does not fit; it does not say which.
"""

NO_ROW: Image = {}


def generate_reader(
    name: str, side: Side, fields: Mapping[str, FieldMap], codecs: Mapping[tuple[Side, str], Codec]
) -> Reader:
    """Write and compile the function that reads one side.

    The source is made of our own names and of `repr` of columns, never of map text as code.

    Args:
        name: The map's id, shown in tracebacks.
        side: The side.
        fields: What is read, by name.
        codecs: The codecs of the fields that are no lookups.
    """
    names: dict[str, object] = {"EMPTY": NO_ROW}
    members = sorted({field.half(side).member for field in fields.values()})
    getters = {member: f"m{i}" for i, member in enumerate(members)}
    lines = [f"{getter} = rows.get({member!r}, EMPTY).get" for member, getter in getters.items()]
    entries = []
    for i, field in enumerate(fields.values()):
        getter = getters[field.half(side).member]
        value = _value(getter, side, field, fields)
        if not field.lookup:
            names[f"g{i}"] = codecs[side, field.name].get
            read = f"g{i}({value})"
        elif side is Side.CRM:
            read = f"refs.from_crm({field.lookup!r}, {value})"
        else:
            within = f", {getter}({field.within!r})" if field.within else ""
            read = f"refs.from_erp({field.lookup!r}, company, {value}{within})"
        entries.append(f"{field.name!r}: {read},")
    body = "\n    ".join((*lines, "return {", *entries, "}"))
    source = f"def read(rows, refs, company):\n    {body}\n"
    exec(compile(source, f"<{name}:{side}>", "exec"), names)  # noqa: S102
    reader: Reader = names["read"]  # type: ignore[assignment]
    return reader


def blanked_column(field: FieldMap, fields: Mapping[str, FieldMap]) -> str:
    """The CRM column that must hold something for a field to be in its own column."""
    return fields[field.without[0]].crm.column if field.without else field.crm.column


def _value(getter: str, side: Side, field: FieldMap, fields: Mapping[str, FieldMap]) -> str:
    """The expression that takes a field's value out of its row."""
    value = f"{getter}({field.half(side).column!r})"
    if side is Side.ERP:
        return " or ".join((value, *(f"{getter}({c!r})" for c in field.by_stage.values())))
    if field.without:
        blanked = blanked_column(field, fields)
        return f"({value} if {getter}({blanked!r}) else {getter}({field.without[1]!r}))"
    return value
