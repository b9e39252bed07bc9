"""Reads an ERP data event: the CRM's message shape, on a virtual table `mserp_<entity>entity`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from connectors.finops.catalog import Entity
from connectors.odata import jsonwire
from sync.core.row import TableSpec
from sync.errors import InputUnusable
from sync.ports import WakeUp

_PREFIX, _SUFFIX = "mserp_", "entity"


def read_notice(
    payload: bytes, specs: Mapping[str, TableSpec], entities: Mapping[str, Entity]
) -> WakeUp:
    """Where to look.

    A test message, which the ERP sends when an endpoint is set up, and events of other entities are
    no errors: they only do not tell where.

    Args:
        payload: The body.
        specs: The entity sets of the maps.
        entities: What is known of them so far; without it, only the set is told.

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
    table = _set_of(name, specs)
    if table is None:
        return WakeUp(None)
    entity = entities.get(table)
    return WakeUp(table, _row_id(entity, _attributes(body)) if entity else None)


def _set_of(name: str, specs: Mapping[str, TableSpec]) -> str | None:
    """The entity set of a virtual table's name, whose noun is singular and has no separators."""
    wanted = _normal(name.lower().removeprefix(_PREFIX).removesuffix(_SUFFIX))
    for table in specs:
        if wanted in _nouns(table):
            return table
    return None


def _nouns(table: str) -> set[str]:
    """The forms that a set's name may have in the singular: CustomersV3, Parties, Addresses."""
    name = _normal(table)
    stem = name.rstrip("0123456789").removesuffix("v")
    version = name[len(stem) :] if name != stem and name[len(stem)] == "v" else ""
    stem = name[: len(name) - len(version)] if version else name
    forms = {stem, stem.removesuffix("s"), stem.removesuffix("es")}
    if stem.endswith("ies"):
        forms.add(stem[:-3] + "y")
    return {form + version for form in forms}


def _normal(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _attributes(body: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute → value, of the target and of the image before; the target's count."""
    parameters = body.get("InputParameters")
    found: dict[str, Any] = {}
    values = {
        item.get("key"): item.get("value")
        for item in (parameters if isinstance(parameters, list) else [])
        if isinstance(item, dict)
    }
    for name in ("PreImage", "Target"):
        record = values.get(name)
        pairs = record.get("Attributes") if isinstance(record, dict) else None
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
