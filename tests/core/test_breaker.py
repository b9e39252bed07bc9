"""The breaker of a side, step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.breaker import LIMITS, Breaker, BreakerState, is_outage
from sync.errors import (
    CheckpointExpired,
    ContractBroken,
    NotAuthorised,
    PreconditionFailed,
    Rejected,
    RemoteError,
    Throttled,
    Unavailable,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DOWN = Unavailable("Nobody answers.")


def opened(error: RemoteError = DOWN) -> Breaker:
    breaker = Breaker()
    for _ in range(LIMITS.failures):
        breaker = breaker.failed(error, NOW)
    return breaker


def test_failures_in_a_row_open_it() -> None:
    breaker = Breaker()
    for _ in range(LIMITS.failures - 1):
        breaker = breaker.failed(DOWN, NOW)
        assert not breaker.is_open
    assert not breaker.answered().failed(DOWN, NOW).is_open
    breaker = breaker.failed(DOWN, NOW)
    assert (breaker.state, breaker.opened_at) == (BreakerState.OPEN, NOW)


def test_one_probe_at_a_time_and_only_when_it_is_due() -> None:
    breaker = opened()
    assert breaker.probing(NOW) is None
    due = NOW + timedelta(seconds=0.5)
    probing = breaker.probing(due)
    assert probing is not None
    assert probing.is_open
    assert probing.probing(due + timedelta(hours=1)) is None


def test_a_probe_that_fails_lets_the_next_one_wait_longer() -> None:
    breaker, now, pauses = opened(), NOW, []
    for _ in range(6):
        assert breaker.probe_at is not None
        pauses.append((breaker.probe_at - now).total_seconds())
        now = breaker.probe_at
        probing = breaker.probing(now)
        assert probing is not None
        breaker = probing.failed(DOWN, now)
        assert breaker.opened_at == NOW
    assert pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_an_answer_closes_it_whoever_got_it() -> None:
    breaker = opened()
    probing = breaker.probing(NOW + timedelta(seconds=1))
    assert probing is not None
    assert breaker.answered() == probing.answered() == Breaker()


def test_a_request_that_was_under_way_is_no_probe() -> None:
    breaker = opened()
    late = breaker.failed(NotAuthorised("No."), NOW + timedelta(seconds=9))
    assert (late.probe_at, late.probes, late.opened_at) == (breaker.probe_at, 0, NOW)


def test_a_probe_that_is_broken_off_is_due_again() -> None:
    due = NOW + timedelta(seconds=1)
    probing = opened().probing(due)
    assert probing is not None
    assert probing.given_up().probing(due) == probing
    assert Breaker().given_up() == Breaker()


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (Unavailable("x"), True),
        (NotAuthorised("x"), True),
        (Throttled("x", retry_after=1), False),
        (Rejected("x"), False),
        (ContractBroken("x"), False),
        (PreconditionFailed("x"), False),
        (CheckpointExpired("x"), False),
    ],
)
def test_an_outage_is_when_nothing_can_be_asked(error: RemoteError, outage: bool) -> None:
    assert is_outage(error) == outage


@given(st.integers(0, 2000))
def test_probes_never_wait_longer_than_a_change_may_take(probes: int) -> None:
    assert 0.5 <= LIMITS.pause(DOWN, probes) <= 5.0
    assert 0.5 <= LIMITS.pause(NotAuthorised("No."), probes) <= 30.0
