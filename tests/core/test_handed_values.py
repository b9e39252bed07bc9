"""Values that a shared sequence handed over are left out beside a sequence of that side alone."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.core.number_format import Span
from sync.core.overlaps import meet
from sync.core.row import Side
from sync.core.sequences import Drawer, Handed, Sequence
from tests.core.test_overlaps import sequence

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda p: (min(p), max(p))))


def values(spans: Iterator[Span], step: int) -> list[int]:
    """Every value of spans, in the order in which a sequence gives them."""
    return [v for low, high in spans for v in range(low, high + 1)[::step]]


@given(st.integers(1, 50), st.integers(1, 50), st.integers(0, 60), st.booleans(), SPANS)
def test_so_many_draws_give_so_many_values_without_those(
    first: int, last: int, given_already: int, cyclical: bool, without: list[Span]
) -> None:
    whole = sequence("C###", first, last)
    now = first + min(given_already, abs(last - first) + 1) * whole.step
    part = replace(whole, next=now, cyclical=cyclical, without=tuple(without))
    left_out = {value for low, high in without for value in range(low, high + 1)}

    def kept(start: int, end: int) -> list[int]:
        return [v for v in range(start, end, whole.step) if v not in left_out]

    end = last + whole.step
    coming = kept(now, end) + (kept(first, end) if cyclical else [])
    assert values(part.made(), whole.step) == kept(first, now)
    assert values(part.coming(), whole.step) == coming
    for draws in range(len(coming) + 2):
        assert values(part.coming(draws), whole.step) == coming[:draws]


def a_shared(*handed: Handed) -> Sequence:
    return sequence("C####", next=500, id="shared", drawn_by=Drawer.SERVICE, handed=handed)


def test_what_was_handed_to_a_side_is_that_sides_sequences() -> None:
    erp = sequence("C####", 200, 299)
    assert meet(a_shared(), erp) == ("c0200", 0, 1)
    shared = a_shared(Handed(Side.ERP, 200, 299))
    assert meet(shared.beside(erp), erp.beside(shared)) is None
    longer = sequence("C####", 200, 300)
    assert meet(shared.beside(longer), longer) == ("c0300", 0, 101)
    crm = replace(erp, drawn_by=Drawer.CRM)
    assert meet(shared.beside(crm), crm) == ("c0200", 0, 1)
    assert shared.beside(a_shared()) is shared
