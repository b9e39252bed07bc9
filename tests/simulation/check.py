"""The checker: promises P1 to P5, demanded of everything that people typed."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from sync.core.advance import states_of
from sync.core.conflict import DELETE_KINDS, Conflict, ConflictKind, ConflictState
from sync.core.lifecycle import FIELD
from sync.core.link import Link, LinkState, awaited_link, link_id
from sync.core.row import Side
from sync.core.units import Unit
from sync.core.values import Unfit, Unresolved
from sync.ports import Act
from tests.engine.bench import Bench
from tests.simulation.ledger import ABSENT, Entry
from tests.simulation.truth import Record
from tests.simulation.world import World

_WHOLE_RECORD = {
    ConflictKind.DELETED,
    ConflictKind.EDIT_AGAINST_DELETE,
    ConflictKind.HELD_ORDER,
    ConflictKind.KEY_EDITED,
    ConflictKind.NUMBER_TAKEN,
    ConflictKind.REFUSED,
    ConflictKind.STAGE,
    ConflictKind.TWO_CANDIDATES,
}
_RESTING = {LinkState.DORMANT, LinkState.SUSPENDED}
_AT_REST = {LinkState.SETTLED, LinkState.CONFLICT, LinkState.GONE, LinkState.SUSPENDED}


class Checker:
    """Looks at a world, or a bench, that has come to rest.

    Attributes:
        faults: What is broken, in words.
    """

    def __init__(self, world: World | Bench) -> None:
        self.world, self.truth, self.ledger = world, world.systems.truth, world.systems.ledger
        self.faults: list[str] = []
        self.links: dict[str, Link] = {}
        self.conflicts: dict[str, list[Conflict]] = {}
        self.acts: dict[str, list[Act]] = {}

    async def look(self) -> list[str]:
        """Everything that breaks a promise."""
        async with self.world.store.transaction() as tx:
            self.links = {r.link.id: r.link for r in await tx.list_links(limit=100_000)}
            for conflict in await tx.conflicts(limit=100_000):
                self.conflicts.setdefault(conflict.link_id, []).append(conflict)
            for act in await tx.acts(limit=100_000):
                self.acts.setdefault(act.link_id or "", []).append(act)
            letters = await tx.dead_letters(limit=1000)
            balance = await tx.balance()
        if balance.missing:
            self.faults.append(f"P1 {balance.missing} events are unaccounted for: {balance}")
        for letter in letters:
            self.faults.append(f"dead letter: {letter.message}")
        for link in self.links.values():
            self._at_rest(link)
        for record in self.truth.records():
            self._pair(record)
        for (side, record, field), entries in self.ledger.history.items():
            self._typed(side, record, field, entries)
        self._one_counterpart()
        return self.faults

    def _say(self, promise: str, record: Record, text: str) -> None:
        link = self.links.get(link_id(*record))
        state = f"{link.state} {link.problem}" if link else "no link"
        self.faults.append(f"{promise} {record[0]} {record[1]}: {text} [{state}]")

    def _at_rest(self, link: Link) -> None:
        record = (link.kind, link.key)
        waits = link.state is LinkState.WAITING or (link.state in _RESTING and link.waiting_on)
        if link.state in (LinkState.DUE, LinkState.RETRY, LinkState.DEAD, LinkState.PARKED):
            self._say("P2", record, "is not at rest")
        elif waits and not self._waits_rightly(link, set()):
            self._say("P2", record, f"waits for nothing: {link.waiting_on}")
        if link.intent is not None and link.state is LinkState.SETTLED:
            self._say("P2", record, "is settled and has an open intent")

    def _waits_rightly(self, link: Link, met: set[str]) -> bool:
        """Whether what it waits for is really not to be had."""
        if link.id in met:
            return False
        met.add(link.id)
        for token in link.waiting_on:
            what, _, rest = token.partition(":")
            if what == "row":
                side, table, row_id = rest.split("|")
                ref = next(
                    (r for r in self.truth.refs_of(Side(side), table) if r.row_id == row_id), None
                )
                if ref is None or self.truth.record_of(ref) is None:
                    return True
                other = self.links.get(link_id(*self.truth.record_of(ref)))  # type: ignore[misc]
            else:
                kind, _, key = rest.partition("|")
                other = self.links.get(link_id(kind, key))
            held = (LinkState.CONFLICT, LinkState.GONE, LinkState.SUSPENDED)
            if other is None or other.state in held:
                return True
            if what == "settled" and FIELD in other.fields:
                return True  # a person let each side of it keep its own state
            if other.state is LinkState.DORMANT and what == "after":
                return True
            if other.state is LinkState.WAITING and self._waits_rightly(other, met):
                return True
        return False

    def _open(self, record: Record, unit: Unit | None = None) -> bool:
        """Whether an open conflict stands for the record as a whole, or for one unit of it."""
        for conflict in self.conflicts.get(link_id(*record), ()):
            if conflict.state is not ConflictState.OPEN:
                continue
            if conflict.kind in _WHOLE_RECORD:
                return True
            if unit is not None and conflict.field in (unit.name, *unit.names):
                return True
        return False

    def _pair(self, record: Record) -> None:
        view = self.truth.view(record)
        crm, erp, foreign = self.truth.stage_maps(record, view)
        link = self.links.get(link_id(*record))
        if crm is None and erp is None:
            return
        if link is None:
            self._say("P1", record, "was never linked")
            return
        if foreign and not self._open(record):
            self._say("P2", record, "the number is taken and nobody was told")
        if self._open(record) or link.state in (LinkState.DORMANT, LinkState.SUSPENDED):
            return
        if link.state is LinkState.WAITING and self._of_contested(link):
            return
        if crm is None or erp is None:
            if link.state is not LinkState.WAITING and not self._conflicted(record):
                self._say("P1", record, f"is only in the {'CRM' if crm else 'ERP'}")
            return
        if crm is not erp:
            self._say("P2", record, f"is {crm.map.stage} in the CRM, {erp.map.stage} in the ERP")
            return
        life = crm.map.lifecycle
        if life is not None:
            states = states_of(life, crm.map.anchor.name, view)
            if states[Side.CRM] != states[Side.ERP] and not self._state_excused(record, link):
                self._say("P2", record, f"is {states[Side.CRM]} in the CRM, {states[Side.ERP]}")
        left = self.truth.reading(Side.CRM, record, crm, view)
        right = self.truth.reading(Side.ERP, record, erp, view)
        for unit in crm.units:
            here, there = unit.values(left), unit.values(right)
            if here == there or self._excused(record, unit):
                continue
            open_ends = any(isinstance(v, Unfit | Unresolved) for v in (*here, *there))
            if open_ends and link.state is LinkState.WAITING:
                continue
            self._say("P2", record, f"{unit.name} is {here} in the CRM, {there} in the ERP")

    def _of_contested(self, link: Link) -> bool:
        """Whether it waits for a record whose number another one has as well."""
        awaited = (awaited_link(token) for token in link.waiting_on)
        return any(i in self.links and self.links[i].is_contested for i in awaited)

    def _state_excused(self, record: Record, link: Link) -> bool:
        """Whether a person was asked about a document's state, or it waits for its lines."""
        if FIELD in link.fields:
            return True
        if any(
            c.state is ConflictState.OPEN and (c.field == FIELD or c.kind in _WHOLE_RECORD)
            for c in self.conflicts.get(link.id, ())
        ):
            return True
        # In a conflict about a field of its own it may wait for its lines all the same.
        return bool(link.waiting_on) and self._waits_rightly(link, set())

    def _excused(self, record: Record, unit: Unit) -> bool:
        link = self.links.get(link_id(*record))
        if link is None:
            return False
        if unit.name in link.fields or self._open(record, unit):
            return True
        return link.state is LinkState.WAITING and bool(unit.rule.lookup)

    def _conflicted(self, record: Record) -> bool:
        return any(c.state is ConflictState.OPEN for c in self.conflicts.get(link_id(*record), ()))

    def _typed(self, side: Side, record: Record, field: str, entries: list[Entry]) -> None:
        """P3: no value that a person typed disappears without a recorded conflict."""
        for entry, after in zip_longest(entries, entries[1:]):
            if not entry.typed or isinstance(entry.value, Unfit | Unresolved):
                continue
            if entry.value == ABSENT:
                continue
            if after is None:
                continue  # it stands, and P2 compares it with the other side
            if (
                after.typed
                or after.derived
                or after.scoped
                or self._was_across(side, record, field, entry, after.at)
            ):
                continue
            if self._stands(side, record, field, entry.value):
                continue
            if after.value == ABSENT and self._open(record):
                continue
            if self._was_another(side, record, entry, after):
                continue
            if self._is_none(side, record, field, entry.value):
                continue
            if not self._recorded(side, record, field, entry.value):
                self._say(
                    "P3",
                    record,
                    f"{field} = {entry.value!r}, typed in the {side.upper()}, was overwritten with "
                    f"{after.value!r} and is in no conflict (#{entry.at} to #{after.at})",
                )

    def _was_another(self, side: Side, record: Record, entry: Entry, after: Entry) -> bool:
        """Whether the value stood on a row of another party that had the record's number.

        Such a row is reported, and stays as it is: what the record reads as changes when the row
        that is really the record's comes to stand beside it.
        """
        conflicts = self.conflicts.get(link_id(*record), ())
        if side is not Side.ERP or not any(c.kind is ConflictKind.NUMBER_TAKEN for c in conflicts):
            return False
        for name in ("party", "party_number"):
            history = self.ledger.history.get((side, record, name), [])
            before = [e.value for e in history if e.at <= entry.at]
            now = [e.value for e in history if e.at <= after.at]
            if before and now and before[-1] != now[-1]:
                return True
        return False

    def _is_none(self, side: Side, record: Record, field: str, value: Any) -> bool:
        """Whether an empty column reads as the value, of a field that is never taken from there."""
        units = [u for m in self.truth.kinds[record[0]].maps for u in m.units if field in u.names]
        return all(
            not unit.rule.direction.allows(side.other)
            and unit.blanks[side][unit.names.index(field)] == value
            for unit in units
        )

    def _was_across(self, side: Side, record: Record, field: str, entry: Entry, until: int) -> bool:
        """Whether the value stood on the other side meanwhile, so that its end was seen there."""
        others = self.ledger.history.get((side.other, record, field), [])
        for other, after in zip_longest(others, others[1:]):
            ends = after.at if after is not None else until + 1
            if _same(other.value, entry.value) and ends > entry.at and other.at <= until:
                return True
        # Blank: a row that is not there has no value to lose.
        return not others and not entry.value

    def _stands(self, side: Side, record: Record, field: str, value: Any) -> bool:
        """Whether a row that was taken for the record's still says so: a taken number's."""
        view = self.truth.view(record)
        for compiled in self.truth.kinds[record[0]].maps:
            reading = self.truth.reading(side, record, compiled, view)
            if self._open(record) and _same(reading.get(field), value):
                return True
        return False

    def _recorded(self, side: Side, record: Record, field: str, value: Any) -> bool:
        for conflict in self.conflicts.get(link_id(*record), ()):
            now = conflict.now_crm if side is Side.CRM else conflict.now_erp
            for values in (conflict.crm if side is Side.CRM else conflict.erp, now):
                if isinstance(values, dict) and field in values and _same(values[field], value):
                    return True
        seen = (act.said.get(side.value) for act in self.acts.get(link_id(*record), ()))
        return any(field in values and _same(values[field], value) for values in seen if values)

    def _restored(self, side: Side, record: Record) -> bool:
        """Whether a person let a record be made again where it was deleted.

        With a customer that is made again in the ERP its contact persons come back, too.
        """
        decided = {act.conflict_id for acts in self.acts.values() for act in acts}
        restored = [
            conflict.link_id
            for conflicts in self.conflicts.values()
            for conflict in conflicts
            if conflict.kind in DELETE_KINDS and conflict.id in decided
        ]
        return link_id(*record) in restored or (bool(restored) and record in self.ledger.born[side])

    def _one_counterpart(self) -> None:
        """P4: what the service made was born on the other side, and made once."""
        for side in Side:
            for record in self.ledger.made[side]:
                if record not in self.ledger.born[side.other] and not self._restored(side, record):
                    self._say("P4", record, f"was made in the {side.upper()} out of nothing")
            for record in self.truth.records():
                rows = self.truth.rows_of(side, record)
                tables = [row.ref.table for row in rows]
                if len(set(tables)) < len(tables) and not self._open(record):
                    self._say("P4", record, f"has {len(rows)} rows in the {side.upper()}")


def _same(one: Any, other: Any) -> bool:
    blank = (None, "", (), False, ABSENT)
    return bool(one == other) or (one in blank and other in blank)
