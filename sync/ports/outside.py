"""What the engine hears and tells besides: time, and who listens."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    """Time. The only one the engine knows."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class Observer(Protocol):
    """Hears what happens, per batch. Values of customers never reach it."""

    def noticed(self, name: str, /, **facts: Any) -> None:
        """Something happened: a name in the past tense and facts without personal values."""
        ...
