"""Reads an ERP data event: the CRM's message shape, on a virtual table.

The virtual table's name is `mserp_` and the data entity's internal name in lower case, which the
metadata service tells (`CustCustomerV3Entity` → `CustomersV3`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.finops.catalog import Entity
from connectors.odata import jsonwire
from sync.errors import InputUnusable
from sync.ports import WakeUp

_PREFIX = "mserp_"


def read_notice(payload: bytes, entities: Mapping[str, Entity]) -> WakeUp:
    """Where to look.

    A test message, which the ERP sends when an endpoint is set up, is no error: it only does not
    tell where. An event of an entity that no map uses names that entity, as no table has its name.

    Args:
        payload: The body.
        entities: The entity sets of the maps; none before the metadata was read.

    Raises:
        InputUnusable: It is not a notice of the ERP.
    """
    try:
        body = jsonwire.decode(payload)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputUnusable("The ERP notice is not a JSON object.") from error
    name = body.get("PrimaryEntityName")
    if not isinstance(name, str):
        if "BusinessEventId" in body:
            return WakeUp(None)
        raise InputUnusable(
            "The ERP notice names no entity.",
            cure="Only the ERP's data events may call this address.",
        )
    wanted = name.lower()
    for table, entity in entities.items():
        if wanted == _PREFIX + entity.name.lower():
            return WakeUp(table, _row_id(entity, _attributes(body)))
    # An entity that no map uses concerns nobody; before the metadata was read, any may be one.
    return WakeUp(wanted if entities else None)


def _attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute → value, of the image before and of the target, which counts where both have it."""
    parameters = body.get("InputParameters")
    found: dict[str, Any] = {}
    values = {
        item.get("key"): item.get("value")
        for item in (parameters if isinstance(parameters, list) else [])
        if isinstance(item, dict) and isinstance(item.get("key"), str)
    }
    for name in ("PreImage", "Target"):
        record = values.get(name)
        if not isinstance(record, dict):
            continue
        # The target of a delete is a reference, which has its key apart.
        for pairs in (record.get("KeyAttributes"), record.get("Attributes")):
            for pair in pairs if isinstance(pairs, list) else []:
                if isinstance(pair, dict) and isinstance(pair.get("key"), str):
                    found[pair["key"]] = _plain(pair.get("value"))
    return found


def _plain(value: Any) -> Any:
    """A scalar out of its type wrapper."""
    if isinstance(value, dict):
        return value.get("__value", value.get("Value"))
    return value


def _row_id(entity: Entity, attributes: Mapping[str, Any]) -> str | None:
    """The row's id, when every key column's value can be told exactly.

    Only texts and whole numbers can: an instant or an enum travels in another form than OData's.
    """
    values = {}
    for column in entity.spec.keys:
        kind = entity.types.get(column)
        value = attributes.get(_PREFIX + column.lower())
        if kind not in ("Edm.String", "Edm.Int32", "Edm.Int64"):
            return None
        if value is None or isinstance(value, bool) or not isinstance(value, str | int):
            return None
        values[column] = value
    return entity.row_id(values)
