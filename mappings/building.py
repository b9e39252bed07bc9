"""Builds a table map from what a file says."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from mappings.document import (
    BlankDocument,
    BusinessDocument,
    CreateDocument,
    FieldDocument,
    Filter,
    LifecycleDocument,
    LimitsDocument,
    MapDocument,
    MemberDocument,
    NotDocument,
    TableValuesDocument,
    Value,
    WayDocument,
)
from mappings.reading import Place
from mappings.validation import Origin, choose
from mappings.values import ValueMap, ValueTable, inline
from sync.core.business import Business
from sync.core.lifecycle import Lifecycle, LifeState, Move, Way
from sync.core.mapping import (
    Company,
    Condition,
    DeletePolicy,
    Direction,
    FieldMap,
    FieldType,
    Half,
    Member,
    Owner,
    Step,
    TableMap,
)
from sync.core.row import Side

_NO_VALUES = ValueMap((), (), {})


def build(
    document: MapDocument, origin: Origin, file: str, tables: Mapping[str, ValueTable]
) -> TableMap:
    """The table map of a document.

    Args:
        document: What the file says.
        origin: Where each part of it stands.
        file: The map file's name.
        tables: The value tables by name.

    Raises:
        MapInvalid: A field's parts contradict each other, or a value map cannot be used.
    """
    return TableMap(
        id=document.map,
        version=document.version,
        kind=document.kind,
        crm=_member("main", Side.CRM, document.crm.main),
        erp=tuple(_member(name, Side.ERP, said) for name, said in document.erp.items()),
        fields=tuple(
            _field(document, said, origin.place(("fields", i)), tables)
            for i, said in enumerate(document.fields)
        ),
        stage=document.stage,
        rank=document.rank or 0,
        company=Company(document.company.erp, document.company.crm, document.company.through)
        if document.company
        else None,
        enter=tuple(
            Step("create", said.create)
            if isinstance(said, CreateDocument)
            else Step("update", said.update, dict(said.values), said.optional)
            for said in document.enter
        ),
        delete=DeletePolicy(document.delete),
        on_demand=document.on_demand,
        seldom=document.seldom,
        direction=Direction(document.direction),
        lifecycle=_lifecycle(document.lifecycle) if document.lifecycle else None,
        business=_business(document.business) if document.business else None,
        file=file,
        reference_deadline_seconds=(
            UNSET
            if document.reference_deadline_seconds is None
            else document.reference_deadline_seconds
        ),
    )


def _member(name: str, side: Side, said: MemberDocument) -> Member:
    return Member(
        name=name,
        side=side,
        table=said.table,
        ids=tuple(said.ids),
        where=_conditions(said.where),
        create=dict(said.create),
        alias=said.alias,
        joins=said.joins,
        prefer=_conditions(said.prefer),
    )


def _business(said: BusinessDocument) -> Business:
    counts = {said.counts: []} if isinstance(said.counts, str) else said.counts
    return Business(
        {name: tuple(states) for name, states in counts.items()}, said.amount, said.currency
    )


def _lifecycle(said: LifecycleDocument) -> Lifecycle:
    led_by = said.led_by
    return Lifecycle(
        initial=said.initial,
        states=tuple(
            LifeState(name, _conditions(state.erp), _conditions(state.crm))
            for name, state in said.states.items()
        ),
        moves=tuple(
            Move(move.origin, move.to, _way(move.erp), _way(move.crm)) for move in said.moves
        ),
        owner=Side(said.owner) if said.owner else None,
        crm_owns=tuple(_conditions(one) for one in said.crm_owns),
        lines=tuple(said.lines),
        stays=tuple(said.stays),
        led_by=led_by.kind if led_by else None,
        leader=led_by.crm if led_by else None,
        led_until=led_by.until if led_by else None,
    )


def _way(said: WayDocument | None) -> Way | None:
    if said is None:
        return None
    return Way(
        dict(said.update),
        said.action,
        dict(said.parameters),
        said.convert,
        tuple(said.creates),
        said.undo,
    )


def _conditions(said: Filter) -> tuple[Condition, ...]:
    return tuple(_condition(column, wanted) for column, wanted in said.items())


def _condition(column: str, wanted: Value | list[Value] | NotDocument | BlankDocument) -> Condition:
    if isinstance(wanted, BlankDocument):
        return Condition(column, (None,), negated=not wanted.blank)
    if isinstance(wanted, NotDocument):
        return Condition(column, _several(wanted.negated), negated=True)
    return Condition(column, _several(wanted))


def _several(value: Value | list[Value]) -> tuple[Value, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _field(
    document: MapDocument, said: FieldDocument, place: Place, tables: Mapping[str, ValueTable]
) -> FieldMap:
    kind = _type(said, place)
    values = _values(said, place, tables) if kind == "choice" else _NO_VALUES
    if isinstance(said.max, LimitsDocument):
        erp_limit, crm_limit = said.max.erp, said.max.crm
    else:
        erp_limit = crm_limit = said.max
    member, _, column = said.erp.rpartition(".")
    return FieldMap(
        name=said.name,
        erp=Half(column, member or next(iter(document.erp)), erp_limit, values.erp),
        crm=Half(
            said.crm,
            "main",
            crm_limit,
            values.crm,
            values.accept,
            tuple(said.split.items()) if said.split else (),
        ),
        type=kind,
        scale=2 if said.scale is None else said.scale,
        lookup=_lookup(said),
        by_stage=dict(said.by_stage),
        within=said.within,
        without=next(iter(said.without.items())) if said.without else None,
        key=said.key,
        direction=_direction(document, said, place),
        owner=Owner(said.owner),
        group=said.group,
        on_enter=said.on_enter,
        deferred=said.deferred,
        passive=said.passive,
        create_only=said.create_only,
        calculated=said.calculated,
        family=said.family,
        assign=said.assign,
        line=place.line,
    )


def _lookup(said: FieldDocument) -> tuple[str, ...]:
    if said.lookup is None:
        return ()
    return tuple(said.lookup) if isinstance(said.lookup, list) else (said.lookup,)


def _direction(document: MapDocument, said: FieldDocument, place: Place) -> Direction:
    """A field's own direction; in a one-way map all but the key flow that way."""
    if document.direction == "both" or said.key:
        return Direction(said.direction)
    if said.direction not in ("both", document.direction):
        raise place.refuse(
            f"it flows {said.direction}, and its map {document.direction}.",
            "Leave the field's `direction` out.",
            field=said.name,
        )
    return Direction(document.direction)


