"""Service protection limits: requests and execution time per caller in a sliding window.

Off unless asked for. Source: Microsoft docs, service protection API limits.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.kernel.errors import SystemRefusal


@dataclass(frozen=True, slots=True)
class Limits:
    """What one caller may use; defaults are the documented ones.

    Args:
        requests: requests per window; a batch is one.
        execution: seconds of execution per window.
        window: seconds.
    """

    requests: int = 6000
    execution: float = 1200.0
    window: float = 300.0


class Limiter:
    """Counts one organisation's use and refuses what is over the limit."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._used: dict[str, deque[tuple[float, float]]] = {}

    def admit(self, caller: str) -> None:
        """Let a request in, or refuse it with 429.

        Raises:
            SystemRefusal: over a limit, with `Retry-After`.
        """
        used, now = self._window(caller), self._clock()
        if len(used) >= self._limits.requests:
            raise throttled(
                self._wait(used, now),
                "0x80072322",
                f"Number of requests exceeded the limit of {self._limits.requests} over time "
                f"window of {self._limits.window:.0f} seconds.",
            )
        if sum(seconds for _, seconds in used) >= self._limits.execution:
            raise throttled(
                self._wait(used, now),
                "0x80072321",
                "Combined execution time of incoming requests exceeded limit of "
                f"{self._limits.execution * 1000:,.0f} milliseconds over time window of "
                f"{self._limits.window:.0f} seconds. Decrease number of concurrent requests or "
                "reduce the duration of requests and try again later.",
            )

    def note(self, caller: str, seconds: float) -> dict[str, str]:
        """Count a finished request and tell what remains."""
        used = self._window(caller)
        used.append((self._clock(), seconds))
        left = self._limits.execution - sum(spent for _, spent in used)
        return {
            "x-ms-ratelimit-burst-remaining-xrm-requests": str(self._limits.requests - len(used)),
            "x-ms-ratelimit-time-remaining-xrm-requests": f"{left:,.2f}",
        }

    def _window(self, caller: str) -> deque[tuple[float, float]]:
        used = self._used.setdefault(caller, deque())
        edge = self._clock() - self._limits.window
        while used and used[0][0] < edge:
            used.popleft()
        return used

    def _wait(self, used: deque[tuple[float, float]], now: float) -> int:
        return max(1, int(used[0][0] + self._limits.window - now) + 1)


def throttled(seconds: int, code: str = "0x80072322", message: str = "") -> SystemRefusal:
    """The refusal of a throttled request."""
    text = message or (
        "Number of requests exceeded the limit of 6000 over time window of 300 seconds."
    )
    return SystemRefusal(429, code, text, headers={"Retry-After": str(max(1, seconds))})
