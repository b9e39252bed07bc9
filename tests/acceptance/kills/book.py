"""What people typed, value by value, and what stood there before they did."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Typed:
    """One value that a person typed; nobody ever types the same twice.

    Attributes:
        side: where, `crm` or `erp`.
        what: the field, as `Reading` names it.
        value: the value, as `plain` writes it.
        saw: what stood there before, which the system checked when it took the new value.
    """

    side: str
    what: str
    value: str
    saw: str


@dataclass
class Book:
    """Everything that was typed, in its order.

    Attributes:
        entries: the values.
        customers: numbers whose owner was made a customer, on either side.
    """

    entries: list[Typed] = field(default_factory=list)
    customers: set[str] = field(default_factory=set)

    def note(self, side: str, what: str, value: Any, saw: Any = None) -> None:
        """A person typed a value over another one."""
        self.entries.append(Typed(side, what, plain(value), plain(saw)))

    def lost(
        self,
        present: Mapping[str, Mapping[str, set[str]]],
        conflicts: Iterable[Mapping[str, Any]],
        standing: Collection[tuple[str, str]] = (),
    ) -> list[str]:
        """The values that are neither on both sides, nor in a conflict, nor knowingly replaced.

        Args:
            present: side → field → every value that it has in any record.
            conflicts: what the service recorded, open or resolved.
            standing: fields and values of records that an open conflict holds as they are.
        """
        replaced = {(entry.what, entry.saw) for entry in self.entries}
        recorded = {
            leaf for one in conflicts for side in ("crm", "erp") for leaf in _leaves(one[side])
        }
        found = []
        for entry in self.entries:
            where = [s for s, said in present.items() if entry.value in said.get(entry.what, ())]
            known = {(entry.what, entry.value)} & {*replaced, *standing}
            if len(where) == len(present) or known or entry.value in recorded:
                continue
            ended = "did not cross" if where else "is nowhere"
            found.append(
                f"lost: {entry.what} {entry.value!r}, typed in the {entry.side.upper()}, {ended}"
            )
        return found


def plain(value: Any) -> str:
    """A value as text, the same for both systems."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{Decimal(value).normalize():f}"
    return str(value or "")


def _leaves(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {leaf for part in value.values() for leaf in _leaves(part)}
    if isinstance(value, list):
        return {leaf for part in value for leaf in _leaves(part)}
    text = value if isinstance(value, str) else json.dumps(value)
    found = {text}
    with suppress(ArithmeticError):
        found.add(plain(Decimal(text)))
    return found
