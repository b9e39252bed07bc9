"""The bench with a process that dies while it works on links, and another one that takes over."""

from __future__ import annotations

from collections.abc import Sequence

from sync.testing.crashing import Gate, ProcessDied, guarded
from tests.engine.bench import Bench, Port


class MortalBench(Bench):
    """One service that may die before or after any call of a port.

    Attributes:
        calls: How many calls of ports there were since it was armed.
        crashes: How often the process died.
    """

    calls = 0
    crashes = 0
    _since = 0
    _deaths: Sequence[tuple[int, bool]] = ()

    def arm(self, *deaths: tuple[int, bool]) -> None:
        """Count calls anew; the process dies at some of them, before or after their work.

        Args:
            deaths: At which call after the last death, and whether after its work.
        """
        self.calls = self._since = 0
        self._deaths = deaths

    def restart(self) -> None:
        """A new process, behind a gate of its own."""
        self._gate = Gate(self._at)
        super().restart()

    def _reached(self, port: Port) -> Port:
        return guarded(port, self._gate)

    def _at(self, _number: int, done: bool) -> bool:
        self.calls += not done
        self._since += not done
        if self._deaths[:1] != ((self._since, done),):
            return False
        self._since, self._deaths = 0, self._deaths[1:]
        return True

    async def run(self) -> None:
        """Until nothing is left to do; who dies is followed by a new process."""
        while True:
            try:
                await super().run()
            except ProcessDied:
                self.crashes += 1
                self.restart()
                self.clock.advance(self.options.lease_seconds + 1)
            else:
                return
