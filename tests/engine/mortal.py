"""The bench with a process that dies while it works on links, and another one that takes over."""

from __future__ import annotations

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
    _dies: tuple[int, bool] | None = None

    def arm(self, dies: tuple[int, bool] | None) -> None:
        """Count calls anew; the process dies at one of them, before or after its work."""
        self.calls, self._dies = 0, dies

    def restart(self) -> None:
        """A new process, behind a gate of its own."""
        self._gate = Gate(self._at)
        super().restart()

    def _reached(self, port: Port) -> Port:
        return guarded(port, self._gate)

    def _at(self, _number: int, done: bool) -> bool:
        self.calls += not done
        if (self.calls, done) != self._dies:
            return False
        self._dies = None
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
