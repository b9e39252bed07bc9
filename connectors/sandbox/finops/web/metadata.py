"""The metadata service under `/metadata`, the cheap alternative to `$metadata`.

Source: Microsoft docs, metadata of finance and operations; clients spell the path in any case.
"""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.finops import refusals
from connectors.sandbox.finops.catalogue import ENTITIES
from connectors.sandbox.finops.entity import Entity, Field
from connectors.sandbox.finops.enums import ENUMS
from connectors.sandbox.finops.kinds import NAMESPACE
from connectors.sandbox.finops.web.answers import json_answer
from connectors.sandbox.kernel.multipart import Answer

_PATH = re.compile(r"^/*metadata/(?P<kind>\w+)(?:\('(?P<name>[^']*)'\))?/?$", re.IGNORECASE)
_DATA_TYPES = {
    "Edm.String": "String",
    "Edm.Decimal": "Real",
    "Edm.Int32": "Integer",
    "Edm.Int64": "Int64",
    "Edm.DateTimeOffset": "DateTime",
}


def answer_metadata(path: str, base: str) -> Answer:
    """Answer a path below `/metadata`.

    Raises:
        SystemRefusal: 404, nothing of that name.
    """
    found = _PATH.match(path)
    kind = found["kind"].lower() if found else ""
    name = found["name"] if found else None
    if kind == "dataentities":
        items = [_summary(entity) for entity in ENTITIES.values()]
    elif kind == "publicentities":
        items = [_public_entity(entity) for entity in ENTITIES.values()]
    elif kind == "publicenumerations":
        items = [_enumeration(name, members) for name, members in ENUMS.items()]
    else:
        raise refusals.unknown_set(path)
    if name is None:
        return json_answer({"@odata.context": f"{base}/metadata/$metadata", "value": items})
    for item in items:
        if item["Name"].lower() == name.lower():
            return json_answer({"@odata.context": f"{base}/metadata/$metadata", **item})
    raise refusals.unknown_set(path)


def _summary(entity: Entity) -> dict[str, Any]:
    return {
        "Name": entity.system_name,
        "PublicEntityName": entity.type_name,
        "PublicCollectionName": entity.set_name,
        "LabelId": entity.label,
        "DataServiceEnabled": True,
        "DataManagementEnabled": True,
        "EntityCategory": "Master",
        "IsReadOnly": entity.read_only,
    }


def _public_entity(entity: Entity) -> dict[str, Any]:
    return {
        "Name": entity.type_name,
        "EntitySetName": entity.set_name,
        "LabelId": entity.label,
        "IsReadOnly": entity.read_only,
        "ConfigurationEnabled": True,
        "Properties": [_property(field) for field in entity.fields.values()],
        "NavigationProperties": [],
        "PropertyGroups": [],
        "Actions": [],
    }


def _property(field: Field) -> dict[str, Any]:
    return {
        "Name": field.name,
        "TypeName": field.kind.edm,
        "DataType": "Enum" if field.kind.enum else _DATA_TYPES[field.kind.edm],
        "LabelId": field.label,
        "MaxLength": field.kind.max_length or 0,
        "IsKey": field.key,
        "IsMandatory": field.mandatory,
        "ConfigurationEnabled": True,
        "AllowEdit": field.on_update,
        "AllowEditOnCreate": field.on_create,
        "IsReadOnly": not (field.on_create or field.on_update),
        "IsDimension": False,
    }


def _enumeration(name: str, members: tuple[str, ...]) -> dict[str, Any]:
    return {
        "Name": name,
        "LabelId": name,
        "FullName": f"{NAMESPACE}.{name}",
        "Members": [
            {"Name": member, "Value": number, "LabelId": member}
            for number, member in enumerate(members)
        ],
    }
