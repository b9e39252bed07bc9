"""What is known of the number sequences, in the in-memory store."""

from __future__ import annotations

from sync.ports import Acceptance, NumberReport
from sync.testing.memory_state import MemoryState

_LAST = "last"


class MemoryProofs:
    """The part of a transaction for the number sequences."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def number_report(self) -> NumberReport | None:
        """What the last check found; `None` before the first."""
        return self._state.number_reports.get(_LAST)

    async def put_number_report(self, report: NumberReport) -> None:
        """Keep it in place of the one before."""
        self._state.put(self._state.number_reports, _LAST, report)

    async def acceptances(self) -> list[Acceptance]:
        """Every acceptance, in order of time."""
        return sorted(self._state.acceptances.values(), key=lambda one: (one.at, one.overlap))

    async def put_acceptance(self, acceptance: Acceptance) -> None:
        """Insert, or replace the one of that overlap and time."""
        key = (acceptance.overlap, acceptance.at)
        self._state.put(self._state.acceptances, key, acceptance)
