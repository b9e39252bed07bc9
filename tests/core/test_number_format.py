"""Number formats: reading them, making numbers, reading numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.core.number_format import MOST, NumberFormat, parse_format
from sync.core.row import Side
from sync.errors import InputUnusable


def erp(text: str, company: str = "USMF") -> NumberFormat:
    return parse_format(text, Side.ERP, company)


def crm(text: str) -> NumberFormat:
    return parse_format(text, Side.CRM)


@pytest.mark.parametrize(
    ("made", "value", "number"),
    [
        (erp("PR-######"), 42, "PR-000042"),
        (erp("##-##_2017"), 1234, "12-34_2017"),
        (erp("&&##"), 2712, "BB12"),
        (erp("{COMPANY}-###"), 7, "USMF-007"),
        (erp("{SEQNUM:3}#"), 7, "{SEQNUM:3}7"),
        (crm("QUO-{SEQNUM:6}"), 42, "QUO-000042"),
        (crm("QUO-{SEQNUM:3}"), 12345, "QUO-12345"),
        (crm("#{seqnum:1}#"), 10, "#10#"),
        (erp("FIXED"), 0, "FIXED"),
    ],
)
def test_a_value_makes_a_number_and_the_number_tells_the_value(
    made: NumberFormat, value: int, number: str
) -> None:
    assert made.number(value) == number
    assert made.value_of(number) == value
    assert made.value_of(f" {number.lower()} ") == value


@pytest.mark.parametrize(
    ("made", "number"),
    [
        (erp("PR-######"), "PR-00042"),
        (erp("PR-######"), "PR-0000420"),
        (erp("PR-######"), "CU-000042"),
        (erp("&##"), "112"),
        (crm("QUO-{SEQNUM:3}"), "QUO-12"),
        (crm("QUO-{SEQNUM:3}"), "QUO-0123"),
        (crm("Q{SEQNUM:3}"), f"Q{MOST + 1}"),
    ],
)
def test_another_number_tells_no_value(made: NumberFormat, number: str) -> None:
    assert made.value_of(number) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ACC-{SEQNUM:5}-{RANDSTRING:6}", "acc-01000-BVRCPS"),
        ("W{DATETIMEUTC:yyyyMMddHHmmss}-{SEQNUM:4}", "W20260307225501-1000"),
        ("{DATETIMEUTC:MMM d, yy tt}/{SEQNUM:4}", "Sep 3, 26 AM/1000"),
        (r"{DATETIMEUTC:'MM'\d%d}/{SEQNUM:4}", "MMd31/1000"),
    ],
)
def test_chance_and_date_are_read_over(text: str, number: str) -> None:
    assert crm(text).value_of(number) == 1000
    assert not crm(text).certain
    with pytest.raises(InputUnusable, match="counter alone"):
        crm(text).number(1000)


@pytest.mark.parametrize(
    ("text", "capacity"),
    [("PR-######", 10**6), ("&&#", 26 * 26 * 10), ("NONE", 1), ("#-#", 100)],
)
def test_capacity(text: str, capacity: int) -> None:
    made = erp(text)
    assert made.capacity == capacity
    assert made.value_of(made.number(capacity - 1)) == capacity - 1
    with pytest.raises(InputUnusable, match="does not fit"):
        made.number(capacity)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("A{SEQNUM}", "not known"),
        ("A{SEQNUM:0}", "not known"),
        ("A{COUNT:3}", "not known"),
        ("A{SEQNUM:3", "brace"),
        ("{SEQNUM:3}-{SEQNUM:3}", "more than one"),
        ("{DATETIMEUTC:yyyy-K}", "date pattern"),
    ],
)
def test_what_is_no_format_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputUnusable, match=told) as refused:
        crm(text)
    assert refused.value.cure


@given(st.lists(st.sampled_from(["#", "&", "A", "é", "-", "1"]), min_size=1, max_size=6), st.data())
def test_numbers_of_an_erp_format_are_read_back(marks: list[str], data: st.DataObject) -> None:
    made = erp("".join(marks))
    value = data.draw(st.integers(0, made.capacity - 1))
    assert made.value_of(made.number(value)) == value


@given(st.integers(1, 19), st.integers(0, MOST))
def test_numbers_of_a_crm_format_are_read_back(least: int, value: int) -> None:
    made = crm(f"É{{SEQNUM:{least}}}9")
    assert made.value_of(made.number(value)) == value


@pytest.mark.parametrize(
    ("made", "told_apart"),
    [
        (erp("PR-######"), True),
        (crm("QUO-{SEQNUM:5}-{RANDSTRING:6}"), True),
        (crm("{RANDSTRING:2}{SEQNUM:1}"), True),
        (crm("{DATETIMEUTC:yyyyMM}{SEQNUM:4}"), True),
        (crm("{DATETIMEUTC:M}{SEQNUM:4}"), False),
        (crm("{DATETIMEUTC:M}{DATETIMEUTC:d}"), False),
        (crm("A{DATETIMEUTC:MMMM}{SEQNUM:19}"), True),
    ],
)
def test_whether_a_number_shows_which_characters_are_the_counters(
    made: NumberFormat, told_apart: bool
) -> None:
    assert made.told_apart is told_apart


@given(st.integers(0, MOST), st.text("09AZ", min_size=2, max_size=2))
def test_a_number_with_a_part_by_chance_is_read_back(value: int, chance: str) -> None:
    assert crm("{SEQNUM:3}{RANDSTRING:2}").value_of(f"{value:03d}{chance}") == value
