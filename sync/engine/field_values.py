"""Field values: what one field of a record says in any image of any of its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

import msgspec

from sync.core.conflict import Conflict, ConflictKind
from sync.core.event import Op
from sync.core.field_codec import codec_of
from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.link import Link, Neutral
from sync.core.mapping import FieldMap
from sync.core.row import RowRef, Scalar, Side
from sync.core.stage import FIELD as STAGE
from sync.core.values import Unfit, Unresolved
from sync.engine.field_roles import DELETED, Role, roles_of
from sync.engine.field_rows import CountedRows
from sync.ports import InboxEvent, Transaction


class Told(msgspec.Struct, frozen=True):
    """What a field says once an event is known.

    Attributes:
        value: Its value.
        problem: What is wrong with it.
        by: The event of the row that tells it.
    """

    value: Neutral
    problem: str
    by: InboxEvent


class FieldValues:
    """Reads one field of one record, by the maps of one time.

    Args:
        kinds: All kinds.
        kind: The record's kind, with the maps of that time.
        link: The record.
        name: The field, as `field_roles.field_names` has it.

    Attributes:
        name: The field.
        unit: The group it is merged with, or itself.
    """

    def __init__(self, kinds: Kinds, kind: Kind, link: Link, name: str) -> None:
        self._kinds, self._kind, self._link, self.name = kinds, kind, link, name
        self._refs = kinds.references({}, {})
        fields = (f for m in self._kind.maps for f in m.map.fields if f.name == name)
        self.unit = next((f.group for f in fields if f.group), name)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every row that may hold the field, that of the highest stage first."""
        return roles_of(self._kind, self.name)

    def members(self, side: Side) -> tuple[str, ...]:
        """The roles of the rows that may hold the field on a side."""
        return tuple(dict.fromkeys(r.member.name for r in self.roles if r.member.side is side))

    def concerns(self, conflict: Conflict) -> bool:
        """Whether a conflict is about the field, or about the record as a whole.

        A number that another party has keeps a record from its next stage.
        """
        if self.name == STAGE and conflict.kind is ConflictKind.NUMBER_TAKEN:
            return True
        return conflict.field in (None, self.name, self.unit)

    def tables(self, side: Side) -> set[str]:
        """The tables of those rows that the record is known by."""
        own = (r.member for r in self.roles if r.member.side is side and r.member.joins is None)
        return {member.table for member in own}

    def initial(self, side: Side, columns: Mapping[str, Scalar]) -> Neutral:
        """What a record has on a side that is created there without a value.

        Args:
            side: The side.
            columns: What other fields have put into columns; one that is only asked whether it is
                empty shares its column with another.
        """
        if self.name == DELETED:
            return False
        life = self._kind.maps[0].map.lifecycle
        if self.name == LIFECYCLE and life is not None:
            return life.initial
        field = next((role.field for role in self.roles if role.member.side is side), None)
        if field is None or (field.lookup and not field.key):
            return None
        if field.key:
            return key_value(field, self._link)
        try:
            return codec_of(field, side).get(columns.get(field.half(side).column))
        except ValueError:
            return None

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
        roles = [r for r in self.roles if _may_be(r, event.ref)]
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

    def read(self, kept: InboxEvent, rows: CountedRows) -> Told | None:
        """What the field says once an event is known.

        Args:
            kept: The event.
            rows: The rows that told of the record before.

        Returns:
            `None` when its row does not count: it is another one, or that of an earlier stage.
        """
        event = kept.event
        role = self._role(kept, rows)
        if role is None or not rows.count(role, event, self._kind.maps[0].map.rank):
            return None
        if role.member.joins is not None:
            rows.join(role.member, kept)
        elif event.op is Op.DELETE:
            whole = self.name == DELETED
            return Told(True if whole else None, "" if whole else "the record was deleted", kept)
        by, image = kept, event.image or {}
        beside = role.beside or (role.member if role.member.joins is not None else None)
        if beside is not None:
            row = rows.beside(beside)
            by, image = row or kept, (row.event.image or {}) if row is not None else {}
            role = next((one for one in self.roles if one.member is beside), role)
        value = role.reading(image, self._refs, self._link.company)
        if isinstance(value, Unfit | Unresolved):
            return Told(None, value.message, by)
        return Told(value, "", by)

    def translated(self, side: Side, value: Neutral, before: FieldValues) -> tuple[Neutral, str]:
        """A value as the maps of this time read what those before read, and what is wrong with it.

        Args:
            side: The side that has it.
            value: The value, in the terms of the maps before.
            before: The field by those maps.
        """
        ways = {
            role.compiled.map.id: role.field for role in before.roles if role.member.side is side
        }
        for role in self.roles:
            old = ways.get(role.compiled.map.id)
            if role.member.side is not side or role.field is None or old is None:
                continue
            if role.field.lookup or old.lookup:
                break
            try:
                column = codec_of(old, side).put(value)
            except ValueError:
                break  # it could not have stood in the column: the service had not written it
            try:
                return codec_of(role.field, side).get(column), ""
            except ValueError as problem:
                return None, f"its value there cannot be carried across: {problem}"
        return value, ""

    @property
    def definition(self) -> list[tuple[str, FieldMap | None]]:
        """How the maps of this time treat the field, by map."""
        return [(role.compiled.map.id, _plain(role.field)) for role in self.roles]

    def _role(self, kept: InboxEvent, rows: CountedRows) -> Role | None:
        """Which of the roles an event's row has."""
        event = kept.event
        roles = [role for role in self.roles if _may_be(role, event.ref)]
        joined = (role for role in roles if role.member.joins is not None)
        if event.op is Op.DELETE:
            return roles[0] if roles and rows.has(event.ref) else None
        fit = (role for role in roles if role.member.matches(event.image or {}))
        # The CRM has one row in every stage; what is no field of it yet is there already.
        other = roles[0] if roles and event.ref.side is Side.CRM else None
        return next(joined, None) or next(fit, other)


def key_value(field: FieldMap, link: Link) -> Neutral:
    """A part of a record's key, as the field has it."""
    text = link.natural.get(field.name)
    return int(text) if text is not None and field.type == "integer" else text


def _may_be(role: Role, ref: RowRef) -> bool:
    return role.member.side is ref.side and role.member.table == ref.table


def _plain(field: FieldMap | None) -> FieldMap | None:
    return msgspec.structs.replace(field, line=None) if field is not None else None
