"""Names: a party has one, a person's is made of parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.logic.work import Work
from connectors.sandbox.finops.tables import TABLES, Row

_PARTS = ("first", "middle", "last")


def join_name(row: Mapping[str, Any]) -> str:
    """A person's full name from its parts."""
    return " ".join(filter(None, (row.get(part, "") for part in _PARTS)))[:100]


def split_name(name: str) -> dict[str, str]:
    """The parts of a full name: the last word is the last name, what stands before it the first."""
    first, _, last = " ".join(name.split()).rpartition(" ")
    return {"first": first, "middle": "", "last": last}


def settle_names(
    work: Work, kind: str, current: Row | None, given: dict[str, Any], *, label: str = "Name"
) -> dict[str, Any]:
    """Party columns in which the full name and its parts agree.

    Args:
        work: the write in progress.
        kind: the party's type.
        current: the party as it is, or `None` for a new one.
        given: the columns that were given; `org_name` and `name` both mean the full name.
        label: what a missing name is called.

    Raises:
        SystemRefusal: no name at all, a part that is too long, or the name of one type on a party
            of another.
    """
    changes = dict(given)
    before: Mapping[str, Any] = current or {}
    organisation = changes.pop("org_name", None)
    if kind == "Person":
        if organisation:
            raise refusals.infolog(
                work.row_type,
                "rule",
                "An organization name cannot be set for a party of type 'Person'.",
            )
        whole = changes.pop("name", None)
        if whole and whole != before.get("name") and not any(changes.get(p) for p in _PARTS):
            changes.update(_fitting(work, split_name(whole), label))
        changes["name"] = join_name({**before, **changes})
    else:
        if any(changes.get(part) for part in _PARTS):
            raise refusals.infolog(
                work.row_type, "rule", f"Person names cannot be set for a party of type '{kind}'."
            )
        if organisation is not None:
            changes["name"] = organisation
        changes["name"] = changes.get("name", before.get("name", ""))
    if not changes["name"].strip():
        raise refusals.mandatory(work.row_type, label)
    return changes


def _fitting(work: Work, parts: dict[str, str], label: str) -> dict[str, str]:
    for part, text in parts.items():
        longest = TABLES["party"].columns[part].max_length
        if longest is not None and len(text) > longest:
            raise refusals.infolog(
                work.row_type,
                "value",
                f"The value of field '{label}' is too long: its {part} name has {len(text)} "
                f"characters, at most {longest} are allowed.",
            )
    return parts
