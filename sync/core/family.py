"""Families: which records belong together, as the lookups of their maps say.

A lookup that a map marks with `family` relates its record to the one it points to: as `parent`
(an order and its customer), as `child` (a customer and its party), or as `kin` (an order and the
quote it came from), which is shown and leads nowhere further. Lookups of reference data are not
marked. So a family is a tree under a record that has no parent: a prospect or customer.
"""

from __future__ import annotations

import re

import msgspec

from sync.core.kinds import Kind
from sync.core.link import Link, Neutral, link_id
from sync.core.mapping import FieldMap
from sync.core.references import References
from sync.core.row import Side
from sync.core.view import View

_DIGITS = re.compile(r"[0-9]+")
_WIDTH = 12


class Relation(msgspec.Struct, frozen=True, order=True):
    """That one record belongs to another one.

    Attributes:
        link_id: The link whose lookup says so.
        field: The lookup.
        parent_id: The link above; of kin, the one that is pointed to.
        child_id: The link below; of kin, the one that points.
        kind: The kind of the link below.
        place: Its key in a form that orders numbers by their value.
        part: Whether it is a part of the one above, whose key its own key holds (a line): parts are
            listed from the first, other records from the newest number.
        kin: Whether the two only stand beside each other.
    """

    link_id: str
    field: str
    parent_id: str
    child_id: str
    kind: str
    place: str
    part: bool = False
    kin: bool = False


def relations(kind: Kind, link: Link, view: View, refs: References) -> set[Relation] | None:
    """What a link's lookups say of its family.

    Args:
        kind: Its kind.
        link: The link.
        view: Its rows, for lookups that were never agreed on.
        refs: What lookups point to.

    Returns:
        `None` when nothing is left that could tell: what was known stays.
    """
    if view.crm is None and not view.erp and not link.base:
        return None
    found: set[Relation] = set()
    for field in kind.family.values():
        key = _target(kind, field, link, view, refs)
        if isinstance(key, str):
            for of_kind in refs.meant(field.lookup, key):
                found.add(_relation(field, link, of_kind, key))
    return found


def place(key: str) -> str:
    """A key in a form that orders numbers by their value: `so-9` before `so-10`."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(_WIDTH), key)


def _target(kind: Kind, field: FieldMap, link: Link, view: View, refs: References) -> Neutral:
    """The key that a lookup points to: the agreed one, else what a row says."""
    if field.key:
        return link.natural.get(field.name)
    agreed = link.base.get(field.name)
    if agreed is not None:
        return agreed.erp or agreed.crm
    readings = (
        compiled.read_field(side, own, view.images(side), refs, link.company)
        for side in (Side.ERP, Side.CRM)
        for compiled in kind.maps
        if (own := compiled.fields.get(field.name)) is not None
    )
    return next((value for value in readings if isinstance(value, str)), None)


def _relation(field: FieldMap, link: Link, target_kind: str, target_key: str) -> Relation:
    target = link_id(target_kind, target_key)
    if field.family == "child":
        return Relation(link.id, field.name, link.id, target, target_kind, place(target_key))
    return Relation(
        link.id,
        field.name,
        target,
        link.id,
        link.kind,
        place(link.key),
        part=field.key,
        kin=field.family == "kin",
    )
