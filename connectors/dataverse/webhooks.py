"""Registers for the CRM's notices, so that a change is looked for at once; safe to repeat.

One service endpoint, and one asynchronous step per table and message, all found again by name.
Source: Microsoft docs, "Use webhooks to create external handlers for server events".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.dataverse.catalog import Table
from connectors.dataverse.options import DataverseOptions
from connectors.odata import jsonwire
from connectors.odata.answer import items_of
from connectors.odata.batch import Bundle, Operation
from connectors.odata.batching import Batches, Done
from connectors.odata.keys import address, text_literal
from connectors.odata.reads import Reads
from connectors.odata.transport import Call, Transport
from sync.errors import ContractBroken

_MESSAGES = ("Create", "Update", "Delete")
_WEBHOOK, _WEBHOOK_KEY, _JSON = 8, 4, 2
_ASYNCHRONOUS, _AFTER = 1, 40


async def register(
    transport: Transport,
    batches: Batches,
    tables: Iterable[Table],
    options: DataverseOptions,
) -> None:
    """Make sure that the CRM calls `options.webhook_url` for every change of the tables.

    Raises:
        RemoteError: The CRM refused one of the rows.
    """
    if options.webhook_url is None:
        return
    reads = Reads(transport, batches)
    endpoint = await _endpoint(transport, options)
    messages = await _messages(reads)
    steps = [
        (f"{options.webhook_name}: {message} of {table.logical}", message, table)
        for table in tables
        for message in _MESSAGES
    ]
    there = await _query(
        reads,
        [
            (
                "sdkmessageprocessingsteps",
                "sdkmessageprocessingstepid,filteringattributes",
                _named(name),
            )
            for name, _, _ in steps
        ],
    )
    wanted = [step for step, found in zip(steps, there, strict=True) if not found]
    bundles = [
        change
        for (_, message, table), found in zip(steps, there, strict=True)
        if found and (change := _refreshed(transport.path, found[0], message, table))
    ]
    filters = await _query(
        reads,
        [
            (
                "sdkmessagefilters",
                "sdkmessagefilterid",
                f"primaryobjecttypecode eq {text_literal(table.logical)} and "
                f"_sdkmessageid_value eq {messages[message]}",
            )
            for _, message, table in wanted
        ],
    )
    for (name, message, table), found in zip(wanted, filters, strict=True):
        if not found:
            raise ContractBroken(
                f"The CRM raises no {message} message for table {table.spec.table!r}.",
                cure="Use a table that supports webhooks, or set no webhook address.",
            )
        step = _step(name, message, table)
        step["sdkmessageid@odata.bind"] = f"/sdkmessages({messages[message]})"
        step["sdkmessagefilterid@odata.bind"] = (
            f"/sdkmessagefilters({found[0]['sdkmessagefilterid']})"
        )
        step["eventhandler_serviceendpoint@odata.bind"] = f"/serviceendpoints({endpoint})"
        url = f"{transport.path}sdkmessageprocessingsteps"
        bundles.append(Bundle(writes=(Operation("POST", url, {}, jsonwire.encode(step)),)))
    for fate in await batches.run(bundles):
        if not isinstance(fate, Done):
            raise fate.error


def _step(name: str, message: str, table: Table) -> dict[str, Any]:
    step: dict[str, Any] = {
        "name": name,
        "mode": _ASYNCHRONOUS,
        "stage": _AFTER,
        "rank": 1,
        "supporteddeployment": 0,
        "asyncautodelete": True,
    }
    if message == "Update":
        step["filteringattributes"] = _watched(table)
    return step


def _refreshed(root: str, found: Mapping[str, Any], message: str, table: Table) -> Bundle | None:
    """What brings a step that is there up to the columns that the maps read now."""
    if message != "Update" or found.get("filteringattributes") == _watched(table):
        return None
    url = f"{root}sdkmessageprocessingsteps({found['sdkmessageprocessingstepid']})"
    body = jsonwire.encode({"filteringattributes": _watched(table)})
    return Bundle(writes=(Operation("PATCH", url, {"If-Match": "*"}, body),))


def _watched(table: Table) -> str:
    return ",".join(table.spec.columns)


async def _endpoint(transport: Transport, options: DataverseOptions) -> str:
    """The id of our service endpoint, whose address and secret are set anew at every start."""
    values = {
        "url": options.webhook_url,
        "authtype": _WEBHOOK_KEY,
        "authvalue": options.webhook_secret or "",
    }
    query = {"$select": "serviceendpointid,name", "$filter": _named(options.webhook_name)}
    answer = await transport.get(address("serviceendpoints", query))
    found = items_of(answer.json(), "serviceendpointid")
    if found:
        key = str(found[0]["serviceendpointid"])
        await transport.send(
            Call(
                "PATCH",
                f"serviceendpoints({key})",
                {"If-Match": "*", "Content-Type": "application/json; charset=utf-8"},
                jsonwire.encode(values),
                safe=False,
            )
        )
        return key
    body = {
        **values,
        "name": options.webhook_name,
        "contract": _WEBHOOK,
        "messageformat": _JSON,
    }
    answer = await transport.send(
        Call(
            "POST",
            "serviceendpoints",
            {
                "Content-Type": "application/json; charset=utf-8",
                "Prefer": "return=representation",
            },
            jsonwire.encode(body),
            safe=False,
        )
    )
    (row,) = items_of({"value": [answer.json()]}, "serviceendpointid")
    return str(row["serviceendpointid"])


async def _messages(reads: Reads) -> Mapping[str, str]:
    found = await _query(
        reads, [("sdkmessages", "sdkmessageid", _named(name)) for name in _MESSAGES]
    )
    if not all(found):
        raise ContractBroken(
            "The CRM does not know the messages Create, Update and Delete.",
            cure="Check that the application's user may read sdkmessages.",
        )
    return {name: str(rows[0]["sdkmessageid"]) for name, rows in zip(_MESSAGES, found, strict=True)}


async def _query(
    reads: Reads, queries: Sequence[tuple[str, str, str]]
) -> list[list[dict[str, Any]]]:
    """For each of set, columns (an id first) and filter: the rows."""
    answers = await reads.answers(
        [
            reads.get(table, {"$select": columns, "$filter": condition})
            for table, columns, condition in queries
        ]
    )
    return [
        items_of({"value": await reads.items(answer)}, columns.partition(",")[0])
        for answer, (_, columns, _) in zip(answers, queries, strict=True)
    ]


def _named(name: str) -> str:
    return f"name eq {text_literal(name)}"
