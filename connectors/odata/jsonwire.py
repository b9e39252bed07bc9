"""JSON as it travels: numbers with a fraction are `Decimal` both ways, never a binary float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder(type=dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def decode(body: bytes) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        msgspec.DecodeError: It is not one.
    """
    return _DECODER.decode(body)


def encode(value: Any) -> bytes:
    """Write JSON, with exact decimals as numbers."""
    return _ENCODER.encode(value)
