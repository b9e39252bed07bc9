"""What the records of a map count as in the business view: prospects, open quotes, won."""

from __future__ import annotations

import msgspec


class Business(msgspec.Struct, frozen=True):
    """What the records of a map count as.

    Attributes:
        counts: Figure → the lifecycle states that count in it; none means every record.
        amount: The field that holds a record's amount.
        currency: The field that holds its currency.
    """

    counts: dict[str, tuple[str, ...]]
    amount: str | None = None
    currency: str | None = None

    def figures(self, state: str | None) -> tuple[str, ...]:
        """The figures that a record counts in.

        Args:
            state: Its lifecycle state; `None` for records without one.
        """
        return tuple(name for name, states in self.counts.items() if not states or state in states)
