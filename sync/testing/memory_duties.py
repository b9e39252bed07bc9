"""What only one service of an installation does at a time, in the in-memory store."""

from __future__ import annotations

from datetime import datetime

from sync.testing.memory_records import MemoryRecords


class MemoryDuties(MemoryRecords):
    """The part of a transaction for duties."""

    async def take_duty(self, name: str, now: datetime, until: datetime) -> int | None:
        """Go on a duty that nobody is on; see the port."""
        found = self._state.duties.get(name)
        if found is not None and found[1] > now:
            return None
        holder = await self.draw_number("duty")
        self._state.put(self._state.duties, name, (holder, until))
        return holder

    async def keep_duty(self, name: str, holder: int, until: datetime) -> bool:
        """Stay on it for longer; whether it was still ours, also past its time."""
        ours = self._is_ours(name, holder)
        if ours:
            self._state.put(self._state.duties, name, (holder, until))
        return ours

    async def end_duty(self, name: str, holder: int) -> None:
        """Leave it, if it is still ours."""
        if self._is_ours(name, holder):
            self._state.drop(self._state.duties, name)

    def _is_ours(self, name: str, holder: int) -> bool:
        found = self._state.duties.get(name)
        return found is not None and found[0] == holder
