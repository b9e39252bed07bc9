"""JSON on the wire: numbers with a fraction are `Decimal`, in and out, never binary floats."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from starlette.requests import Request

_DECODER = msgspec.json.Decoder(type=dict[str, Any], float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def decode_object(body: bytes) -> dict[str, Any]:
    """A JSON object; an empty body is an empty object.

    Raises:
        msgspec.DecodeError: the body is no JSON object.
    """
    if not body.strip():
        return {}
    return _DECODER.decode(body)


def encode_json(value: Any) -> bytes:
    """JSON with exact decimals as numbers."""
    return _ENCODER.encode(value)


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of a request."""
    return decode_object(await request.body())
