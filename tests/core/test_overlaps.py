"""The proof that sequences never meet, held against writing out every number of small ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.core.number_format import MOST, comparable_pieces, parse_format
from sync.core.number_pieces import Choice, Constant, Free, Growing
from sync.core.numbers import comparable
from sync.core.overlaps import draws_until, meet, overlaps
from sync.core.row import Side
from sync.core.sequences import Drawer, NumberSpace, Sequence

SPACE = NumberSpace("USMF", ("account", "person"))


def sequence(text: str, first: int = 1, last: int = MOST, **more: Any) -> Sequence:
    """A sequence of the CRM where its format is one of Dataverse's, else of the ERP."""
    side = Side.CRM if "{" in text and "COMPANY" not in text else Side.ERP
    said: dict[str, Any] = {
        "id": f"{side}-{text}",
        "company": "USMF",
        "kinds": ("account", "person"),
        "next": first,
        "step": 1 if last >= first else -1,
        "drawn_by": Drawer(side),
    } | more
    return Sequence(
        side=side,
        numbers="accounts",
        format=parse_format(text, side, said["company"]),
        first=first,
        last=last,
        **said,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (sequence("PR-######"), sequence("CU-######")),
        (sequence("C######", 1, 4999), sequence("C######", 5000, 9999)),
        (sequence("C####", 1, 9999), sequence("C#####")),
        (sequence("C######", 1, 499, next=300), sequence("C######", 999, 500)),
        (sequence("C-{SEQNUM:3}", 1, 999), sequence("C-####")),
        (sequence("A&###"), sequence("A####")),
        (sequence("{COMPANY}-###"), sequence("DEMF-###")),
        (sequence("Q-{SEQNUM:4}-{RANDSTRING:6}"), sequence("Q-{SEQNUM:4}")),
        (sequence("Q{DATETIMEUTC:yyyyMM}-{SEQNUM:3}"), sequence("Q19####-###")),
    ],
)
def test_sequences_that_never_meet(one: Sequence, other: Sequence) -> None:
    assert meet(one, other) is None
    assert meet(other, one) is None


@pytest.mark.parametrize(
    ("one", "other", "number", "draws"),
    [
        (sequence("C######"), sequence("C######"), "c000001", (1, 1)),
        (sequence("C######", next=100), sequence("C######", next=50), "c000050", (0, 1)),
        (sequence("###", 1, 100), sequence("###", 100, 1), "050", (50, 51)),
        (sequence("C1####"), sequence("C#####", next=9990), "c10001", (1, 12)),
        (sequence("1####"), sequence("####1"), "10001", (1, 1000)),
        (sequence("Åb-###"), sequence("AB-###"), "ab-001", (1, 1)),
        (sequence("C-{SEQNUM:3}"), sequence("C-####"), "c-1000", (1000, 1000)),
        (sequence("{COMPANY}-###"), sequence("usmf-###"), "usmf-001", (1, 1)),
        (sequence("C-&&##"), sequence("C-ZZ9#"), "c-zz91", (67591, 1)),
        (sequence("X{RANDSTRING:3}"), sequence("X###", 998), "x998", (1, 1)),
        (sequence("{DATETIMEUTC:yy}{SEQNUM:2}"), sequence("####", 3105), "3105", (5, 1)),
        (
            sequence("##", 1, 20, next=15, cyclical=True),
            sequence("##", 10, 12, next=13),
            *("10", (16, 0)),
        ),
    ],
)
def test_the_number_where_sequences_meet_first(
    one: Sequence, other: Sequence, number: str, draws: tuple[int, int]
) -> None:
    assert meet(one, other) == (number, *draws)


def test_what_both_have_given_is_past() -> None:
    assert meet(sequence("C##", 1, 20, next=21), sequence("C##", 11, 30, next=21)) is None


def test_wide_counters_are_as_quick_as_narrow_ones() -> None:
    one = sequence("{SEQNUM:1}7", 1, MOST)
    other = sequence("7{SEQNUM:1}", 10**17 + 3, MOST)
    assert meet(one, other) == ("7100000000000000007", 710000000000000000, 5)


def test_only_sequences_of_one_space_are_compared() -> None:
    shared = {"kinds": ("quote",)}
    crm = sequence("Q-{SEQNUM:3}", id="crm-quotes", company="", **shared)
    usmf = sequence("Q-###", id="erp-quotes-usmf", **shared)
    demf = sequence("Q-###", id="erp-quotes-demf", company="DEMF", **shared)
    account = sequence("Q-###", id="erp-accounts-usmf")
    spaces = [NumberSpace("USMF", ("quote",)), NumberSpace("DEMF", ("quote",)), SPACE]
    found = overlaps([crm, usmf, demf, account], spaces)
    assert [(o.space.company, o.one, o.other) for o in found] == [
        ("DEMF", "crm-quotes", "erp-quotes-demf"),
        ("USMF", "crm-quotes", "erp-quotes-usmf"),
    ]
    assert found[0].id == "DEMF|quote|crm-quotes|erp-quotes-demf"


@pytest.mark.parametrize(
    ("one", "number", "draws"),
    [
        (sequence("PR-######", next=5), "pr-000005", 1),
        (sequence("PR-######", next=5), "PR-000004", None),
        (sequence("PR-######", next=5), "CU-000009", None),
        (sequence("PR-##", 99, 1, next=50), "PR-40", 11),
        (sequence("PR-##", 1, 20, next=15, cyclical=True), "PR-02", 8),
        (sequence("A{DATETIMEUTC:d}{SEQNUM:2}", next=2), "A1112", 11),
        (sequence("A{RANDSTRING:2}"), "axy", 1),
    ],
)
def test_when_a_number_comes(one: Sequence, number: str, draws: int | None) -> None:
    assert draws_until(one, number) == draws


