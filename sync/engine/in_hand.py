"""A link in hand: claimed, decided, and answered by the systems."""

from __future__ import annotations

import msgspec

from sync.core.plan import Decision, Part
from sync.core.row import Side
from sync.core.view import Context
from sync.core.write import Outcome
from sync.ports import Claim


class InHand(msgspec.Struct):
    """A claimed link, what was decided for it, and what the systems answered.

    Attributes:
        claim: The link, held under the batch's lease.
        context: What the decision was told beside the rows.
        decision: What was decided.
        outcomes: Side → what it answered to its part of the plan.
    """

    claim: Claim
    context: Context
    decision: Decision
    outcomes: dict[Side, Outcome] = {}

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is to be written, at most one part a side."""
        return self.decision.plan.parts if self.decision.plan is not None else ()
