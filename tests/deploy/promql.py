"""Just enough of PromQL to find the metrics of an expression and the labels it uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

_METRIC = re.compile(r"\b(dualwrite_[a-z0-9_]+)(\{[^}]*\})?")
_MATCHER = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)\s*\"")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")


@dataclass(frozen=True)
class Use:
    """One metric and the labels that its selector asks for."""

    metric: str
    labels: frozenset[str]


def uses(expression: str) -> list[Use]:
    return [
        Use(name, frozenset(_MATCHER.findall(selector)))
        for name, selector in _METRIC.findall(expression)
    ]


def grouped_by(expression: str) -> frozenset[str]:
    names = (part for group in _GROUPING.findall(expression) for part in group.split(","))
    return frozenset(name.strip() for name in names if name.strip())
