"""What became of a number that was drawn from a shared sequence."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sync.core.link import MAIN, Link, client_row_id
from sync.core.row import Side


class Use(StrEnum):
    """What became of a drawn number."""

    UNUSED = "unused"
    """No record has it that the service knows of."""
    USED = "used"
    """A record has it that was made on the side for which it was drawn, or on both before."""
    OTHER_SIDE = "other_side"
    """A record has it that was made on the other side."""


class DrawnNumber(msgspec.Struct, frozen=True, kw_only=True):
    """A number that was drawn, and what became of it.

    Attributes:
        number: The number.
        side: For which side it was drawn.
        request: The key of the request that drew it.
        at: When (ISO 8601, UTC).
        use: What became of it.
        link_id: The link of the record that has it.
    """

    number: str
    side: Side
    request: str
    at: str
    use: Use
    link_id: str | None = None


def use_of(side: Side, link: Link | None) -> Use:
    """What became of a number that was drawn for a side, by the link that has it."""
    if link is None:
        return Use.UNUSED
    return Use.USED if made_on(link) in {None, side} else Use.OTHER_SIDE


def made_on(link: Link) -> Side | None:
    """The side on which people made a record; `None` where it was on both before the service came.

    The service makes a row of the CRM under an id of its own, and elsewise makes that of the ERP.
    """
    sides = [side for side in Side if link.has(side)]
    if len(sides) == 1:
        return sides[0]
    if link.row_id(Side.CRM, MAIN) == client_row_id(link, MAIN):
        return Side.ERP
    return Side.CRM if link.made else None
