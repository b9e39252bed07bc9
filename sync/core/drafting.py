"""Drafting: from merged values to writes, each with its reason and what it establishes."""

from __future__ import annotations

from collections.abc import Mapping

from sync.core.compiled import CompiledMap
from sync.core.lifecycle import FIELD, Move
from sync.core.link import MAIN, Agreed, IntendedWrite, Link, Neutral, client_row_id
from sync.core.mapping import FieldMap, Member, Step
from sync.core.merged import Merge
from sync.core.plan import Change, Part
from sync.core.references import References
from sync.core.row import Lookup, Row, RowRef, Scalar, Side
from sync.core.rowkeys import created_ref
from sync.core.stage import FIELD as STAGE
from sync.core.stage import Stages
from sync.core.values import Reading, Unfit, Unresolved
from sync.core.view import Context, View
from sync.core.write import Write, WriteOp


class Drafting:
    """Drafts the writes of one decision.

    Attributes:
        waits: Lookups that hold a write back.
        deferred: Lookups that are written later.
        unfit: Unit, side and why the other side cannot hold a value.
    """

    def __init__(
        self,
        compiled: CompiledMap,
        link: Link,
        view: View,
        refs: References,
        merged: Merge,
        readings: Mapping[Side, Mapping[str, Reading] | None],
        stages: Stages,
        context: Context,
    ) -> None:
        self._map, self._link, self._view, self._refs = compiled, link, view, refs
        self._stages = stages
        self._merged, self._readings, self._context = merged, readings, context
        self.waits: list[Unresolved] = []
        self.deferred: list[Unresolved] = []
        self.unfit: list[tuple[str, Side, Unfit]] = []
        self._writes: list[Write] = []
        self._intended: list[IntendedWrite] = []
        self._changes: list[Change] = []

    def update(
        self, side: Side, stage_constants: Mapping[str, Scalar], path: tuple[Move, ...] = ()
    ) -> Part | None:
        """Write what the merge found for rows that exist, then take the way to another state.

        Args:
            side: The side to write.
            stage_constants: Constants that bring the CRM row into the stage.
            path: The moves of the record's lifecycle to make there.
        """
        by_member: dict[str, dict[str, Scalar | Lookup]] = {}
        bases: dict[str, dict[str, Agreed]] = {}
        for unit in self._map.units:
            wanted = self._merged.writes[side]
            if unit.names[0] not in wanted:
                continue
            member = unit.rule.half(side).member
            columns = self._columns(
                side, unit.name, unit.fields, {n: wanted[n] for n in unit.names}
            )
            if columns is not None:
                by_member.setdefault(member, {}).update(columns)
                bases.setdefault(member, {}).update(
                    {name: Agreed(wanted[name], wanted[name]) for name in unit.names}
                )
        if stage_constants:
            by_member.setdefault(MAIN, {}).update(stage_constants)
            self._enter(side, stage_constants)
        for member, values in by_member.items():
            row = self._row(side, member)
            stage = self._map.map.stage if stage_constants else None
            self._add(WriteOp.UPDATE, member, row.ref, values, bases.get(member, {}), row, stage)
        for move in path:
            self._move(side, move)
        return self._part(side)

    def _move(self, side: Side, move: Move) -> None:
        member = MAIN if side is Side.CRM else self._map.map.anchor.name
        row, way = self._row(side, member), move.way(side)
        if way is None:  # a path has ways only
            raise LookupError(f"{move.origin} → {move.to} of {self._map.map.id}")
        reason = f"it goes from {move.origin} to {move.to}, as in the {side.other.upper()}"
        reason = self._merged.reasons.get(FIELD, reason)
        other = MAIN if side is Side.ERP else self._map.map.anchor.name
        event = self._context.event(side.other, other)
        base = {FIELD: Agreed(move.to, move.to)}
        if way.action is None:
            self._add(WriteOp.UPDATE, member, row.ref, dict(way.update), base, row, None)
        else:
            self._writes.append(
                Write(
                    WriteOp.ACTION,
                    row.ref,
                    dict(way.update),
                    action=way.action,
                    parameters=dict(way.parameters),
                )
            )
            self._intended.append(IntendedWrite(member, row.ref, WriteOp.ACTION.value, base))
        column = way.action or ", ".join(way.update)
        self._changes.append(Change(FIELD, column, move.to, move.origin, reason, event, move.to))

    def create_crm(self) -> Part | None:
        """Create the CRM row, with a GUID derived from the link."""
        member = self._map.map.crm
        values: dict[str, Scalar | Lookup] = {
            member.ids[0]: client_row_id(self._link, member.name),
            **member.create,
        }
        if not self._identify(Side.CRM, values):
            return None
        bases = self._fill(Side.CRM, member, values, ())
        if self.waits or self.unfit:
            return None
        self._enter(Side.CRM, member.create)
        ref = RowRef(Side.CRM, member.table, str(values[member.ids[0]]))
        self._add(WriteOp.CREATE, member.name, ref, values, bases, None, self._map.map.stage)
        return self._part(Side.CRM)

    def enter_erp(self, steps: tuple[Step, ...], skip: tuple[str, ...]) -> Part | None:
        """Bring the ERP into the map's stage, all steps or none.

        Args:
            steps: The way; a way without steps creates the anchor row.
            skip: Units whose entry is settled once the rows exist.
        """
        columns: dict[str, Scalar] = {}
        for step in steps or (Step("create", self._map.map.anchor.name),):
            member = self._map.map.member(Side.ERP, step.member)
            if step.op == "create":
                values: dict[str, Scalar | Lookup] = dict(member.create)
                if not self._identify(Side.ERP, values):
                    return None
                bases = self._fill(Side.ERP, member, values, skip)
                if self.waits or self.unfit:
                    return None
                ref = created_ref(self._map, member, values)
                stage = self._map.map.stage
                columns |= member.create
                self._add(WriteOp.CREATE, member.name, ref, values, bases, None, stage)
            elif member.name in self._view.erp:
                row = self._view.erp[member.name]
                columns |= step.values
                if step.values.items() <= row.image.items():
                    continue  # as after a conversion whose customer was deleted since
                self._add(WriteOp.UPDATE, member.name, row.ref, dict(step.values), {}, row, None)
        self._enter(Side.ERP, columns)
        return self._part(Side.ERP, entering=skip)

    def _identify(self, side: Side, values: dict[str, Scalar | Lookup]) -> bool:
        """Put the integration key and the company into a row that is created."""
        parts: list[tuple[str, Scalar | Lookup | Unresolved | Unfit]] = []
        company = self._map.map.company
        inherited = side is Side.CRM and company is not None and company.through is not None
        if company is not None and self._link.company is not None and not inherited:
            code = self._link.company
            written: Scalar | Lookup | Unresolved = code.lower()
            if side is Side.CRM:
                written = self._refs.to_crm(("company",), code.casefold())
            parts.append((company.column(side), written))
        for field in self._map.keys:
            value = self._map.put(side, field, self._link.natural.get(field.name), self._refs)
            parts.append((field.half(side).column, value))
        for column, value in parts:
            if isinstance(value, Unresolved):
                self.waits.append(value)
            elif isinstance(value, Unfit):
                self.unfit.append(("key", side.other, value))
            else:
                values[column] = value
        return not (self.waits or self.unfit)

    def _fill(
        self, side: Side, member: Member, values: dict[str, Scalar | Lookup], skip: tuple[str, ...]
    ) -> dict[str, Agreed]:
        """Put every value that is not blank into a row that is created."""
        bases: dict[str, Agreed] = {}
        source = self._readings[side.other] or {}
        for unit in self._map.units:
            rule = unit.rule
            if rule.half(side).member != member.name or unit.name in skip:
                continue
            final = self._merged.final
            if unit.names[0] not in final or not rule.direction.allows(side):
                continue
            wanted = {name: final[name] for name in unit.names}
            columns = self._columns(side, unit.name, unit.fields, wanted, creating=True)
            if columns is None:
                continue
            values.update({c: v for c, v in columns.items() if v is not None and v != ""})
            for name, value in wanted.items():
                if source.get(name) == value:
                    bases[name] = Agreed(value, value)
        life = self._map.map.lifecycle
        if life is not None and member in (self._map.map.crm, self._map.map.anchor):
            bases[FIELD] = Agreed(life.initial, life.initial)
        return bases

    def _columns(
        self,
        side: Side,
        unit: str,
        fields: tuple[FieldMap, ...],
        wanted: Mapping[str, Neutral],
        *,
        creating: bool = False,
    ) -> dict[str, Scalar | Lookup] | None:
        columns: dict[str, Scalar | Lookup] = {}
        changes: list[Change] = []
        record = self._readings[Side.CRM] or self._merged.final
        for field in fields:
            written = self._map.columns_of(side, field, wanted[field.name], self._refs, record)
            if isinstance(written, Unfit):
                self.unfit.append((unit, side.other, written))
                return None
            if isinstance(written, Unresolved):
                (self.deferred if field.deferred else self.waits).append(written)
                return None
            if creating and wanted[field.name] is None:
                continue  # the system's own default stands, not our idea of an empty value
            columns.update(written)
            before = (self._readings[side] or {}).get(field.name)
            reason = self._merged.reasons.get(field.name, "the record is created")
            event = self._context.event(side.other, field.half(side.other).member)
            changes += [
                Change(field.name, column, value, before, reason, event, wanted[field.name])
                for column, value in written.items()
                if not (creating and (value is None or value == ""))
            ]
        self._changes += changes
        return columns

    def _enter(self, side: Side, columns: Mapping[str, Scalar]) -> None:
        """Explain that a side comes to the map's stage, by the constants that make it be there."""
        stage = self._map.map.stage
        if stage is None:
            return
        own, other = self._stages.of(side), self._stages.of(side.other)
        origin = own.map.stage if own is not None else None
        if own is not None and own.map.rank > self._map.map.rank:
            reason = f"it goes back to {stage}: the ERP has its number for another party"
        elif other is not self._map:
            reason = f"it goes from {origin} to {stage}, with {self._context.asker}"
        elif origin is None:
            there = self._view.crm is None or self._map.map.crm.matches(self._view.crm.image)
            as_in = f"as in the {side.other.upper()}" if there else "as it was in the CRM at first"
            reason = f"the record is created as a {stage}, {as_in}"
        else:
            reason = f"it goes from {origin} to {stage}, as in the {side.other.upper()}"
        reason = self._merged.reasons.get(STAGE, reason)
        told = other.map.anchor.name if other is not None and side is Side.CRM else MAIN
        event = self._context.event(side.other, told)
        self._changes.append(Change(STAGE, ", ".join(columns), stage, origin, reason, event, stage))

    def _row(self, side: Side, member: str) -> Row:
        row = self._view.crm if side is Side.CRM else self._view.erp[member]
        if row is None:  # the caller only updates sides that exist
            raise LookupError(f"{side}.{member} of {self._link.kind} {self._link.key}")
        return row

    def _add(
        self,
        op: WriteOp,
        member: str,
        ref: RowRef,
        values: dict[str, Scalar | Lookup],
        bases: dict[str, Agreed],
        row: Row | None,
        stage: str | None,
    ) -> None:
        self._writes.append(Write(op, ref, values, row.version if row else None))
        self._intended.append(IntendedWrite(member, ref, op.value, bases, stage))

    def _part(self, side: Side, entering: tuple[str, ...] = ()) -> Part | None:
        writes, intended, changes = self._writes, self._intended, self._changes
        self._writes, self._intended, self._changes = [], [], []
        if not writes:
            return None
        return Part(side, tuple(writes), tuple(intended), tuple(changes), entering)
