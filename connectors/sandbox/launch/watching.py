"""Watching processes, so that the end of one is told and is not the end of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from connectors.sandbox.launch.child import Child, ProcessEnded


class Watch:
    """Notices each process that ends by itself, once.

    One system that is down is what people try here, as it happens to real ones: the other systems
    and the service go on.

    Args:
        children: the processes, which run.
        tell: what to do with each sentence about one that ended.
    """

    def __init__(self, children: Iterable[Child], tell: Callable[[str], None]) -> None:
        self._running = list(children)
        self._tell = tell
        self._lost = 0

    def look(self) -> bool:
        """Tell of what ended since the last look; whether anything runs still."""
        for child in tuple(self._running):
            try:
                child.check()
            except ProcessEnded as ended:
                self._running.remove(child)
                self._lost += 1
                self._tell(str(ended))
                if self._running:
                    others = ", ".join(other.name for other in self._running)
                    self._tell(f"Still running: {others}. Start the command anew to have all.")
        return bool(self._running)

    @property
    def lost(self) -> int:
        """How many ended by themselves so far."""
        return self._lost
