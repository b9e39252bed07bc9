"""The commonest filter, `A eq 'x' and B eq 'y'`, read without the grammar.

A client that looks up many rows in one batch sends hundreds of these; each is then one look into
an index in place of a parse and a scan of the whole set.
"""

from __future__ import annotations

import re

from connectors.sandbox.finops.entity import Entity
from connectors.sandbox.finops.kinds import NAMESPACE

_TERM = re.compile(
    r"\s*(?P<name>[A-Za-z]\w*)\s+eq\s+"
    r"(?:(?P<type>[A-Za-z_][\w.]*)?'(?P<text>(?:[^'*]|'')*)'|(?P<bare>\d{4}-[\dT:.+Z-]+))\s*"
)
_AND = re.compile(r"and\s")


def equalities(entity: Entity, text: str) -> dict[str, str] | None:
    """Field to wanted value, or `None` when the filter is anything else.

    Only what compares exactly is taken: texts without wildcards, typed members of the field's own
    enumeration, and moments.
    """
    wanted: dict[str, str] = {}
    position = 0
    while True:
        term = _TERM.match(text, position)
        if term is None or term["name"] in wanted:
            return None
        value = _value(entity, term)
        if value is None:
            return None
        wanted[term["name"]] = value
        position = term.end()
        if position == len(text):
            return wanted
        joint = _AND.match(text, position)
        if joint is None:
            return None
        position = joint.end()


def _value(entity: Entity, term: re.Match[str]) -> str | None:
    field = entity.fields.get(term["name"])
    if field is None:
        return None
    if term["bare"] is not None:
        return term["bare"] if field.kind.edm == "Edm.DateTimeOffset" else None
    value: str = term["text"].replace("''", "'")
    if term["type"] is not None:
        fits = term["type"] == f"{NAMESPACE}.{field.kind.enum}" and field.kind.accepts(value)
        return value if fits else None
    fits = field.kind.edm == "Edm.String" and field.kind.accepts(value)
    return value if fits else None
