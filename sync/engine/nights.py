"""When the number sequences are checked: once at the start, and then every night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sync.engine.sequences import NumberCheck
from sync.ports import Clock


class Nights:
    """Runs a check when it is due.

    Args:
        check: The check.
        clock: Time.
        at: When it is due every day, `HH:MM` in UTC.
    """

    def __init__(self, check: NumberCheck, clock: Clock, at: str) -> None:
        self._check, self._clock, self._at = check, clock, time.fromisoformat(at)
        self._due: datetime | None = None

    async def check_when_due(self) -> bool:
        """Check, if it is due; returns whether it was.

        After the start, one that another service did since it was due is as good as ours.

        Raises:
            JobRunning: Another service is at it; the check stays due.
            RemoteError: A system is not reached; the check stays due.
        """
        now, due = self._clock.now(), self._due
        if due is not None and now < due:
            return False
        last = await self._check.last() if due is not None else None
        if due is None or last is None or last < due:
            await self._check.once()
        today = datetime.combine(now.date(), self._at, tzinfo=now.tzinfo)
        self._due = today if today > now else today + timedelta(days=1)
        return True
