"""Leases of shared sequences: blocks never overlap, and no value is given twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.core.leases import Lease, SharedSequence, take_values
from sync.core.number_format import parse_format
from sync.core.row import Side
from sync.core.sequences import NumberSpace

SPACE = NumberSpace("USMF", ("account", "person"))
DRAWS = st.lists(st.tuples(st.sampled_from(Side), st.integers(1, 12)), max_size=20)


def shared(first: int, last: int, block: int) -> SharedSequence:
    return SharedSequence(
        id="customers",
        space=SPACE,
        numbers="account",
        format=parse_format("CU-####", Side.ERP),
        first=first,
        last=last,
        block=block,
    )


def state_of(leases: dict[int, Lease]) -> list[Lease]:
    """What a store has of them when it is asked for the open ones."""
    newest = max(leases, default=0)
    return [lease for place, lease in sorted(leases.items()) if lease.left or place == newest]


@given(DRAWS, st.integers(0, 30), st.integers(0, 30), st.integers(1, 9))
def test_every_value_is_given_once_and_none_is_lost(
    draws: list[tuple[Side, int]], first: int, last: int, block: int
) -> None:
    sequence, leases, given_out = shared(first, last, block), dict[int, Lease](), list[int]()
    for side, count in draws:
        values, changed = take_values(sequence, side, state_of(leases), count, "now")
        leases |= changed
        given_out += values
        own_left = sum(lease.left for lease in leases.values() if lease.side is side)
        if len(values) < count:
            assert own_left == 0, "there were some left"
            assert sequence.unleased(leases[max(leases)] if leases else None) == 0
    every = range(first, last + sequence.step, sequence.step)
    assert len(given_out) == len(set(given_out))
    assert set(given_out) <= set(every)
    left = [value for lease in leases.values() for value in lease.take(lease.left)[0]]
    beyond = sequence.unleased(leases[max(leases)] if leases else None)
    assert not set(left) & set(given_out)
    assert len(left) + len(given_out) + beyond == len(every), "what is not given is still there"


def test_each_side_draws_from_blocks_of_its_own() -> None:
    sequence, leases = shared(1, 100, 10), dict[int, Lease]()
    drawn = []
    for side in (Side.CRM, Side.ERP, Side.CRM, Side.ERP):
        values, changed = take_values(sequence, side, state_of(leases), 6, "now")
        leases |= changed
        drawn.append(values)
    assert drawn[0] == [1, 2, 3, 4, 5, 6]
    assert drawn[1] == [11, 12, 13, 14, 15, 16]
    assert drawn[2] == [7, 8, 9, 10, 21, 22]
    assert drawn[3] == [17, 18, 19, 20, 31, 32]


def test_a_sequence_that_counts_down() -> None:
    sequence = shared(5, 1, 2)
    values, leases = take_values(sequence, Side.CRM, [], 9, "now")
    assert values == [5, 4, 3, 2, 1]
    assert [(one.first, one.last) for one in leases.values()] == [(5, 4), (3, 2), (1, 1)]


def test_a_range_that_was_moved_on_is_begun_at_its_new_start() -> None:
    _, leases = take_values(shared(1, 100, 10), Side.CRM, [], 10, "now")
    values, _ = take_values(shared(50, 100, 10), Side.CRM, leases.values(), 1, "now")
    assert values == [50]
    values, _ = take_values(shared(1, 200, 10), Side.CRM, leases.values(), 1, "now")
    assert values == [11], "one that only got longer goes on"


def test_what_is_left_in_a_block_is_still_to_come() -> None:
    """The proof that sequences never meet must look at the oldest number that was not given."""
    sequence, leases = shared(1, 100, 10), dict[int, Lease]()
    assert sequence.as_sequence(state_of(leases)).next == 1
    for side, count in ((Side.CRM, 4), (Side.ERP, 10)):
        _, changed = take_values(sequence, side, state_of(leases), count, "now")
        leases |= changed
    assert sequence.as_sequence(state_of(leases)).next == 5
    _, changed = take_values(sequence, Side.CRM, state_of(leases), 6, "now")
    leases |= changed
    assert sequence.as_sequence(state_of(leases)).next == 21
    down = shared(100, 1, 10)
    _, taken = take_values(down, Side.CRM, [], 3, "now")
    assert (down.as_sequence([*taken.values()]).next, down.as_sequence([]).step) == (97, -1)
