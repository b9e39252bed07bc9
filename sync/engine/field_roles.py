"""Field roles: the rows that may hold a field of a record, and how each of them says it.

Beside the fields of its map every record has what no column of it holds alone: its stage, or the
state of a document, and whether it is deleted.
"""

from __future__ import annotations

import msgspec

from sync.core.compiled import CompiledMap
from sync.core.condition import Condition
from sync.core.kinds import Kind
from sync.core.lifecycle import FIELD as LIFECYCLE
from sync.core.mapping import FieldMap, Member, TableMap
from sync.core.references import References
from sync.core.row import Image, Side
from sync.core.stage import FIELD as STAGE
from sync.core.values import Reading

DELETED = "deleted"
"""Under this name it is explained whether a record is deleted."""


class Role(msgspec.Struct, frozen=True):
    """A row that holds the field, in one stage of the record.

    Attributes:
        compiled: The map of the stage.
        member: The row's role.
        name: The field.
        field: How the field stands there; `None` for what a record has beside its fields.
        beside: The role of the row that holds the field instead, where the record has one: an
            address of its own, say. Without that row the field is blank.
    """

    compiled: CompiledMap
    member: Member
    name: str
    field: FieldMap | None = None
    beside: Member | None = None

    @property
    def columns(self) -> set[str]:
        """What has to be known of an image to read the field."""
        member = self.member
        wanted = {condition.column for condition in (*member.where, *member.prefer)}
        wanted.update(column for column in (member.alias, member.joins) if column is not None)
        life = self.compiled.map.lifecycle
        if self.beside is not None:
            return wanted
        if self.field is not None:
            wanted.update(self.compiled.read_from(self.member.side, self.field))
        elif self.name == LIFECYCLE and life is not None:
            wanted.update(life.columns(self.member.side))
        return wanted

    def reading(self, image: Image, refs: References, company: str | None) -> Reading:
        """What the field says in an image of the row."""
        table_map, side = self.compiled.map, self.member.side
        if self.name == DELETED:
            return False
        if self.field is not None:
            rows = {self.member.name: image}
            return self.compiled.read_field(side, self.field, rows, refs, company)
        if self.name == LIFECYCLE:
            life = table_map.lifecycle
            return life.state(side, image) if life is not None else None
        return table_map.stage if self.member.matches(image) else None


def roles_of(kind: Kind, name: str) -> tuple[Role, ...]:
    """Every row that may hold a field, that of the highest stage first."""
    found: list[Role] = []
    for compiled in reversed(kind.maps):
        table_map = compiled.map
        if name in _whole(table_map):
            found += [Role(compiled, m, name) for m in (table_map.crm, table_map.anchor)]
        for field in table_map.fields:
            if field.name != name:
                continue
            for side in Side:
                member = table_map.member(side, field.half(side).member)
                found.append(Role(compiled, member, name, field))
                if member.joins is not None:
                    found.append(Role(compiled, table_map.anchor, name, field, member))
    return tuple(found)


def field_names(kind: Kind) -> dict[str, str]:
    """Everything a person may call a field of a kind: its name or a column, to its name.

    A column that several fields read is none of them, but one that is only asked whether it is
    empty still belongs to the field that reads it. A document's state may be called its stage.
    """
    columns: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for compiled in kind.maps:
        for field in compiled.map.fields:
            names[field.name] = field.name
            for side in Side:
                if field.type == "blank" and side is Side.ERP:
                    continue
                columns.setdefault(field.half(side).column.casefold(), set()).add(field.name)
                if field.without and side is Side.CRM:
                    columns.setdefault(field.without[1].casefold(), set()).add(field.name)
        life = compiled.map.lifecycle
        for side in Side if life is not None else ():
            for state in life.states if life is not None else ():
                for condition in state.crm if side is Side.CRM else state.erp:
                    columns.setdefault(condition.column.casefold(), {LIFECYCLE})
    for column in _telling_stage(kind):
        columns.setdefault(column.casefold(), {STAGE})
    single = {column: next(iter(of)) for column, of in columns.items() if len(of) == 1}
    whole = {name: name for compiled in kind.maps for name in _whole(compiled.map)}
    alike = {STAGE: LIFECYCLE, "state": LIFECYCLE} if LIFECYCLE in whole else {}
    return single | alike | whole | names


def _whole(table_map: TableMap) -> tuple[str, ...]:
    """What a record of a map has beside its fields."""
    stage = (STAGE,) if table_map.stage is not None else ()
    life = (LIFECYCLE,) if table_map.lifecycle is not None else ()
    return (*stage, *life, DELETED)


def _telling_stage(kind: Kind) -> set[str]:
    """The columns that tell one stage of a kind from another."""
    filters: dict[tuple[Side, str], list[frozenset[Condition]]] = {}
    for compiled in kind.maps:
        for member in (compiled.map.crm, *compiled.map.erp):
            filters.setdefault((member.side, member.name), []).append(frozenset(member.where))
    return {
        condition.column
        for several in filters.values()
        for one in several
        for condition in one
        if any(condition not in other for other in several)
    }
