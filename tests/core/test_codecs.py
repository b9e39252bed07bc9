"""Put then get is the same, for every codec, side and neutral value it can put."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core import codecs
from sync.core.codecs import Codec
from sync.core.link import Neutral
from sync.core.row import Side

_PAIRS: tuple[tuple[Neutral, object], ...] = (("No", 0), ("No", None), ("All", 1), ("Some", 2))
_NAMES = st.text("abcXYZ ", min_size=1, max_size=6).map(str.strip).filter(bool)
_CODECS: dict[str, tuple[Callable[[Side], Codec], st.SearchStrategy[Neutral]]] = {
    "text": (
        lambda side: codecs.text(side, 40),
        st.one_of(
            st.none(),
            st.text(st.characters(exclude_characters="\r"), max_size=40)
            .map(str.strip)
            .filter(bool),
        ),
    ),
    "integer": (codecs.integer, st.one_of(st.none(), st.integers().filter(bool))),
    "decimal": (
        lambda side: codecs.decimal(side, 2),
        st.one_of(
            st.none(),
            st.decimals(-(10**12), 10**12, allow_nan=False, places=2)
            .filter(bool)
            .map(lambda d: str(d.quantize(Decimal("0.01")))),
        ),
    ),
    "boolean": (codecs.boolean, st.booleans()),
    "choice": (
        lambda side: codecs.choice(side, _PAIRS, {"everything": "All"}),  # type: ignore[arg-type]
        st.sampled_from(["No", "All", "Some"]),
    ),
    "moment": (
        codecs.moment,
        st.one_of(
            st.none(),
            st.datetimes(datetime(1901, 1, 1), datetime(9000, 1, 1)).map(  # noqa: DTZ001
                lambda at: at.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            ),
        ),
    ),
    "day": (
        codecs.day,
        st.one_of(st.none(), st.dates(datetime(1901, 1, 1).date()).map(str)),  # noqa: DTZ001
    ),
    "names": (
        codecs.names,
        st.one_of(
            st.none(),
            st.sets(_NAMES, min_size=1, max_size=4).map(lambda names: tuple(sorted(names))),
        ),
    ),
}


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("name", list(_CODECS))
@given(data=st.data())
def test_put_then_get_is_the_same(name: str, side: Side, data: st.DataObject) -> None:
    make, values = _CODECS[name]
    codec, value = make(side), data.draw(values)
    put = codec.put(value)
    assert codec.get(put) == value
    assert codec.put(codec.get(put)) == put


@pytest.mark.parametrize("name", list(_CODECS))
@given(data=st.data())
def test_both_sides_read_the_same_from_what_was_put(name: str, data: st.DataObject) -> None:
    """Equal on both sides means agreed: one neutral value, whichever side it came through."""
    make, values = _CODECS[name]
    value = data.draw(values)
    assert make(Side.CRM).get(make(Side.CRM).put(value)) == make(Side.ERP).get(
        make(Side.ERP).put(value)
    )


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_decimals_compare_at_the_coarser_precision(value: Decimal) -> None:
    """What one side rounds is equal to what the other keeps."""
    codec = codecs.decimal(Side.ERP, 2)
    rounded = codec.get(value)
    assert codec.get(codec.put(rounded)) == rounded
    assert rounded is None or abs(Decimal(str(rounded)) - value) <= Decimal("0.005")


@pytest.mark.parametrize(("value", "empty"), [("", True), (None, True), ("P0001", False)])
def test_whether_the_erps_column_is_empty_is_a_yes_or_no_in_the_crm(
    value: str | None, empty: bool
) -> None:
    means = codecs.absence(Side.ERP).get(value)
    assert means is empty
    assert codecs.absence(Side.CRM).put(means) is empty
    assert codecs.absence(Side.CRM).get(empty) is empty
    with pytest.raises(ValueError, match="cannot be written"):
        codecs.absence(Side.ERP).put(empty)


@pytest.mark.parametrize("side", list(Side))
def test_a_value_that_does_not_fit_says_why(side: Side) -> None:
    with pytest.raises(ValueError, match="it has 3 characters"):
        codecs.text(side, 2).put("abc")
    with pytest.raises(ValueError, match="it is not a number"):
        codecs.decimal(side, 2).get("much")
    with pytest.raises(ValueError, match="it is not a date"):
        codecs.moment(side).get("soon")
    with pytest.raises(ValueError, match="the value map does not have it"):
        codecs.choice(side, (("No", 0),), {}).get(7)
