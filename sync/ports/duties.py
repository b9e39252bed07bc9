"""The part of the state for what only one service of an installation may do at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Duties(Protocol):
    """Who is on which duty, and for how long unless it says so again."""

    async def take_duty(self, name: str, now: datetime, until: datetime) -> int | None:
        """Go on a duty that nobody is on.

        Args:
            name: The duty.
            now: The time: whoever had it until then has it no more.
            until: How long it is ours if we are not heard of again.

        Returns:
            Who we are on it, a number that nobody else gets; `None` when somebody is on it.
        """
        ...

    async def keep_duty(self, name: str, holder: int, until: datetime) -> bool:
        """Stay on it for longer; whether it was still ours, also past its time."""
        ...

    async def end_duty(self, name: str, holder: int) -> None:
        """Leave it, if it is still ours."""
        ...