def _type(said: FieldDocument, place: Place) -> FieldType:
    implied: FieldType | None = (
        "lookup" if said.lookup else "choice" if said.values is not None else None
    )
    kind: FieldType = said.type or implied or "text"

    def refuse(message: str, cure: str) -> None:
        raise place.refuse(message, cure, field=said.name)

    if said.lookup and said.values is not None:
        refuse("it has a lookup and a value map.", "Leave one of `lookup` and `values` out.")
    if implied is not None and kind != implied:
        part = "lookup" if said.lookup else "values"
        refuse(f"type {kind} has no {part}.", f"Leave `type` out, or `{part}`.")
    if implied is None and kind == "lookup":
        refuse("the lookup names no kind.", "Add `lookup: kind`.")
    if implied is None and kind == "choice":
        refuse("the choice has no value map.", "Add `values: {ERP value: CRM value}`.")
    if said.by_stage and kind != "lookup":
        refuse("`by_stage` needs a lookup.", "Add `lookup: kind`, or leave `by_stage` out.")
    if said.within and kind != "lookup":
        refuse("`within` needs a lookup.", "Add `lookup: kind`, or leave `within` out.")
    if said.accept and kind != "choice":
        refuse("`accept` needs a value map.", "Add `values`, or leave `accept` out.")
    if said.scale is not None and kind != "decimal":
        refuse(f"type {kind} has no scale.", "Add `type: decimal`, or leave `scale` out.")
    if said.max is not None and kind != "text":
        refuse(f"type {kind} has no longest text.", "Leave `max` out.")
    if (said.split or said.assign) and kind != "text":
        refuse(f"type {kind} is neither split nor assigned.", "Only texts can be.")
    if (said.deferred or said.passive) and kind != "lookup":
        refuse(f"type {kind} cannot be deferred or passive.", "Only lookups can be.")
    if said.family is not None and kind != "lookup":
        refuse(f"type {kind} has no family.", "Add `lookup: kind`, or leave `family` out.")
    return kind


def _values(said: FieldDocument, place: Place, tables: Mapping[str, ValueTable]) -> ValueMap:
    if not isinstance(said.values, TableValuesDocument):
        return inline(said, said.values or {}, place)
    if said.accept:
        raise place.refuse(
            "`accept` stands beside a value table.",
            f"Put the spellings into values/{said.values.table}.yaml.",
            field=said.name,
        )
    table = tables.get(said.values.table)
    if table is None:
        raise place.refuse(
            f"the value table {said.values.table!r} is unknown.",
            choose(tables, said.values.table),
            field=said.name,
        )
    return table.value_map(said.values, place, said.name)
