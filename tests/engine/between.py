"""A system with something in between."""

from __future__ import annotations

from typing import Any


class Between:
    """Something happens while a system is asked.

    Args:
        inner: The system.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
