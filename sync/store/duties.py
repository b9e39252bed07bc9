"""What only one service of an installation does at a time."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, delete, select, update

from sync.store.codec import micros
from sync.store.schema import duty
from sync.store.service import Sequences
from sync.store.statements import Insert, number, upsert


class Duties(Sequences):
    """The part of a transaction for duties."""

    async def take_duty(self, name: str, now: datetime, until: datetime) -> int | None:
        """Go on a duty that nobody is on; see the port."""
        # Whoever looks will take it: nobody else may meanwhile.
        await self._write()
        if await self._select(_TAKEN, {"duty": name, "now": micros(now)}):
            return None
        holder = await self.draw_number("duty")
        columns = {"name": name, "holder": holder, "lease_until": micros(until)}
        await self._change(_take(self._postgres), columns)
        return holder

    async def keep_duty(self, name: str, holder: int, until: datetime) -> bool:
        """Stay on it for longer; whether it was still ours, also past its time."""
        ours = {"duty": name, "us": holder}
        return await self._change(_KEEP, {**ours, "until": micros(until)}) > 0

    async def end_duty(self, name: str, holder: int) -> None:
        """Leave it, if it is still ours."""
        await self._change(_END, {"duty": name, "us": holder})


_OURS = (duty.c.name == bindparam("duty"), duty.c.holder == number("us"))
_TAKEN = select(duty.c.holder).where(
    duty.c.name == bindparam("duty"), duty.c.lease_until > number("now")
)
_KEEP = update(duty).where(*_OURS).values(lease_until=number("until"))
_END = delete(duty).where(*_OURS)


@cache
def _take(postgres: bool) -> Insert:
    return upsert(duty, postgres=postgres)
