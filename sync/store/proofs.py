"""What is known of the number sequences: the last check, and what people accepted."""

from __future__ import annotations

from functools import cache

import msgspec
from sqlalchemy import Table, select

from sync.ports import Acceptance, NumberReport
from sync.store.schema import number_acceptance, number_report
from sync.store.statements import Insert, upsert
from sync.store.unit import Unit

_LAST = "last"


class Proofs(Unit):
    """The part of a transaction for the number sequences."""

    async def number_report(self) -> NumberReport | None:
        """What the last check found; `None` before the first."""
        found = await self._select(_REPORT)
        return msgspec.json.decode(found[0]["body"], type=NumberReport) if found else None

    async def put_number_report(self, report: NumberReport) -> None:
        """Keep it in place of the one before."""
        columns = {"name": _LAST, "body": msgspec.json.encode(report).decode()}
        await self._change_each(_put(number_report, self._postgres), [columns])

    async def acceptances(self) -> list[Acceptance]:
        """Every acceptance, in order of time."""
        found = await self._select(_ACCEPTANCES)
        return [msgspec.json.decode(columns["body"], type=Acceptance) for columns in found]

    async def put_acceptance(self, acceptance: Acceptance) -> None:
        """Insert, or replace the one of that overlap and time."""
        columns = {
            "overlap": acceptance.overlap,
            "at": acceptance.at,
            "body": msgspec.json.encode(acceptance).decode(),
        }
        await self._change_each(_put(number_acceptance, self._postgres), [columns])


_REPORT = select(number_report.c.body).where(number_report.c.name == _LAST)
_ACCEPTANCES = select(number_acceptance.c.body).order_by(
    number_acceptance.c.at, number_acceptance.c.overlap
)


@cache
def _put(table: Table, postgres: bool) -> Insert:
    return upsert(table, postgres=postgres)
