"""When a sequence is used up, at the rate of late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.core.forecast import Sighting, forecast, pace, sightings

NOW = datetime(2026, 1, 31, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("left", "drawn", "since", "per_day", "days_left"),
    [
        (900, 300, ago(30), 10.0, 90.0),
        (900, 30, ago(3), 10.0, 90.0),
        (100, 50, ago(0.01), 50.0, 2.0),  # what was drawn in a minute is no rate of a day
        (0, 50, ago(5), 10.0, 0.0),
    ],
)
def test_how_long_it_lasts(
    left: int, drawn: int, since: datetime, per_day: float, days_left: float
) -> None:
    found = forecast(left, drawn, since, NOW)
    assert (found.per_day, found.days_left) == (per_day, days_left)
    assert found.exhausted_at == NOW + timedelta(days=days_left)


def test_nobody_draws_from_it() -> None:
    found = forecast(900, 0, None, NOW)
    assert (found.per_day, found.days_left, found.exhausted_at) == (0.0, None, None)
    assert forecast(0, 0, None, NOW).exhausted_at == NOW


def test_further_away_than_a_calendar_tells() -> None:
    found = forecast(10**15, 1, ago(30), NOW)
    assert found.days_left is not None
    assert found.exhausted_at is None


def seen(*moments: tuple[float, int]) -> list[Sighting]:
    return [Sighting(ago(days), value) for days, value in moments]


def test_the_pace_is_that_of_the_window() -> None:
    found: tuple[Sighting, ...] = ()
    for one in seen((40, 100), (31, 200), (20, 300), (10, 400), (9.9, 401), (0, 500)):
        found = sightings(found, one, 1)
    assert found == tuple(seen((20, 300), (10, 400), (0, 500))), "one or two a day, of 30 days"
    assert pace(found, Sighting(NOW, 500), 1) == 10
    assert pace((), Sighting(NOW, 500), 1) == 0


def test_one_that_counts_down_and_one_that_was_set_back() -> None:
    down = sightings(seen((10, 900)), Sighting(NOW, 800), -1)
    assert pace(down, Sighting(NOW, 800), -1) == 10
    back = sightings(seen((10, 900)), Sighting(NOW, 1), 1)
    assert back == (Sighting(NOW, 1),)
    assert pace(back, Sighting(NOW, 1), 1) == 0
