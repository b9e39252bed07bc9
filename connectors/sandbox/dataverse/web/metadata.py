"""`EntityDefinitions`: tables, attributes, options, keys and relationships as JSON."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.autonumbers import format_of, set_format
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.tables import all_tables
from connectors.sandbox.dataverse.web.messages import WebReply, WebRequest, reply_empty, reply_json
from connectors.sandbox.kernel.errors import SystemRefusal
from connectors.sandbox.kernel.filters import FilterError, parse_filter
from connectors.sandbox.kernel.model import Column, Table
from connectors.sandbox.kernel.query import parse_expand, parse_select

_SPACE = uuid.UUID("0f6f6f86-6b54-5b0e-8c55-52f9f7c2b0a1")
_NAMED = re.compile(
    r"^(\w+)\((?:(?P<name>LogicalName|SchemaName)='(?P<value>\w+)'|(?P<id>[\w-]+))\)$"
)
_CAST = "Microsoft.Dynamics.CRM."
_KINDS: Mapping[str, tuple[str, str]] = {
    "string": ("String", "StringAttributeMetadata"),
    "memo": ("Memo", "MemoAttributeMetadata"),
    "integer": ("Integer", "IntegerAttributeMetadata"),
    "bigint": ("BigInt", "BigIntAttributeMetadata"),
    "decimal": ("Decimal", "DecimalAttributeMetadata"),
    "money": ("Money", "MoneyAttributeMetadata"),
    "boolean": ("Boolean", "BooleanAttributeMetadata"),
    "choice": ("Picklist", "PicklistAttributeMetadata"),
    "guid": ("Uniqueidentifier", "UniqueIdentifierAttributeMetadata"),
    "lookup": ("Lookup", "LookupAttributeMetadata"),
    "datetime": ("DateTime", "DateTimeAttributeMetadata"),
    "date": ("DateTime", "DateTimeAttributeMetadata"),
}


def answer_metadata(request: WebRequest, system: DataverseSystem) -> WebReply:
    """Answer an address that starts with `EntityDefinitions`."""
    if request.method != "GET":
        return _change(request, system)
    head, *rest = request.segments
    if head == "EntityDefinitions":
        found = [_entity(table) for table in all_tables().values()]
        return _collection(request, "EntityDefinitions", found)
    table = _table(head)
    if not rest:
        body = {**_select(request, _entity(table)), **_expanded(request, table, system)}
        return reply_json({"@odata.context": request.url("$metadata#EntityDefinitions"), **body})
    if rest[0].startswith("Attributes"):
        return _attributes(request, table, rest, system)
    if rest[0] == "Keys":
        return _collection(request, "Keys", _keys(table))
    if rest[0] == "ManyToOneRelationships":
        return _collection(request, rest[0], _many_to_one(table))
    if rest[0] == "OneToManyRelationships":
        others = [item for other in all_tables().values() for item in _many_to_one(other)]
        mine = [item for item in others if item["ReferencedEntity"] == table.name]
        return _collection(request, rest[0], mine)
    if rest[0] == "ManyToManyRelationships":
        return _collection(request, rest[0], [])
    raise refusals.no_segment(rest[0])


def _change(request: WebRequest, system: DataverseSystem) -> WebReply:
    """Give a column another autonumber format: nothing else of the table model can be changed."""
    if request.method != "PUT" or len(request.segments) not in {2, 3}:
        raise refusals.not_supported("The table model of the sandbox cannot be changed.")
    table = _table(request.segments[0])
    text = request.json().get("AutoNumberFormat") or ""
    set_format(system, table.name, _column(table, request.segments[1]).name, str(text))
    return reply_empty()


def _expanded(request: WebRequest, table: Table, system: DataverseSystem) -> dict[str, Any]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for item in parse_expand(request.options.get("$expand")):
        if item.name == "Attributes":
            found = [_attribute(table, column, system) for column in table.columns]
        elif item.name == "Keys":
            found = _keys(table)
        elif item.name == "ManyToOneRelationships":
            found = _many_to_one(table)
        else:
            raise refusals.unknown_property(item.name, "EntityMetadata")
        names = parse_select(item.options.get("$select"))
        if names is not None:
            wanted = {*names, "MetadataId", "@odata.type"}
            found = [{k: v for k, v in one.items() if k in wanted} for one in found]
        parts[item.name] = found
    return parts


def _table(segment: str) -> Table:
    match = _NAMED.match(segment)
    if match is None:
        raise refusals.no_segment(segment)
    for table in all_tables().values():
        if match["value"] is not None:
            name = table.name if match["name"] == "LogicalName" else _schema(table)
            if name == match["value"]:
                return table
        elif match["id"].lower() == _id(f"table/{table.name}"):
            return table
    wanted = match["value"] or match["id"]
    raise SystemRefusal(
        404, "0x80060888", f"Could not find an entity with the specified name '{wanted}'."
    )


def _column(table: Table, segment: str) -> Column:
    match = _NAMED.match(segment)
    if match is None or match["value"] not in table.by_name:
        raise refusals.no_segment(segment)
    return table.by_name[match["value"]]


def _attributes(
    request: WebRequest, table: Table, rest: list[str], system: DataverseSystem
) -> WebReply:
    if rest[0] != "Attributes":
        return reply_json(_select(request, _attribute(table, _column(table, rest[0]), system)))
    kind = rest[1].removeprefix(_CAST) if len(rest) > 1 else ""
    found = [_attribute(table, column, system) for column in table.columns]
    if kind:
        found = [item for item in found if item["@odata.type"] == f"#{_CAST}{kind}"]
        options = any(
            item.name == "OptionSet" for item in parse_expand(request.options.get("$expand"))
        )
        if options:
            for item in found:
                column = table.by_name[item["LogicalName"]]
                item["OptionSet"] = _options(table, column)
    return _collection(request, "Attributes", found, keep=("OptionSet", "@odata.type"))


def _entity(table: Table) -> dict[str, Any]:
    return {
        "MetadataId": _id(f"table/{table.name}"),
        "LogicalName": table.name,
        "SchemaName": _schema(table),
        "EntitySetName": table.entity_set,
        "LogicalCollectionName": table.entity_set,
        "PrimaryIdAttribute": table.id_column,
        "PrimaryNameAttribute": table.primary_name,
        "ChangeTrackingEnabled": table.change_tracking,
        "IsCustomEntity": "_" in table.name,
        "IsPrivate": False,
        "OwnershipType": "UserOwned" if "ownerid" in table.by_name else "OrganizationOwned",
        "DisplayName": _label(table.name),
        "DisplayCollectionName": _label(table.entity_set),
        "HasActivities": False,
        "HasNotes": False,
    }


def _attribute(table: Table, column: Column, system: DataverseSystem) -> dict[str, Any]:
    name, type_name = _KINDS[column.kind]
    if column.name == "statecode" and table.states is not None:
        name, type_name = "State", "StateAttributeMetadata"
    elif column.name == "statuscode" and table.states is not None:
        name, type_name = "Status", "StatusAttributeMetadata"
    body: dict[str, Any] = {
        "@odata.type": f"#{_CAST}{type_name}",
        "MetadataId": _id(f"column/{table.name}/{column.name}"),
        "LogicalName": column.name,
        "SchemaName": column.name,
        "AttributeType": name,
        "AttributeTypeName": {"Value": f"{name}Type"},
        "EntityLogicalName": table.name,
        "IsPrimaryId": column.name == table.id_column,
        "IsPrimaryName": column.name == table.primary_name,
        "IsValidForCreate": not column.read_only,
        "IsValidForUpdate": not column.read_only and column.name != table.id_column,
        "IsValidForRead": not column.write_only,
        "IsCustomAttribute": "_" in column.name,
        "RequiredLevel": {"Value": "ApplicationRequired" if column.required else "None"},
        "DisplayName": _label(column.name),
        "AttributeOf": None,
        "AutoNumberFormat": format_of(system, table.name, column.name) or "",
    }
    if column.max_length is not None:
        body["MaxLength"] = column.max_length
    if column.precision is not None:
        body["Precision"] = column.precision
    if column.targets:
        body["Targets"] = [target.table for target in column.targets]
    if column.kind in {"date", "datetime"}:
        body["Format"] = "DateOnly" if column.kind == "date" else "DateAndTime"
    return body


def _options(table: Table, column: Column) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    for value, label in (column.options or {}).items():
        option: dict[str, Any] = {"Value": value, "Label": _label(str(label))}
        if column.name == "statuscode" and table.states is not None:
            option["State"] = next(s for s, reasons in table.states.items() if value in reasons)
        options.append(option)
    return {"MetadataId": _id(f"options/{table.name}/{column.name}"), "Options": options}


def _keys(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "MetadataId": _id(f"key/{table.name}/{key.name}"),
            "SchemaName": key.name,
            "LogicalName": key.name,
            "EntityLogicalName": table.name,
            "KeyAttributes": list(key.columns),
            "EntityKeyIndexStatus": "Active",
            "DisplayName": _label(key.label or key.name),
        }
        for key in table.keys
    ]


def _many_to_one(table: Table) -> list[dict[str, Any]]:
    return [
        {
            "MetadataId": _id(f"relation/{table.name}/{column.name}/{target.table}"),
            "SchemaName": f"{target.table}_{table.name}_{column.name}",
            "ReferencingEntity": table.name,
            "ReferencingAttribute": column.name,
            "ReferencingEntityNavigationPropertyName": target.navigation,
            "ReferencedEntity": target.table,
            "ReferencedAttribute": all_tables()[target.table].id_column,
        }
        for column in table.lookups
        for target in column.targets
    ]


def _collection(
    request: WebRequest,
    name: str,
    items: list[dict[str, Any]],
    keep: tuple[str, ...] = (),
) -> WebReply:
    text = request.options.get("$filter")
    if text:
        try:
            test = parse_filter(text, "dataverse", aliases=request.aliases)
        except FilterError as error:
            raise refusals.bad_query(str(error)) from error
        items = [item for item in items if test(item)]
    shown = [_select(request, item, keep) for item in items]
    return reply_json({"@odata.context": request.url(f"$metadata#{name}"), "value": shown})


def _select(
    request: WebRequest, item: dict[str, Any], keep: tuple[str, ...] = ()
) -> dict[str, Any]:
    names = parse_select(request.options.get("$select"))
    if names is None:
        return item
    for name in names:
        if name not in item:
            raise refusals.unknown_property(name, "EntityMetadata")
    wanted = {*names, "MetadataId", *keep}
    return {name: value for name, value in item.items() if name in wanted}


def _schema(table: Table) -> str:
    return table.name if "_" in table.name else table.name.capitalize()


def _label(text: str) -> dict[str, Any]:
    label = {"Label": text, "LanguageCode": 1033}
    return {"LocalizedLabels": [label], "UserLocalizedLabel": label}


def _id(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))
