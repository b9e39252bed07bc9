"""Change events as CloudEvents: exact there and back, and clear about what is off."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.core.event import ChangeEvent, Op
from sync.core.row import RowRef, Side
from sync.errors import EventMalformed, InputUnusable, Recovery
from sync.log.codec import MAX_BYTES, decode, encode
from sync.testing.contracts.samples import change

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_names = _texts.filter(bool)
_decimals = st.decimals(allow_nan=False, allow_infinity=False)
_integers = st.integers(-(2**63), 2**63 - 1)
_scalars = st.one_of(st.none(), st.booleans(), _integers, _decimals, _texts)
_images = st.dictionaries(_texts, _scalars, max_size=5)


@st.composite
def _events(draw: st.DrawFn) -> ChangeEvent:
    op = draw(st.sampled_from(Op))
    return ChangeEvent(
        id=draw(_names),
        ref=RowRef(draw(st.sampled_from(Side)), draw(_names), draw(_names)),
        op=op,
        version=draw(_names),
        order=draw(st.none() | _integers),
        image=draw(_images) if op is Op.UPSERT else None,
        actor=draw(st.none() | _texts),
        occurred_at=draw(st.sampled_from([None, "2026-01-01T00:00:00Z"])),
        traceparent=draw(st.none() | _texts),
    )


@given(_events())
def test_an_event_travels_exactly(event: ChangeEvent) -> None:
    there_and_back = decode(encode(event))
    assert there_and_back == event
    assert repr(there_and_back) == repr(event)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_event_or_malformed(raw: bytes) -> None:
    with pytest.raises(EventMalformed):
        decode(raw)


def test_the_envelope_is_cloudevents_1_0() -> None:
    event = replace(
        change("a"), occurred_at="2026-01-01T00:00:00Z", traceparent="00-1-2-01", actor="x"
    )
    assert json.loads(encode(event)) == {
        "specversion": "1.0",
        "id": event.id,
        "source": "/dualwrite/crm",
        "type": "dualwrite.row.upserted.v1",
        "subject": "accounts(id-a)",
        "time": "2026-01-01T00:00:00Z",
        "datacontenttype": "application/json",
        "partitionkey": "crm|accounts|id-a",
        "traceparent": "00-1-2-01",
        "data": {
            "side": "crm",
            "table": "accounts",
            "row_id": "id-a",
            "op": "upsert",
            "version": "1",
            "order": 1,
            "image": {"name": "Account a"},
            "actor": "x",
        },
    }


def test_numbers_of_other_producers_become_decimals() -> None:
    wire = json.loads(encode(change("a")))
    wire["data"]["image"] = {"amount": 0}
    raw = json.dumps(wire).replace('"amount": 0', '"amount": 10.10')
    assert repr(decode(raw.encode()).image) == repr({"amount": Decimal("10.10")})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"id": ...}, "`id`"),
        ({"id": 5}, r"\$\.id"),
        ({"id": ""}, "`id` is empty"),
        ({"specversion": "0.3"}, "`specversion` is '0.3'"),
        ({"source": "/other"}, "`source` is '/other'"),
        ({"type": "dualwrite.row.deleted.v1"}, "`type`"),
        ({"data": ...}, "`data`"),
        ({"data": "text"}, r"\$\.data"),
        ({"time": "yesterday"}, "`time` is 'yesterday'"),
        ({"time": "2026-01-01T00:00:00"}, "no offset"),
        ({"data.order": 2**63}, r"\$\.data\.order"),
        ({"data.order": -(10**40)}, r"\$\.data\.order"),
        ({"data.side": "moon"}, "`data.side` is 'moon'"),
        ({"data.side": "erp"}, "`source`"),
        ({"data.op": "merge"}, "`data.op` is 'merge'"),
        ({"data.table": ""}, "`data.table` is empty"),
        ({"data.row_id": ...}, "`row_id`"),
        ({"data.version": 5}, r"\$\.data\.version"),
        ({"data.order": "5"}, r"\$\.data\.order"),
        ({"data.image": ...}, "`data.image` is missing"),
        ({"data.image": {"name": ["a"]}}, r"`data\.image\.name`"),
        ({"data.image": {"name": {"a": 1}}}, r"`data\.image\.name`"),
    ],
)
def test_what_is_off_is_named(changed: dict[str, Any], told: str) -> None:
    wire = json.loads(encode(change("a")))
    for path, value in changed.items():
        *outer, name = path.split(".")
        place = wire[outer[0]] if outer else wire
        if value is ...:
            del place[name]
        else:
            place[name] = value
    with pytest.raises(EventMalformed, match=told) as caught:
        decode(json.dumps(wire).encode())
    assert caught.value.recovery is Recovery.REJECT
    assert caught.value.cure


def test_a_deleted_row_has_no_image() -> None:
    wire = json.loads(encode(change("a")))
    wire["type"] = "dualwrite.row.deleted.v1"
    wire["data"]["op"] = "delete"
    with pytest.raises(EventMalformed, match="deleted row has none"):
        decode(json.dumps(wire).encode())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"specversion"',
        b"[" * 100_000,
        b'{"specversion":"1.0","id":"x","data":1E+99999999999999999999}',
        b'{"a":1e99999999999999999999999999}',
    ],
)
def test_rubbish_is_malformed(raw: bytes) -> None:
    with pytest.raises(EventMalformed, match="not a change event"):
        decode(raw)


def test_a_number_beyond_all_bounds_in_the_image_is_malformed() -> None:
    raw = encode(change("a")).replace(b'"Account a"', b"1E+9999999999999999999999")
    with pytest.raises(EventMalformed):
        decode(raw)


def test_a_record_over_one_mebibyte_is_refused_either_way() -> None:
    with pytest.raises(EventMalformed, match="1048576 are allowed"):
        decode(b" " * (MAX_BYTES + 1))
    large = replace(change("a"), image={"note": "x" * MAX_BYTES})
    with pytest.raises(EventMalformed, match="1048576 are allowed"):
        encode(large)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_does_not_travel(text: str) -> None:
    event = replace(change("a"), image={"amount": Decimal(text)})
    with pytest.raises(InputUnusable, match="finite"):
        encode(event)
