"""Field values: what one field of a record says in any image of any of its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import msgspec

from sync.core.event import Op
from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.link import Link, Neutral
from sync.core.row import RowRef, Scalar, Side
from sync.core.stage import FIELD as STAGE
from sync.core.values import Unfit, Unresolved
from sync.engine.field_roles import Role, roles_of
from sync.ports import InboxEvent, Transaction


class FieldValues:
    """Reads one field of one record.

    Args:
        kinds: All kinds.
        link: The record.
        name: The field, as `field_roles.field_names` has it.
        joined: Member → the row that stands for it now, of rows that belong by reference.

    Attributes:
        name: The field.
        unit: The group it is merged with, or itself.
    """

    def __init__(
        self, kinds: Kinds, link: Link, name: str, joined: Mapping[str, str] | None = None
    ) -> None:
        self._kinds, self._link, self.name = kinds, link, name
        self._kind: Kind = kinds[link.kind]
        self._joined = joined or {}
        self._refs = kinds.references({}, {})
        self._rank = -1
        self._parties: set[Scalar] = {link.alias}
        self._ours: set[RowRef] = set()
        fields = (f for m in self._kind.maps for f in m.map.fields if f.name == name)
        self.unit = next((f.group for f in fields if f.group), name)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every row that may hold the field, that of the highest stage first."""
        return roles_of(self._kind, self.name)

    def members(self, side: Side) -> tuple[str, ...]:
        """The roles of the rows that may hold the field on a side."""
        return tuple(dict.fromkeys(r.member.name for r in self.roles if r.member.side is side))

    def tables(self, side: Side) -> set[str]:
        """The tables of those rows that the record is known by."""
        own = (r.member for r in self.roles if r.member.side is side and r.member.joins is None)
        return {member.table for member in own}

    @property
    def initial(self) -> Neutral:
        """What a record has that is created without a value."""
        life = self._kind.maps[0].map.lifecycle
        return life.initial if life is not None and self.name == LIFECYCLE else None

    def tells(self, side: Side, value: Neutral, members: Collection[str]) -> bool:
        """Whether a decision that looked at these rows of a side has seen the value there.

        A stage is told by a row of its own in the ERP, and may be taken without one.
        """
        if self.name != STAGE:
            return True
        return side is Side.ERP and any(
            role.member.name in members and role.compiled.map.stage == value
            for role in self.roles
            if role.member.side is side
        )

    def thinned(self, kept: InboxEvent) -> InboxEvent | None:
        """An event with the columns that the field needs only; `None` if it is not about it."""
        event = kept.event
        roles = [r for r in self.roles if self._may_be(r, event.ref)]
        if not roles:
            return None
        wanted = set().union(*(role.columns for role in roles))
        image = {name: v for name, v in (event.image or {}).items() if name in wanted}
        slim = msgspec.structs.replace(event, image=image if event.image is not None else None)
        return msgspec.structs.replace(kept, event=slim)

    async def resolve(self, tx: Transaction, events: Iterable[InboxEvent]) -> None:
        """Load the records that the field points to in any of the events."""
        lookups = {
            (table, role.field.crm.column)
            for role in self.roles
            if role.field is not None
            for kind in role.field.lookup
            if kind in self._kinds
            for table in (self._kinds[kind].crm_table,)
        }
        refs = {
            RowRef(Side.CRM, table, str(value))
            for kept in events
            if kept.event.ref.side is Side.CRM
            for table, column in lookups
            if (value := (kept.event.image or {}).get(column))
        }
        known = await tx.rows(sorted(refs))
        owners = {
            (ref.table, ref.row_id): row.link_id
            for ref, row in known.items()
            if row.link_id is not None
        }
        self._refs = self._kinds.references(await tx.links(sorted(set(owners.values()))), owners)

    def read(self, kept: InboxEvent) -> tuple[Neutral, str] | None:
        """What the field says in an event's row, and what is wrong with it.

        Returns:
            `None` when the row does not count: it is another one, or that of an earlier stage.
        """
        event = kept.event
        role = self._role(kept)
        if role is None or not self._counts(role, kept):
            return None
        if event.op is Op.DELETE:
            return None, "the record was deleted"
        value = role.reading(event.image or {}, self._refs, self._link.company)
        if isinstance(value, Unfit | Unresolved):
            return None, value.message
        return value, ""

    def _role(self, kept: InboxEvent) -> Role | None:
        """Which of the roles an event's row has."""
        event = kept.event
        roles = [role for role in self.roles if self._may_be(role, event.ref)]
        if event.op is Op.DELETE:
            return roles[0] if roles and event.ref in self._ours else None
        fit = (role for role in roles if role.member.matches(event.image or {}))
        # The CRM has one row in every stage; what is no field of it yet is there already.
        return next(fit, roles[0] if roles and event.ref.side is Side.CRM else None)

    def _counts(self, role: Role, kept: InboxEvent) -> bool:
        """Whether an event's row tells of the record as it is by then.

        The ERP keeps the row of an earlier stage, which tells no more; and under the number may
        stand the row of a later stage that belongs to another party.
        """
        event, member, rank = kept.event, role.member, role.compiled.map.rank
        if event.ref.side is Side.ERP and member.joins is None:
            party = (event.image or {}).get(member.alias or "")
            later = rank > self._kind.maps[0].map.rank
            if rank < self._rank or (later and party is not None and party not in self._parties):
                return False
            self._rank = rank
            self._parties.add(party)
        self._ours.add(event.ref)
        return True

    def _may_be(self, role: Role, ref: RowRef) -> bool:
        member = role.member
        if member.side is not ref.side or member.table != ref.table:
            return False
        return member.name not in self._joined or self._joined[member.name] == ref.row_id
