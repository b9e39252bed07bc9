"""Waiting for the other side: looking again and again, for a bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class NotSeen(AssertionError):
    """Something that should be so is not.

    Args:
        what: what should be so.
        seen: what was seen last.
        seconds: how long it was waited for.
    """

    def __init__(self, what: str, seen: Any, seconds: float) -> None:
        waited = f" within {seconds:g} s" if seconds else ""
        super().__init__(f"{what}: not so{waited}; seen: {seen!r}")
        self.what = what
        self.seen = seen


@dataclass(frozen=True)
class Patience:
    """How long to look, and how often.

    Args:
        seconds: how long at most.
        pause: seconds between two looks; they grow by half up to half a second.
        between: called before each pause, e.g. to see that every process still runs.
        wait: passes time.
    """

    seconds: float = 30.0
    pause: float = 0.05
    between: Callable[[], None] = lambda: None
    wait: Callable[[float], None] = time.sleep

    def until(self, what: str, look: Callable[[], T], so: Callable[[T], bool] = bool) -> T:
        """Look until what is seen satisfies; what was seen.

        Raises:
            NotSeen: it never did.
        """
        deadline, pause = time.monotonic() + self.seconds, self.pause
        while True:
            seen = look()
            if so(seen):
                return seen
            if time.monotonic() >= deadline:
                raise NotSeen(what, seen, self.seconds)
            self.between()
            self.wait(pause)
            pause = min(0.5, pause * 1.5)

    def holds(self, what: str, seen: Any, *, expected: Any = True) -> None:
        """Something is so now.

        Raises:
            NotSeen: it is not.
        """
        if seen != expected:
            raise NotSeen(f"{what} (expected {expected!r})", seen, 0.0)
