"""Which maps run, and whether everything that was taken in is somewhere."""

from __future__ import annotations

import msgspec


class MapRun(msgspec.Struct, frozen=True):
    """Whether a map runs.

    Attributes:
        map_id: The map.
        state: `stopped`, `starting` (reading both sides first), `running`, `paused`.
        master: Who wins on first contact: `crm`, `erp` or `none`.
        since: When it came into that state.
        problem: The code of what keeps it from running although it was started, such as
            `numbers_overlap`; `None` when nothing does.
    """

    map_id: str
    state: str
    master: str = "none"
    since: str | None = None
    problem: str | None = None

    @property
    def runs(self) -> bool:
        """Whether its records are worked on."""
        return self.state == "running" and self.problem is None


class Balance(msgspec.Struct, frozen=True):
    """What became of everything that was taken in, counted from four sources at one moment.

    The unit is one record of the change log that was acknowledged and was not known before: a
    change event, or one that could not be read.

    Attributes:
        taken: How many were taken in, from the numbers that were drawn for them.
        settled: Those in the inbox that a decision on each of their links covers (also by a
            conflict), and unreadable ones that a person has closed.
        waiting: Those of the backlog with a link that has still to be decided, whatever it waits
            for.
        dead: The others of the backlog, whose links stand as open dead letters, and open dead
            letters that could not be read.
    """

    taken: int
    settled: int
    waiting: int
    dead: int

    @property
    def missing(self) -> int:
        """How many are nowhere (above zero) or in two places at once (below): 0 is right."""
        return self.taken - self.settled - self.waiting - self.dead
