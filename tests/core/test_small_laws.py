"""Laws of small parts: backoff, event ids, client ids, key predicates, tokens, order of rows."""

from __future__ import annotations

from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from connectors.odata.keys import parse_predicate
from sync.core.backoff import OF_RECORDS, backoff
from sync.core.event import Op, deleted, event_id, upserted
from sync.core.finding import name_of
from sync.core.link import (
    Link,
    awaited_link,
    awaited_row,
    client_row_id,
    link_id,
    linked_token,
    row_token,
    wanted_link,
)
from sync.core.row import Row, RowRef, Side
from sync.core.rowkeys import key_predicate

_texts = st.text(max_size=12)
_refs = st.builds(
    RowRef, st.sampled_from(list(Side)), st.sampled_from(["accounts", "Prospects"]), _texts
)


@given(st.integers(1, 500), _texts)
def test_backoff_is_bounded_and_repeatable(attempt: int, seed: str) -> None:
    wait = backoff(attempt, seed)
    assert OF_RECORDS.first / 2 <= wait <= OF_RECORDS.longest
    assert wait == backoff(attempt, seed)
    if attempt >= 12:
        assert wait >= OF_RECORDS.longest / 2


@given(_texts)
def test_backoff_grows_until_it_is_long(seed: str) -> None:
    ceilings = [min(300.0, 0.5 * 2.0**n) for n in range(12)]
    assert all(backoff(n + 1, seed) <= ceiling for n, ceiling in enumerate(ceilings))


@given(_refs, _texts, _texts)
def test_the_same_change_is_the_same_event(ref: RowRef, version: str, other: str) -> None:
    row = Row(ref, version, {"name": "one"}, order=1)
    assert upserted(row).id == upserted(Row(ref, version, {}, order=1, actor="x")).id
    assert upserted(row).id != deleted(ref, version).id
    assert (event_id(ref, Op.UPSERT, version) == event_id(ref, Op.UPSERT, other)) == (
        version == other
    )


@given(_refs, _texts, _texts)
def test_a_way_back_is_another_event_where_versions_have_no_order(
    ref: RowRef, version: str, before: str
) -> None:
    plain, ordered = Row(ref, version, {}), Row(ref, version, {}, order=7)
    first = upserted(plain).id
    assert (upserted(plain, after=f"{before}!").id == first) is False
    assert upserted(ordered, after=before).id == upserted(ordered).id


@given(_texts, st.integers(0, 5), st.sampled_from(["main", "other"]))
def test_a_client_id_is_the_same_at_every_try(key: str, generation: int, member: str) -> None:
    link = Link(link_id("account", key), "account", key, {}, generation=generation)
    again = Link(link_id("account", key), "account", key, {"code": "x"}, generation=generation)
    assert client_row_id(link, member) == client_row_id(again, member)
    again.generation += 1
    assert client_row_id(link, member) != client_row_id(again, member)
    assert UUID(client_row_id(link, member)).version == 5


@given(st.lists(_texts, min_size=1, max_size=4))
def test_a_key_predicate_can_be_read_back(values: list[str]) -> None:
    """Quotes, commas, signs and other alphabets in a key's values survive."""
    columns = tuple(f"Column{n}" for n in range(len(values)))
    written = key_predicate(columns, dict(zip(columns, values, strict=True)), set())
    assert parse_predicate(written) == dict(zip(columns, values, strict=True))


@given(st.sampled_from(["account", "party"]), _texts, st.booleans())
def test_tokens_say_whom_they_wait_for(kind: str, key: str, passive: bool) -> None:
    token = linked_token(kind, key, passive=passive)
    assert awaited_link(token) == link_id(kind, key)
    assert wanted_link(token) == (None if passive else link_id(kind, key))
    assert awaited_row(token) is None


@given(_refs)
def test_row_tokens_say_which_row(ref: RowRef) -> None:
    assert awaited_row(row_token(ref)) == ref
    assert awaited_link(row_token(ref)) is None


@given(st.lists(_refs, unique=True, max_size=8), st.randoms())
def test_rows_have_one_order(refs: list[RowRef], random: Random) -> None:
    """Sorted the same whatever order they came in: what is written depends on nothing else."""
    shuffled = list(refs)
    random.shuffle(shuffled)
    assert sorted(shuffled) == sorted(refs, key=lambda r: (r.side, r.table, r.row_id))


def test_a_link_is_named_by_every_part_of_its_key() -> None:
    place = {"location": "CLO-000004", "valid_from": "2026-11-22T15:18:06Z"}
    address = Link("1", "postal_address", "k", place | {"code": place["valid_from"]})
    assert name_of(address) == "postal address CLO-000004 2026-11-22T15:18:06Z"
    account = Link("2", "account", "usmf|pr-1", {"number": "PR-1", "code": "PR-1"})
    assert name_of(account) == "account PR-1"
    assert name_of(Link("3", "account", "usmf|pr-1", {})) == "account usmf|pr-1"
