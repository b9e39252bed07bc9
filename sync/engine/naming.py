"""Naming: which record a person means, by its link's id, by `kind:key`, or by its number."""

from __future__ import annotations

import re

from sync.core.kinds import Kinds
from sync.core.link import Link, link_id
from sync.errors import KindUnknown, RecordAmbiguous
from sync.ports import LinkRow, Transaction

_IS_ID = re.compile(r"[0-9a-f]{32}")
_CANDIDATES = 200
_SHOWN = 10


def check_kind(kinds: Kinds, kind: str) -> None:
    """Refuse a kind that a person names and that no map has.

    Raises:
        KindUnknown: There is none of that name.
    """
    if kind not in kinds:
        raise KindUnknown(
            f"There is no kind {kind!r}.", cure=f"Use one of {', '.join(sorted(kinds))}."
        )


def named_link(name: str) -> str:
    """The id of the link that a person names: by its id, or by `kind:key`, in any case."""
    kind, colon, key = name.partition(":")
    return link_id(kind.strip(), key.strip().casefold()) if colon else name.strip().lower()


async def find_link(tx: Transaction, name: str) -> Link | None:
    """The link that a person names, also by a number that only one record has.

    Returns:
        `None` when there is none of that name.

    Raises:
        RecordAmbiguous: Several records have the number.
    """
    wanted = named_link(name)
    found = (await tx.links([wanted])).get(wanted)
    if found is not None or ":" in name or _IS_ID.fullmatch(wanted):
        return found
    number = name.strip().casefold()
    if not number:
        return None
    listed = await tx.list_links(search=number, limit=_CANDIDATES)
    same = [entry for entry in listed if _has(entry, number)]
    if len(same) > 1:
        names = ", ".join(sorted(f"{e.link.kind}:{e.link.key}" for e in same)[:_SHOWN])
        raise RecordAmbiguous(
            f"{len(same)} records have the number {name.strip()}: {names}.",
            cure="Name one of them as kind:key.",
        )
    return same[0].link if same else None


def _has(entry: LinkRow, number: str) -> bool:
    link = entry.link
    if link.is_stray:
        return False
    return any(part.strip().casefold() == number for part in (link.key, *link.natural.values()))
