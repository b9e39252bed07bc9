"""Field rows: which rows of a record tell of it, as its events come in order."""

from __future__ import annotations

from sync.core.event import ChangeEvent
from sync.core.link import Link
from sync.core.row import RowRef, Scalar, Side
from sync.engine.field_roles import Role


class CountedRows:
    """Knows which rows have told of a record so far.

    The ERP keeps the row of an earlier stage, which tells no more once the next one is there; and
    under the record's number may stand the row of a later stage that belongs to another party.

    Args:
        link: The record.
    """

    def __init__(self, link: Link) -> None:
        self._rank = -1
        self._parties: set[Scalar] = {link.alias}
        self._ours: set[RowRef] = set()

    def has(self, ref: RowRef) -> bool:
        """Whether a row has told of the record."""
        return ref in self._ours

    def count(self, role: Role, event: ChangeEvent, lowest: int) -> bool:
        """Whether an event's row tells of the record as it is by then.

        Args:
            role: The row's role.
            event: The event.
            lowest: The rank of the record's first stage.
        """
        member, rank = role.member, role.compiled.map.rank
        if event.ref.side is Side.ERP and member.joins is None:
            party = (event.image or {}).get(member.alias or "")
            strange = party is not None and party not in self._parties
            if rank < self._rank or (rank > lowest and strange):
                return False
            self._rank = rank
            self._parties.add(party)
        self._ours.add(event.ref)
        return True
