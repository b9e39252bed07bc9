"""Postponing: when a link is tried again whose side could not be asked."""

from __future__ import annotations

from datetime import datetime

from sync.core.backoff import backoff_after
from sync.core.breaker import is_outage
from sync.core.link import Link, LinkState, Problem
from sync.core.row import Side
from sync.engine.breakers import Breakers, wait_for
from sync.engine.times import later, text
from sync.errors import RemoteError


def postpone(
    link: Link,
    side: Side,
    error: RemoteError,
    now: datetime,
    breakers: Breakers,
    event: str | None = None,
) -> datetime | None:
    """Let a link be tried again; returns when.

    The event that told of it spreads the tries; the link itself does where no event did.

    `None` when its side is not asked: then it waits together with all others until the side
    answers, which costs it no attempt. A link that failed while the side was still asked comes
    back by itself, and no later than the side does.
    """
    link.state = LinkState.RETRY
    link.problem = Problem(error.code, error.message, error.cure, side, at=text(now))
    if is_outage(error):
        wait_for(side, link)
    if breakers.is_open(side):
        return None
    link.attempts += 1
    return later(now, backoff_after(error, link.attempts, event or link.id))
