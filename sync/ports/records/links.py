"""Links as they are claimed, settled and listed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sync.core.link import Link


class Claim(msgspec.Struct, frozen=True):
    """A link that one worker holds for a while.

    Attributes:
        link: The link.
        position: The newest inbox position that concerned it when it was claimed.
    """

    link: Link
    position: int


class Settlement(msgspec.Struct, frozen=True):
    """How a worker gives a claimed link back.

    Attributes:
        link: Its new state.
        position: The claim's position: events up to it are settled if `settled` is true.
        due_at: When to look again; `None` only when something new happens.
        settled: Whether the events up to the position are done with.
    """

    link: Link
    position: int
    due_at: datetime | None = None
    settled: bool = True


class LinkRow(msgspec.Struct, frozen=True):
    """A link with its schedule, as listings show it."""

    link: Link
    due_at: datetime | None
    latest_position: int
    settled_position: int
