"""RemoteExecutionContext: the JSON that a webhook carries. Source: Microsoft docs, webhooks.

Arrays of key and value, `/Date(ms)/` dates, `__type` hints; a delete's target is a reference.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from connectors.sandbox.dataverse.events import RowEvent
from connectors.sandbox.dataverse.seed import ORGANIZATION
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web.rendering import formatted
from connectors.sandbox.dataverse.wiring import wired
from connectors.sandbox.kernel.model import Column

CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"


def execution_context(
    system: DataverseSystem,
    event: RowEvent,
    step: Mapping[str, Any],
    images: Iterable[Mapping[str, Any]],
    correlation: str,
    *,
    wrap: bool = False,
) -> dict[str, Any]:
    """The body for one event and one registered step.

    Args:
        system: the organisation, for names.
        event: what happened.
        step: the `sdkmessageprocessingsteps` row.
        images: its image rows.
        correlation: the id that all messages of one transaction share.
        wrap: wrap ids and dates as synchronous steps do.
    """
    user = event.caller.user_id
    row = system.storage.get("systemuser", user) or {}
    moment = _ticks(event.moment)
    operation = str(uuid.uuid4())
    common: dict[str, Any] = {
        "BusinessUnitId": row.get("_businessunitid_value"),
        "CorrelationId": correlation,
        "Depth": event.depth,
        "InitiatingUserAzureActiveDirectoryObjectId": event.caller.object_id,
        "InitiatingUserId": user,
        "IsExecutingOffline": False,
        "IsInTransaction": step["mode"] == 0,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": event.message,
        "Mode": step["mode"],
        "OperationCreatedOn": f"/Date({moment}+0000)/",
        "OperationId": operation,
        "OrganizationId": ORGANIZATION,
        "OrganizationName": "org",
        "PrimaryEntityId": event.row_id,
        "PrimaryEntityName": event.table,
        "RequestId": str(uuid.uuid4()),
        "SecondaryEntityName": "none",
        "UserAzureActiveDirectoryObjectId": event.caller.object_id,
        "UserId": user,
    }
    parameters = [{"key": "Target", "value": _target(event, wrap)}]
    output = [{"key": "id", "value": event.row_id}] if event.message == "Create" else []
    shared: list[dict[str, Any]] = [{"key": "IsAutoTransact", "value": True}]
    if event.tag is not None:
        shared.append({"key": "tag", "value": event.tag})
    parent = {
        **common,
        "InputParameters": parameters,
        "OutputParameters": [],
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "SharedVariables": shared,
        "Stage": 30,
        "OwningExtension": None,
    }
    return {
        **common,
        "InputParameters": parameters,
        "OutputParameters": output,
        "OwningExtension": {
            "Id": step["sdkmessageprocessingstepid"],
            "KeyAttributes": [],
            "LogicalName": "sdkmessageprocessingstep",
            "Name": step["name"],
            "RowVersion": None,
        },
        "ParentContext": parent,
        "PostEntityImages": _images(event, images, before=False, wrap=wrap),
        "PreEntityImages": _images(event, images, before=True, wrap=wrap),
        "SharedVariables": [{"key": "IsAutoTransact", "value": True}],
        "Stage": step["stage"],
    }


def trimmed(context: Mapping[str, Any]) -> dict[str, Any]:
    """What is left of a body over 256 KB: the ids, no target and no images."""
    gone = {"ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages"}
    return {name: value for name, value in context.items() if name not in gone}


def _target(event: RowEvent, wrap: bool) -> dict[str, Any]:
    if event.message == "Delete":
        return {"__type": f"EntityReference:{CONTRACTS}", **_reference(event.table, event.row_id)}
    names = [name for name in event.target if name != "versionnumber"]
    return {"__type": f"Entity:{CONTRACTS}", **_entity(event, event.target, names, wrap)}


def _images(
    event: RowEvent, images: Iterable[Mapping[str, Any]], *, before: bool, wrap: bool
) -> list[dict[str, Any]]:
    row = event.before if before else event.after
    if row is None:
        return []
    found = []
    for image in images:
        if image["imagetype"] not in ({0, 2} if before else {1, 2}):
            continue
        wanted = {name.strip() for name in (image["attributes"] or "").split(",") if name.strip()}
        columns = wired(event.table).properties
        names = [
            name
            for name in row
            if name in columns
            and row[name] is not None
            and (not wanted or columns[name].name in wanted)
        ]
        alias = image["entityalias"] or image["name"]
        found.append({"key": alias, "value": _entity(event, row, names, wrap)})
    return found


def _entity(
    event: RowEvent, row: Mapping[str, Any], names: Iterable[str], wrap: bool
) -> dict[str, Any]:
    columns = wired(event.table).properties
    attributes, texts = [], []
    for name in names:
        column = columns[name]
        attributes.append({"key": column.name, "value": _value(column, row[name], wrap)})
        if column.kind in {"choice", "boolean"} and row[name] is not None:
            texts.append({"key": column.name, "value": formatted(column, row[name])})
    version = (event.after or event.before or {}).get("versionnumber")
    return {
        "Attributes": attributes,
        "EntityState": None,
        "FormattedValues": texts,
        "Id": event.row_id,
        "KeyAttributes": [],
        "LogicalName": event.table,
        "RelatedEntities": [],
        "RowVersion": None if version is None else str(version),
    }


def _value(column: Column, value: Any, wrap: bool) -> Any:
    if value is None:
        return None
    if column.kind == "lookup":
        table = column.targets[0].table
        return {"__type": f"EntityReference:{CONTRACTS}", **_reference(table, value)}
    if column.kind == "choice":
        return {"__type": f"OptionSetValue:{CONTRACTS}", "Value": value}
    if column.kind == "money":
        return {"__type": f"Money:{CONTRACTS}", "Value": value}
    if column.kind in {"datetime", "date"}:
        text = f"/Date({_ticks(value)})/"
        return {"__type": "DateTime:#System", "__value": text} if wrap else text
    if column.kind == "guid" and wrap:
        return {"__type": "Guid:#System", "__value": value}
    return value


def _reference(table: str, row_id: str) -> dict[str, Any]:
    return {
        "Id": row_id,
        "KeyAttributes": [],
        "LogicalName": table,
        "Name": None,
        "RowVersion": None,
    }


def _ticks(text: str) -> int:
    moment = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+00:00")
    return int(moment.timestamp() * 1000)
