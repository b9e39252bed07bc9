"""Field rows: which rows of a record tell of it, as its events come in order."""

from __future__ import annotations

from sync.core.event import ChangeEvent
from sync.core.link import Link
from sync.core.mapping import Member
from sync.core.row import RowRef, Scalar, Side
from sync.engine.field_roles import Role
from sync.ports import InboxEvent


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
        self._beside: dict[str, dict[RowRef, InboxEvent]] = {}

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
        if member.joins is not None and rank < self._rank:
            return False
        if event.ref.side is Side.ERP and member.joins is None:
            party = (event.image or {}).get(member.alias or "")
            strange = party is not None and party not in self._parties
            if rank < self._rank or (rank > lowest and strange):
                return False
            self._rank = rank
            self._parties.add(party)
        self._ours.add(event.ref)
        return True

    def join(self, member: Member, kept: InboxEvent) -> None:
        """Take in what an event tells of a row that belongs to the record by reference."""
        event, image = kept.event, kept.event.image or {}
        rows = self._beside.setdefault(member.name, {})
        if member.matches(image) and image.get(member.joins or "") in self._parties:
            rows[event.ref] = kept
        else:
            rows.pop(event.ref, None)

    def beside(self, member: Member) -> InboxEvent | None:
        """The event of the row that stands for a role: the preferred one, the oldest."""
        rows = self._beside.get(member.name, {})
        return min(rows.values(), key=lambda kept: _place(member, kept), default=None)


def _place(member: Member, kept: InboxEvent) -> tuple[bool, str]:
    image = kept.event.image or {}
    preferred = all(condition.holds(image) for condition in member.prefer)
    return not preferred, kept.event.ref.row_id
