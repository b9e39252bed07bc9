"""Change tracking over the wire: the first full read, delta links, deleted entities, expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectors.sandbox.dataverse import refusals
from connectors.sandbox.dataverse.system import DataverseSystem
from connectors.sandbox.dataverse.web import paging
from connectors.sandbox.dataverse.web.messages import WebReply, WebRequest, reply_json
from connectors.sandbox.dataverse.web.rendering import View
from connectors.sandbox.dataverse.wiring import Row
from connectors.sandbox.kernel.faults import Faults
from connectors.sandbox.kernel.model import Table

_REFUSED = ("filter", "orderby", "expand", "top")


class Tracking:
    """Answers tracked reads."""

    def __init__(self, system: DataverseSystem, faults: Faults) -> None:
        self._system = system
        self._faults = faults

    def concerns(self, request: WebRequest) -> bool:
        """Whether a read is tracked."""
        position = request.options.get("$skiptoken", "")
        return (
            "odata.track-changes" in request.preferences
            or "$deltatoken" in request.options
            or 'istracking="True"' in position
        )

    def answer(self, request: WebRequest, table: Table) -> WebReply:
        """One page of a first read or of a delta."""
        for name in _REFUSED:
            if f"${name}" in request.options:
                raise refusals.bad_query(
                    f'The "${name}" query parameter isn\'t supported when Change Tracking is '
                    "enabled."
                )
        begun = self._begin(request)
        rows, _, _ = self._system.tracking.since(table, begun.since)
        rows = [row for row in rows if row["versionnumber"] <= begun.version]
        gone = self._gone(table, begun)
        view = View.of(self._system, table, request)
        size = paging.page_size(request)
        shown, more = rows[:size], len(rows) > size
        delta = begun.start >= 0
        body: dict[str, Any] = {
            "@odata.context": view.context(request, "/$delta" if delta else ""),
        }
        if more:
            following = paging.Position(
                page=begun.page + 1,
                tracking=True,
                version=begun.version,
                since=int(shown[-1]["versionnumber"]),
                start=begun.start,
            )
            body["@odata.nextLink"] = paging.next_link(request, following, table.id_column)
        else:
            body["@odata.deltaLink"] = paging.delta_link(request, begun.version, self._now())
        body["value"] = [view.show(row) for row in shown]
        if not more:
            body["value"] += self._deleted(request, table, gone)
        headers = {"Preference-Applied": "odata.track-changes"}
        return reply_json(body, 200, {} if delta else headers)

    def count(self, request: WebRequest, table: Table) -> int:
        """How many items a delta would have."""
        rows, gone, _ = self._system.tracking.since(table, self._begin(request).since)
        return len(rows) + len(gone)

    def _begin(self, request: WebRequest) -> paging.Position:
        position = paging.read_position(request)
        if position is not None:
            return position
        version = self._system.version()
        token = request.options.get("$deltatoken")
        if token is None:
            return paging.Position(tracking=True, version=version, since=0, start=-1)
        since, made = paging.read_delta_token(token)
        fault = self._faults.take("expire-delta", request.method, request.path)
        if fault is not None or since > version or self._now() - made > self._lifetime():
            raise refusals.expired_version()
        return paging.Position(tracking=True, version=version, since=since, start=since)

    def _deleted(self, request: WebRequest, table: Table, gone: list[dict[str, Any]]) -> list[Row]:
        context = request.url(f"$metadata#{table.entity_set}/$deletedEntity")
        return [{"@odata.context": context, "id": item["id"], "reason": "deleted"} for item in gone]

    def _gone(self, table: Table, begun: paging.Position) -> list[dict[str, Any]]:
        if begun.start < 0:
            return []
        _, gone, _ = self._system.tracking.since(table, begun.start)
        return [item for item in gone if item["version"] <= begun.version]

    def _lifetime(self) -> timedelta:
        days = 7
        for row in self._system.storage.rows("organization").values():
            days = row["expirechangetrackingindays"] or days
        return timedelta(days=days)

    def _now(self) -> Any:
        return self._system.now()
