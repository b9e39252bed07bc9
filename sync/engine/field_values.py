"""Field values: what one field of a record says in any image of any of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec

from sync.core.compiled import CompiledMap
from sync.core.event import Op
from sync.core.kinds import Kind, Kinds
from sync.core.lifecycle import FIELD
from sync.core.link import Link, Neutral
from sync.core.mapping import FieldMap, Member
from sync.core.row import Image, RowRef, Side
from sync.core.values import Reading, Unfit, Unresolved
from sync.ports import InboxEvent, Transaction


class Role(msgspec.Struct, frozen=True):
    """A row that holds the field, in one stage of the record.

    Attributes:
        compiled: The map of the stage.
        member: The row's role.
        field: How the field stands there; `None` for the state of a document.
    """

    compiled: CompiledMap
    member: Member
    field: FieldMap | None

    @property
    def columns(self) -> set[str]:
        """What has to be known of an image to read the field."""
        wanted = {condition.column for condition in self.member.where}
        if self.field is None:
            life = self.compiled.map.lifecycle
            return wanted | set(life.columns(self.member.side) if life else ())
        return wanted | set(self.compiled.read_from(self.member.side, self.field))


class FieldValues:
    """Reads one field of one record.

    Args:
        kinds: All kinds.
        link: The record.
        name: The field, see `field_names`.
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
        fields = (f for m in self._kind.maps for f in m.map.fields if f.name == name)
        self.unit = next((f.group for f in fields if f.group), name)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every row that may hold the field, that of the highest stage first."""
        found: list[Role] = []
        for compiled in reversed(self._kind.maps):
            table_map = compiled.map
            if self.name == FIELD and table_map.lifecycle is not None:
                found += [Role(compiled, m, None) for m in (table_map.crm, table_map.anchor)]
            for field in table_map.fields:
                if field.name == self.name:
                    found += [
                        Role(compiled, table_map.member(side, field.half(side).member), field)
                        for side in Side
                    ]
        return tuple(found)

    def members(self, side: Side) -> tuple[str, ...]:
        """The roles of the rows that may hold the field on a side."""
        return tuple(dict.fromkeys(r.member.name for r in self.roles if r.member.side is side))

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
        image = event.image or {}
        if event.op is Op.DELETE:
            role = next((r for r in self.roles if self._may_be(r, event.ref)), None)
        else:
            roles = [r for r in self.roles if self._may_be(r, event.ref)]
            fit = (r for r in roles if r.member.matches(image))
            # The CRM has one row in every stage; what is no field of it yet is there already.
            role = next(fit, roles[0] if roles and event.ref.side is Side.CRM else None)
        if role is None:
            return None
        if event.ref.side is Side.ERP and role.member.joins is None:
            rank = role.compiled.map.rank
            if rank < self._rank:
                return None
            self._rank = rank
        if event.op is Op.DELETE:
            return None, "the record was deleted"
        value = self._reading(role, image)
        if isinstance(value, Unfit | Unresolved):
            return None, value.message
        return value, ""

    def _reading(self, role: Role, image: Image) -> Reading:
        side = role.member.side
        if role.field is None:
            life = role.compiled.map.lifecycle
            return life.state(side, image) if life is not None else None
        rows = {role.member.name: image}
        return role.compiled.read_field(side, role.field, rows, self._refs, self._link.company)

    def _may_be(self, role: Role, ref: RowRef) -> bool:
        member = role.member
        if member.side is not ref.side or member.table != ref.table:
            return False
        return member.name not in self._joined or self._joined[member.name] == ref.row_id


def field_names(kind: Kind) -> dict[str, str]:
    """Everything a person may call a field of a kind: its name or a column, to its name.

    A column that several fields read is none of them, but one that is only asked whether it is
    empty still belongs to the field that reads it.
    """
    columns: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for compiled in kind.maps:
        if compiled.map.lifecycle is not None:
            names[FIELD] = FIELD
        for field in compiled.map.fields:
            names[field.name] = field.name
            for side in Side:
                if field.type == "blank" and side is Side.ERP:
                    continue
                columns.setdefault(field.half(side).column.casefold(), set()).add(field.name)
                if field.without and side is Side.CRM:
                    columns.setdefault(field.without[1].casefold(), set()).add(field.name)
    single = {column: next(iter(of)) for column, of in columns.items() if len(of) == 1}
    return single | names
