"""Conditions: what a row must look like, in filters and in lifecycles."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sync.core.row import Constant, Scalar


class Condition(msgspec.Struct, frozen=True):
    """One condition of a filter: a column has one of the values (or none of them).

    Attributes:
        column: The column.
        values: What it is compared with; `None` and `""` mean blank.
        negated: Whether it must have none of them.
    """

    column: str
    values: tuple[Constant, ...]
    negated: bool = False

    def holds(self, image: Mapping[str, Scalar]) -> bool:
        """Whether an image meets it. Text is compared without case, as both systems do."""
        value = image.get(self.column)
        return any(_same(value, wanted) for wanted in self.values) is not self.negated


Filter = tuple[Condition, ...]
"""Conditions that all hold."""


def hold(conditions: Filter, image: Mapping[str, Scalar]) -> bool:
    """Whether an image meets all of them."""
    return all(condition.holds(image) for condition in conditions)


def _same(value: Scalar, wanted: Scalar) -> bool:
    if wanted is None or wanted == "":
        return value is None or value == ""
    if isinstance(value, str) and isinstance(wanted, str):
        return value.casefold() == wanted.casefold()
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return value == wanted