_MARKS = st.sampled_from(["#", "&", "A", "b", "É", "1", " "])
_ERP = st.lists(_MARKS, min_size=1, max_size=4).map("".join).filter(str.strip)
_HOLES = st.sampled_from(
    [
        *("{SEQNUM:1}", "{SEQNUM:2}", "{RANDSTRING:1}", "{DATETIMEUTC:d}"),
        *("{DATETIMEUTC:d}{SEQNUM:1}", "{SEQNUM:2}{DATETIMEUTC:d}", "{RANDSTRING:1}{SEQNUM:1}"),
    ]
)
_CRM = st.tuples(st.sampled_from(["", "A", "1"]), _HOLES, st.sampled_from(["", "1", "b"])).map(
    "".join
)


@st.composite
def small(draw: st.DrawFn) -> Sequence:
    """A sequence that counts over no more than 120 values, up or down."""
    text = draw(st.one_of(_ERP, _CRM).filter(lambda t: t.count("&") < 3 or "#" not in t))
    first, span = draw(st.integers(0, 130)), draw(st.integers(0, 120))
    step = draw(st.sampled_from([1, -1]))
    last = max(0, first + step * span)
    drawn = draw(st.integers(0, abs(last - first) + 1))
    cyclical = draw(st.booleans())
    return sequence(text, first, last, next=first + step * drawn, step=step, cyclical=cyclical)


@settings(deadline=None)
@given(small(), small())
@example(sequence("##", 5, 0, step=-1, next=-1, cyclical=True), sequence("#1", 0, 3))
@example(sequence("##", 0, 1), sequence("#1", 25, 0, step=-1, next=-1))
def test_the_proof_says_what_writing_out_says(one: Sequence, other: Sequence) -> None:
    assert meet(one, other) == _written_out(one, other)


@settings(deadline=None)
@given(small(), small(), st.integers(0, 200))
def test_when_a_number_comes_is_what_writing_out_says(
    one: Sequence, other: Sequence, place: int
) -> None:
    numbers = sorted({number for _, number in [*_drawn(one), *_drawn(other)]})
    if numbers:
        number = numbers[place % len(numbers)]
        assert draws_until(one, number) == _soonest(one).get(number)


def _written_out(one: Sequence, other: Sequence) -> tuple[str, int, int] | None:
    """What `meet` must say, by writing out every number of both."""
    soon, other_soon = _soonest(one), _soonest(other)
    had, other_had = _made(one), _made(other)
    found: list[tuple[int, int, int, str]] = []
    for number in (soon.keys() | had) & (other_soon.keys() | other_had):
        mine = [0] if number in had else []
        theirs = [0] if number in other_had else []
        if number in soon:
            found += _pairs([soon[number]], [*theirs, *_of(other_soon, number)], number)
        if number in other_soon:
            found += _pairs([*mine, *_of(soon, number)], [other_soon[number]], number)
    if not found:
        return None
    _, mine_draws, their_draws, number = min(found, key=lambda o: (*o[:3], len(o[3]), o[3]))
    return (number, mine_draws, their_draws)


def _of(soon: dict[str, int], number: str) -> list[int]:
    return [soon[number]] if number in soon else []


def _pairs(mine: list[int], theirs: list[int], number: str) -> list[tuple[int, int, int, str]]:
    return [(max(a, b), a, b, number) for a, b in product(mine, theirs)]


def _soonest(one: Sequence) -> dict[str, int]:
    found: dict[str, int] = {}
    for draws, number in _drawn(one):
        found.setdefault(number, draws)
    return found


def _drawn(one: Sequence) -> Iterator[tuple[int, str]]:
    """Each coming draw and the numbers that it may give."""
    values = [one.next + n * one.step for n in range(one.left)]
    if one.cyclical:
        values += range(one.first, one.end + one.step, one.step)
    for draws, value in enumerate(values, 1):
        yield from ((draws, number) for number in _numbers(one, value))


def _made(one: Sequence) -> set[str]:
    return {n for v in range(one.first, one.next, one.step) for n in _numbers(one, v)}


def _numbers(one: Sequence, value: int) -> list[str]:
    """Every number that a value may make, as numbers are compared."""
    made = one.format
    if made.certain:
        fits = not made.counts or value < made.capacity
        return [comparable(made.number(value if made.counts else 0))] if fits else []
    parts: list[list[str]] = []
    for piece in comparable_pieces(made.pieces):
        if isinstance(piece, Constant):
            parts.append([piece.text])
        elif isinstance(piece, Choice):
            parts.append(list(piece.texts))
        elif isinstance(piece, Free):
            parts.append(list(piece.alphabet))
        else:
            assert isinstance(piece, Growing)
            parts.append([f"{value:0{piece.least}d}"])
    return [comparable("".join(several)) for several in product(*parts)]


def test_forty_companies_are_proved_at_once() -> None:
    companies = [f"C{n:03d}" for n in range(40)]
    kinds = ("account", "contact", "invoice", "order", "person", "quote")
    told = [
        sequence(
            f"{{COMPANY}}{kind[0]}-######", id=f"{company}-{kind}", company=company, kinds=(kind,)
        )
        for company in companies
        for kind in kinds
    ]
    told.append(sequence("C039q-{SEQNUM:6}", id="crm-quote", company="", kinds=("quote",)))
    spaces = [NumberSpace(company, (kind,)) for company in companies for kind in kinds]
    assert [(o.one, o.other) for o in overlaps(told, spaces)] == [("C039-quote", "crm-quote")]
