"""Which number spaces there are: whose numbers stand in one column of one table, on either side."""

from __future__ import annotations

from collections.abc import Iterable

from sync.core.kinds import Kinds
from sync.core.row import Side
from sync.core.sequences import NumberSpace
from sync.core.sequences import Sequence as NumberSequence


def numbered(kinds: Kinds, places: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The kinds whose number stands in one of some columns, in order of name.

    Args:
        kinds: All kinds.
        places: Entity sets and columns.
    """
    return tuple(
        sorted(
            name
            for name in kinds
            if any(place in number_places(kinds, name, side) for place in places for side in Side)
        )
    )


def number_places(kinds: Kinds, kind: str, side: Side) -> set[tuple[str, str]]:
    """The entity sets and columns in which a kind's number stands on one side."""
    found = set[tuple[str, str]]()
    for compiled in kinds[kind].maps:
        for field in compiled.keys:
            if not field.lookup:
                column = field.half(side).column
                members = (compiled.map.crm,) if side is Side.CRM else compiled.map.erp
                found |= {(member.table, column) for member in members}
                break
    return found


def number_spaces(kinds: Kinds, sequences: Iterable[NumberSequence]) -> list[NumberSpace]:
    """The spaces in which the numbers of sequences come to stand, in order.

    Kinds share their numbers when both stand in one column of one table; a kind of one company has
    a space for each, and a number of every company's sequence comes to stand in each of them.
    Source: the integration keys of prospects, customers and contacts hold the company, that of
    parties and locations does not.
    """
    told = list(sequences)
    numbers = {kind for sequence in told for kind in sequence.kinds}
    groups: dict[tuple[Side, str, str], set[str]] = {}
    for kind in numbers:
        for side in Side:
            for table, column in number_places(kinds, kind, side):
                groups.setdefault((side, table, column), set()).add(kind)
    sharing = {tuple(sorted(group)) for group in _widest(groups.values())}
    spaces = set[NumberSpace]()
    for group in sharing:
        companies = {""}
        if all(kinds[kind].company for kind in group):
            ending = (s for s in told if set(s.kinds) & set(group))
            companies = {s.company for s in ending if s.company} or {""}
        spaces |= {NumberSpace(company, group) for company in companies}
    return sorted(spaces)


def _widest(groups: Iterable[set[str]]) -> list[set[str]]:
    """The groups that are not part of a wider one."""
    every = list(groups)
    return [one for one in every if not any(one < other for other in every)]
