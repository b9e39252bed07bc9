"""JSON that keeps decimals exact: written as numbers, read back as the same `Decimal`.

A decimal without a fraction is written with the exponent 0 (`5E0`), so that it does not come back
as an integer; every other decimal is written as its own text.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from sync.errors import InputUnusable

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_PLAIN = frozenset((str, int, bool, type(None)))
"""Most of what there is, told by one look: every event and every answer comes through here."""


def exact(value: Any) -> Any:
    """The value with every decimal in its exact JSON form, ready for any msgspec encoder.

    Raises:
        InputUnusable: A decimal is not a finite number.
    """
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {k: v if type(v) in _PLAIN else exact(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [v if type(v) in _PLAIN else exact(v) for v in value]
    return value


def encode(value: Any) -> bytes:
    """JSON of plain values, with decimals exact.

    Raises:
        InputUnusable: A decimal is not a finite number.
    """
    return _encoder.encode(exact(value))


def decode(data: bytes | str) -> Any:
    """What `encode` was given, except that tuples come back as lists.

    Raises:
        msgspec.DecodeError: It is not JSON.
    """
    return _decoder.decode(data)


def _number(value: Decimal) -> msgspec.Raw:
    if not value.is_finite():
        raise InputUnusable(f"{value} is not a finite number and cannot be kept.")
    text = str(value)
    if "." not in text and "E" not in text:
        text += "E0"
    return msgspec.Raw(text.encode())
