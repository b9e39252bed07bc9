"""Behaviours on which sources disagree: the documented one by default, the other on request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Switches:
    """How the Web API behaves where it is not certain.

    Args:
        altkey_create_only: `docs` lets `If-None-Match: *` create a missing row by alternate key;
            `live` answers 404, as one live tenant was seen to do.
        missing_row_code: `code` names the code of a 404; `empty` leaves it blank, as some
            documentation samples show.
    """

    altkey_create_only: Literal["docs", "live"] = "docs"
    missing_row_code: Literal["code", "empty"] = "code"
