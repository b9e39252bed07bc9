"""Probing: a side whose breaker is open is asked one small thing from time to time."""

from __future__ import annotations

from sync.core.row import Side
from sync.engine.breakers import Breakers
from sync.engine.guarding import Guarded
from sync.errors import RemoteError


class Probing:
    """Probes one side.

    Args:
        system: The side, behind its breaker.
        breakers: Both sides' breakers.
    """

    def __init__(self, system: Guarded, breakers: Breakers) -> None:
        self._system, self._breakers = system, breakers

    @property
    def side(self) -> Side:
        """Which side this is."""
        return self._system.side

    async def once(self) -> bool:
        """Probe the side if that is due; whether it is asked again from now on."""
        if not self._breakers.begin_probe(self.side):
            return False
        try:
            await self._system.ping()
        except RemoteError:
            pass  # the breaker has heard of it
        except BaseException:
            self._breakers.give_up_probe(self.side)
            raise
        return not self._breakers.is_open(self.side)
