"""The ledger: every value that stood anywhere, in order, and whether a person typed it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sync.core.compiled import CompiledMap
from sync.core.kinds import Kind
from sync.core.row import RowRef, Side
from sync.core.values import Reading, Unresolved, is_blank
from tests.simulation.truth import Record, Truth

ABSENT = "(absent)"
"""What every field of a record reads as on a side that does not have it."""


class Entry(NamedTuple):
    """A value that a field had from then on.

    Attributes:
        at: When, counted in transactions.
        value: The neutral value.
        typed: Whether a person typed it.
        derived: Whether a system's own logic set it while the service wrote another row.
        scoped: Whether the field only left the scope of the record's stage: its column stands as it
            was, and the service writes no column out of scope. When it enters again, what it says
            counts as typed anew.
    """

    at: int
    value: Any
    typed: bool
    derived: bool = False
    scoped: bool = False


class Ledger:
    """Follows both systems, commit by commit.

    Attributes:
        history: Side, record, field → what it was, oldest first.
        born: Side → records that a person made there.
        size: How many values people typed.
        made: Side → records that the integration made there → how often.
    """

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        self.now = 0
        self.size = 0
        self.history: dict[tuple[Side, Record, str], list[Entry]] = {}
        self.born: dict[Side, set[Record]] = {side: set() for side in Side}
        self.made: dict[Side, dict[Record, int]] = {side: {} for side in Side}
        self._last: dict[tuple[Side, Record], dict[str, Reading]] = {}
        self._scope: dict[tuple[Side, Record], int] = {}
        # Rows that people made without a number: once the service has stamped one, all is theirs.
        self._strays: set[RowRef] = set()

    def note(
        self, refs: Iterable[RowRef], *, by_person: bool, written: Collection[RowRef] = ()
    ) -> None:
        """A transaction changed these rows; the service itself wrote those of `written`."""
        self.now += 1
        touched: dict[tuple[Side, Record], bool] = {}
        named: set[Record] = set()
        for ref in refs:
            row = self._truth.row(ref)
            records = self._truth.concerned(ref) + (self._truth.met(row) if row else [])
            for record in records:
                here = (ref.side, record)
                touched[here] = touched.get(here, False) or ref in written
            if ref in self._strays and records:
                named.update(records)
                self._strays.discard(ref)
            elif by_person and row is not None and not records:
                self._strays.add(ref)
        for (side, record), ours in touched.items():
            theirs = by_person or record in named
            self._read(side, record, theirs, derived=not (theirs or ours))

    def _read(self, side: Side, record: Record, by_person: bool, *, derived: bool) -> None:
        truth = self._truth
        view = truth.view(record)
        crm, erp, _ = truth.stage_maps(record, view)
        compiled = crm if side is Side.CRM else erp
        here = (side, record)
        before = self._last.get(here)
        now = {} if compiled is None else truth.reading(side, record, compiled, view)
        if compiled is not None and not before:
            if by_person:
                self.born[side].add(record)
            else:
                self.made[side][record] = self.made[side].get(record, 0) + 1
        rank = compiled.map.rank if compiled else 0
        kind = truth.kinds[record[0]]
        blanks = _blanks(compiled, side) if compiled else {}
        for field in {**(before or {}), **now}:
            old = ABSENT if before is None or field not in before else before[field]
            value = now.get(field, ABSENT)
            if old == value:
                continue
            # What the systems calculate nobody types, whoever edits what it is calculated from.
            typed = by_person and not _calculated(kind, field)
            if old == ABSENT:
                # New rows and new scopes: only what is filled in says something. What enters the
                # scope of the CRM by our own write was typed by somebody before.
                entered = before is not None and self._scope.get(here) != rank
                typed = value != blanks.get(field) and not _says_nothing(value)
                typed = typed and (by_person or (entered and side is Side.CRM))
                typed = typed and not _calculated(kind, field)
            if typed and old == ABSENT and self._had(side, record, field) == value:
                typed = False  # the record is back, and says what it said
            self.size += typed
            self.history.setdefault((side, record, field), []).append(
                Entry(self.now, value, typed, derived, value == ABSENT and bool(now))
            )
        self._last[here] = now
        self._scope[here] = rank

    def _had(self, side: Side, record: Record, field: str) -> Any:
        """What a field said before its record went."""
        values = [e.value for e in self.history.get((side, record, field), ())]
        return next((value for value in reversed(values) if value != ABSENT), ABSENT)


def _calculated(kind: Kind, field: str) -> bool:
    """Whether a field is one that both systems calculate."""
    return any(field in m.fields and m.fields[field].calculated for m in kind.maps)


def _blanks(compiled: CompiledMap, side: Side) -> dict[str, Reading]:
    """What each field reads as on a side where its column is empty."""
    return {
        name: blank
        for unit in compiled.units
        for name, blank in zip(unit.names, unit.blanks[side], strict=True)
    }


def _says_nothing(value: Reading) -> bool:
    return isinstance(value, Unresolved) or is_blank(value)
