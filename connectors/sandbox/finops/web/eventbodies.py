"""Data events on the wire.

Source: Microsoft docs and live reports, data events of finance and operations: the body of a
Dataverse remote execution context with the messages OnExternalCreated, -Updated and -Deleted;
attribute names are `mserp_` and the field in lower case, empty moments are left out.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from connectors.sandbox.finops.events import DataEvent
from connectors.sandbox.finops.kinds import EMPTY_DATE
from connectors.sandbox.finops.views import View

_CONTRACTS: Final = "http://schemas.microsoft.com/xrm/2011/Contracts"
_ROWS: Final = uuid.UUID("6f3f9d2e-0a52-4a43-9a5e-3a53a7b3c7d1")
ORGANIZATION: Final = "unq-local-erp"


def event_body(event: DataEvent, now: datetime, number: int) -> dict[str, Any]:
    """The body of one data event.

    Args:
        event: what happened.
        now: when.
        number: counts the events of this system, so that each has ids of its own.
    """
    entity = event.entity
    key = {name: event.key[name] for name in entity.keys}
    row_id = str(uuid.uuid5(_ROWS, f"{entity.set_name}|{sorted(key.items())}".casefold()))
    shown = list(entity.keys) + [name for name in event.changed() if name not in key]
    target: dict[str, Any]
    if event.after is None:
        target = _reference(entity.event_name, row_id, event)
    else:
        target = _entity(entity.event_name, row_id, event.after, shown)
    parameters = [{"key": "Target", "value": target}]
    if event.before is not None:
        image = _entity(entity.event_name, row_id, event.before, entity.fields)
        parameters.append({"key": "PreImage", "value": image})
    stamp = int(now.astimezone(UTC).timestamp() * 1000)
    caller = event.caller
    user = caller.object_id if caller is not None else ""
    correlation = str(uuid.uuid5(_ROWS, f"{stamp}|{number}"))
    return {
        "BusinessUnitId": str(uuid.UUID(int=0)),
        "CorrelationId": correlation,
        "Depth": 1,
        "InitiatingUserAADObjectId": user,
        "InitiatingUserAzureActiveDirectoryObjectId": user,
        "InitiatingUserId": caller.user_id if caller is not None else "",
        "InputParameters": parameters,
        "IsExecutingOffline": False,
        "IsInTransaction": False,
        "IsolationMode": 1,
        "MessageName": event.message,
        "Mode": 1,
        "OperationCreatedOn": f"/Date({stamp}+0000)/",
        "OperationId": correlation,
        "OrganizationName": ORGANIZATION,
        "OutputParameters": [],
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "PrimaryEntityId": row_id,
        "PrimaryEntityName": entity.event_name,
        "RequestId": correlation,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
    }


def trimmed(body: dict[str, Any]) -> dict[str, Any]:
    """The body as it arrives when it is too large: without its data."""
    return {**body, "InputParameters": [], "ParentContext": None}


def _entity(name: str, row_id: str, view: View, fields: Iterable[str]) -> dict[str, Any]:
    attributes = [
        {"key": f"mserp_{field.lower()}", "value": _value(view[field])}
        for field in fields
        if view[field] != EMPTY_DATE
    ]
    return {
        "__type": f"Entity:{_CONTRACTS}",
        "Attributes": attributes,
        "EntityState": None,
        "FormattedValues": [],
        "Id": row_id,
        "KeyAttributes": [],
        "LogicalName": name,
        "RelatedEntities": [],
        "RowVersion": None,
    }


def _reference(name: str, row_id: str, event: DataEvent) -> dict[str, Any]:
    keys = [
        {"key": f"mserp_{field.lower()}", "value": _value(event.key[field])}
        for field in event.entity.keys
    ]
    return {
        "__type": f"EntityReference:{_CONTRACTS}",
        "Id": row_id,
        "KeyAttributes": keys,
        "LogicalName": name,
        "Name": None,
        "RowVersion": None,
    }


def _value(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 20 and value[10] == "T" and value[-1] == "Z":
        moment = datetime.fromisoformat(value)
        return f"/Date({int(moment.timestamp() * 1000)})/"
    return value
