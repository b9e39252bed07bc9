"""Before: what a link was when it was claimed, against which is told what is new about it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Self

import msgspec

from sync.core.link import Link, LinkState


class Before(msgspec.Struct, frozen=True):
    """A link as it was claimed.

    Attributes:
        rows: Its rows, as far as everybody who waits for them has been woken.
        contested: Whether its number named neither of two records.
        waits: What it waited for.
        alias: The other name that rows refer to it by.
        state: Where it stood.
    """

    rows: Mapping[str, str]
    contested: bool
    waits: Set[str]
    alias: str | None
    state: LinkState

    @classmethod
    def of(cls, link: Link) -> Self:
        """The link as it is now."""
        # A process that died while it wrote has saved what it bound, and woken nobody.
        rows = {} if link.intent is not None else dict(link.rows)
        return cls(rows, link.is_contested, frozenset(link.waiting_on), link.alias, link.state)
