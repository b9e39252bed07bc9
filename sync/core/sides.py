"""Sides: what a conflict tells of either system beside the other: what stands there.

A clash is about values. The other kinds are about numbers, records and states, and tell of those in
the same form, by name, so that whoever decides sees both sides beside each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import msgspec

from sync.core.compiled import CompiledMap
from sync.core.conflict import Values
from sync.core.kinds import Identity, Kind
from sync.core.lifecycle import FIELD, Lifecycle
from sync.core.link import Agreed, Link, Neutral, awaited_row
from sync.core.mapping import Member
from sync.core.references import References
from sync.core.row import Image, Row, Side
from sync.core.view import View

RECORDS = "records"
"""The name under which a conflict about a number tells which records have it."""
TOGETHER = "together"
"""The name under which a held order tells which records were to be made in one step."""
ANSWER = "answer"
"""The name under which a held order tells what the system said."""
REFERENCE = "reference"
"""The name under which a missing reference stands that more than one field may mean."""

_CALLED = ("name", "first_name", "last_name", "party", "party_number")
"""The fields by which people know a record of those kinds that share their numbers."""


class Sides(msgspec.Struct, frozen=True):
    """What stands on each side, and what did when the two were last agreed."""

    crm: Values = None
    erp: Values = None
    base_crm: Values = None
    base_erp: Values = None


def of_values(link: Link, crm: dict[str, Neutral] | None, erp: dict[str, Neutral] | None) -> Sides:
    """Values by field, beside what was agreed on these fields."""
    base = {name: link.base[name] for name in {**(crm or {}), **(erp or {})} if name in link.base}
    return Sides(
        crm,
        erp,
        {name: agreed.crm for name, agreed in base.items()},
        {name: agreed.erp for name, agreed in base.items()},
    )


def of_state(crm: str | None, erp: str | None, agreed: Agreed | None) -> Sides:
    """The stage or the lifecycle state of each side."""
    if agreed is None:
        return Sides(crm, erp)
    return Sides(crm, erp, agreed.crm, agreed.erp)


def state_words(lifecycle: Lifecycle, side: Side, image: Image) -> str:
    """The state that a row is in; the columns that tell it where the map knows no such state."""
    known = lifecycle.state(side, image)
    columns = lifecycle.columns(side)
    return known or ", ".join(f"{name}={image[name]}" for name in columns if name in image)


def of_number(
    kind: Kind,
    link: Link,
    view: View,
    refs: References,
    instead: Mapping[Side, Values] = MappingProxyType({}),
) -> Sides:
    """Which records have a number on each side.

    Args:
        kind: The kind of the link.
        link: The link.
        view: Its rows.
        refs: What lookups point to.
        instead: Side → what stands there, where the rows of the link do not tell it.
    """
    number = _number(kind, link)
    told: dict[Side, Values] = {}
    for side in Side:
        texts = tuple(_called(kind, row, refs, link.company) for row in _rows(kind, view, side))
        told[side] = {**number, RECORDS: texts} if texts else None
    told |= instead
    base: Values = dict(number) if link.base or link.made else None
    return Sides(told[Side.CRM], told[Side.ERP], base, base)


def with_number(kind: Kind, link: Link, records: Iterable[str]) -> Values:
    """A number and the records that have it."""
    return {**_number(kind, link), RECORDS: tuple(records)}


def of_key(kind: Kind, link: Link, there: Identity | None) -> Sides:
    """The key as it was edited in the CRM, beside the one that the record was linked by."""
    agreed = _number(kind, link)
    natural = there.natural if there is not None else {}
    edited: dict[str, Neutral] = {name: natural.get(name) for name in agreed}
    if kind.company:
        agreed["company"] = link.company
        edited["company"] = there.company if there is not None else None
    return Sides(edited, agreed if link.has(Side.ERP) else None, agreed, agreed)


def of_natural(link: Link, side: Side) -> Sides:
    """The key of a record that only one side has."""
    names = [name for name in link.natural if name != "code"] or [*link.natural]
    values: Values = {name: link.natural[name] for name in names}
    return Sides(crm=values) if side is Side.CRM else Sides(erp=values)


def of_held(
    compiled: CompiledMap, link: Link, view: View, records: Iterable[str], answer: str
) -> Sides:
    """A document that the CRM brought to its end, and what the ERP said to its order.

    Args:
        compiled: The document's map.
        link: The document.
        view: Its rows.
        records: The other records that were to be made or changed in the same step.
        answer: What the ERP said.
    """
    life, there = compiled.map.lifecycle, view.erp.get(compiled.map.anchor.name)
    crm: dict[str, Neutral] = {TOGETHER: tuple(records)}
    erp: dict[str, Neutral] = {ANSWER: answer}
    if life is not None and view.crm is not None and there is not None:
        crm = {FIELD: state_words(life, Side.CRM, view.crm.image), **crm}
        erp = {FIELD: state_words(life, Side.ERP, there.image), **erp}
    return of_values(link, crm, erp)


def of_references(
    kind: Kind, link: Link, view: View, refs: References, tokens: Iterable[str]
) -> Sides:
    """What a record refers to that has not come, on the side that says so.

    Args:
        kind: The kind of the link.
        link: The link.
        view: Its rows.
        refs: What the ERP's references are read with.
        tokens: What it waits for.
    """
    crm: dict[str, Neutral] = {}
    erp: dict[str, Neutral] = {}
    lookups = {f.name: f for m in kind.maps for f in m.map.fields if f.lookup}
    image = view.crm.image if view.crm is not None else {}
    for token in tokens:
        row = awaited_row(token)
        if row is not None:
            named = [n for n, f in lookups.items() if image.get(f.crm.column) == row.row_id]
            crm[_one(named)] = f"{row.table}({row.row_id})"
            continue
        of_kind, _, key = token.partition(":")[2].partition("|")
        fields = [f for f in lookups.values() if of_kind in f.lookup]
        told = [
            f.name
            for m in kind.maps
            for f in fields
            if m.read_field(Side.ERP, f, view.images(Side.ERP), refs, link.company) == key
        ]
        if told:
            erp[_one(dict.fromkeys(told))] = key
        else:
            crm[_one([f.name for f in fields if image.get(f.crm.column)])] = key
    return of_values(link, crm or None, erp or None)


def _one(names: Iterable[str]) -> str:
    """The field that is meant, where it can only be one."""
    found = [*names]
    return found[0] if len(found) == 1 else REFERENCE


def _number(kind: Kind, link: Link) -> dict[str, Neutral]:
    return {field.name: link.natural.get(field.name) for field in kind.maps[0].keys}


def _rows(kind: Kind, view: View, side: Side) -> list[tuple[CompiledMap, Member, Row]]:
    """The rows by which a side's records are known, each with the map of its stage."""
    if side is Side.CRM:
        if view.crm is None:
            return []
        compiled = kind.crm_map(view.crm.image) or kind.maps[0]
        return [(compiled, compiled.map.crm, view.crm)]
    return [
        (compiled, compiled.map.anchor, view.erp[compiled.map.anchor.name])
        for compiled in kind.maps
        if compiled.map.anchor.name in view.erp
    ]


def _called(
    kind: Kind, of: tuple[CompiledMap, Member, Row], refs: References, company: str | None
) -> str:
    """A record as a person would call it: its stage, its name and its party."""
    compiled, member, row = of
    fits = member.matches(row.image)
    words = [(compiled.map.stage or kind.name).replace("_", " ") if fits else "of another type"]
    for name in _CALLED:
        field = compiled.fields.get(name)
        if field is not None:
            rows = {member.name: row.image}
            value = compiled.read_field(member.side, field, rows, refs, company)
            words += [value] if isinstance(value, str) else []
    return " ".join(words)
