"""Reads a CRM webhook: a `RemoteExecutionContext`, of which only "which row" is believed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from connectors.odata import jsonwire
from sync.errors import InputUnusable
from sync.ports import WakeUp

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def read_notice(payload: bytes, set_of: Callable[[str], str | None]) -> WakeUp:
    """Where to look.

    Args:
        payload: The body. A trimmed one (over 256 KB) still names the row.
        set_of: Logical name → entity set.

    Raises:
        InputUnusable: It is not a notice of the CRM.
    """
    try:
        body = jsonwire.decode(payload)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputUnusable("The CRM notice is not a JSON object.") from error
    name = _unwrapped(body.get("PrimaryEntityName"))
    if not isinstance(name, str) or "MessageName" not in body:
        raise InputUnusable(
            "The CRM notice names no table.",
            cure="Only the CRM's own webhook steps may call this address.",
        )
    row_id = _unwrapped(body.get("PrimaryEntityId"))
    table = set_of(name)
    if table is None:
        return WakeUp(None)
    told = isinstance(row_id, str) and _GUID.fullmatch(row_id) is not None
    return WakeUp(table, row_id.lower() if told else None)


def _unwrapped(value: Any) -> Any:
    """Steps that run in the user's transaction wrap scalars with a type hint."""
    return value["__value"] if isinstance(value, dict) and "__value" in value else value
