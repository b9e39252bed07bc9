"""What a connector has sent, for metrics: totals since it was opened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Totals.

    Attributes:
        requests: HTTP requests sent to the system, a batch being one.
        operations: Operations inside them, a plain request being one.
        retries: Requests that were sent again.
        throttled: Answers that asked us to slow down.
        unanswered: Requests without an answer.
        tokens: Access tokens fetched.
    """

    requests: int = 0
    operations: int = 0
    retries: int = 0
    throttled: int = 0
    unanswered: int = 0
    tokens: int = 0
