"""What a connector has sent, for metrics: totals since it was opened."""

from __future__ import annotations

from dataclasses import dataclass, field


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
        outcomes: How requests ended: `ok`, or the code of the error.
    """

    requests: int = 0
    operations: int = 0
    retries: int = 0
    throttled: int = 0
    unanswered: int = 0
    tokens: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    def ended(self, outcome: str) -> None:
        """A request has ended so."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
