"""The real clock, for adapters that are not given one: wall time that never runs backwards."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """Wall time at construction, carried on by the monotonic clock."""

    def __init__(self) -> None:
        self._wall = datetime.now(UTC)
        self._start = time.monotonic()

    def now(self) -> datetime:
        """The time, in UTC."""
        return self._wall + timedelta(seconds=time.monotonic() - self._start)

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        await asyncio.sleep(seconds)
