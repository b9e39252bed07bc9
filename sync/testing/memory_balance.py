"""What became of everything that was taken in, in the in-memory store."""

from __future__ import annotations

from sync.core.link import LinkState
from sync.ports import Balance
from sync.testing.memory_state import MemoryState


class MemoryBalance:
    """The part of a transaction that proves that nothing is lost."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    async def balance(self) -> Balance:
        """What became of everything that was taken in, as of one moment."""
        state = self._state
        unreadable = [one.state for one in state.dead_letters.values() if one.link_id is None]
        forlorn = self._forlorn()
        undecided = [(at, links) for at, links in state.pending_links.items() if at not in forlorn]
        waiting = {at for at, links in undecided if any(map(self._goes_on, links))}
        dead = {at for at, links in undecided if any(map(self._is_dead, links))}
        return Balance(
            taken=state.sequences.get("inbox", 0) + state.sequences.get("own:malformed", 0),
            settled=len(state.inbox)
            - len(self._uncovered() | forlorn)
            + sum(found != "open" for found in unreadable),
            waiting=len(waiting),
            dead=len(dead - waiting) + unreadable.count("open"),
        )

    def _forlorn(self) -> set[int]:
        """The events of links that are no more; links are never deleted."""
        state = self._state
        if len(state.links) == state.sequences.get("link", 0):
            return set()
        lost = state.link_events.keys() - state.links.keys()
        return {position for link in lost for position in state.link_events[link]}

    def _uncovered(self) -> set[int]:
        """The events that are newer than what their link has settled."""
        state = self._state
        return {
            position
            for link, plan in state.schedules.items()
            if plan.latest > plan.settled
            for position in state.link_events.get(link, ())
            if position > plan.settled
        }

    def _goes_on(self, link: str) -> bool:
        found = self._state.links.get(link)
        return found is not None and not self._is_resting(link)

    def _is_resting(self, link: str) -> bool:
        state = self._state
        return state.links[link].state is LinkState.DEAD and state.schedules[link].due_at is None

    def _is_dead(self, link: str) -> bool:
        state = self._state
        if link not in state.links or not self._is_resting(link):
            return False
        # A link has one dead letter, under its own id.
        return link in state.dead_letters and state.dead_letters[link].state == "open"
