"""Field asked: which field a person means, and where to look when the record has none of it."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.kinds import Kind, Kinds
from sync.core.link import Link
from sync.engine.field_roles import field_names
from sync.errors import FieldUnknown


def kind_asked(kinds: Kinds, link: Link) -> Kind:
    """The kind of a record whose field is asked about.

    Raises:
        FieldUnknown: It has no fields.
    """
    if link.kind not in kinds or link.is_stray:
        why = (
            "it is not known yet which record this row belongs to"
            if link.is_stray
            else "no map is of this kind any more"
        )
        raise FieldUnknown(
            f"{link.kind} {link.key} has no fields: {why}.",
            cure=f"Look at it with `dualwrite links show {link.id}`.",
        )
    return kinds[link.kind]


def name_asked(kind: Kind, field: str) -> str | None:
    """The name of a field that a person calls by its name or a column; `None` for none of these."""
    names = field_names(kind)
    return names.get(field) or names.get(field.strip().casefold())


def no_such_field(kinds: Kinds, kind: Kind, link: Link, field: str) -> FieldUnknown:
    """Why a record has no such field, and where it may be found."""
    of = kind.name.replace("_", " ")
    company = kind.maps[0].map.company
    names = ("company", company.erp.casefold(), company.crm.casefold()) if company else ()
    if field.strip().casefold() in names:
        return FieldUnknown(
            f"The company of the {of} {link.key} is part of its key: both sides have it alike, and "
            "it never changes.",
            cure=f"See what joined both records with `dualwrite links show {link.id}`.",
        )
    group = [name for m in kind.maps for u in m.units if u.name == field for name in u.names]
    if group:
        return FieldUnknown(
            f"{field} is a group of fields, which are merged as one.",
            cure=f"Ask for one of them: {', '.join(dict.fromkeys(group))}.",
        )
    fields = ", ".join(sorted(set(field_names(kind).values())))
    holders = [one for one in _beside(kinds, kind) if name_asked(kinds[one], field) is not None]
    elsewhere = (
        f"It is a field of {' and '.join(holders)}: name that record, e.g. {holders[0]}:KEY; "
        f"`dualwrite links show {link.id}` tells which belong to this one. "
        if holders
        else ""
    )
    return FieldUnknown(
        f"A {of} has no field {field!r}.",
        cure=f"{elsewhere}Use one of {fields}, or a column that only one of them reads.",
    )


def _beside(kinds: Kinds, kind: Kind) -> Iterable[str]:
    """The kinds of the records that belong together with one: its lines, and its family."""
    found: dict[str, None] = {}
    for compiled in kind.maps:
        life = compiled.map.lifecycle
        found |= dict.fromkeys(life.lines if life is not None else ())
    found |= {of: None for field in kind.family.values() for of in field.lookup}
    found |= {
        other.name: None
        for other in kinds.values()
        for field in other.family.values()
        if kind.name in field.lookup and field.family == "parent"
    }
    return [one for one in found if one in kinds and one != kind.name]
