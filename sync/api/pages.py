"""Collections: `{"items": […], "next": cursor or null}`, with `limit` and `cursor`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Depends, Query
from pydantic import BaseModel

from sync.api.problems import Refusal

LONGEST = 1000
_DEFAULT = 100
_CURSOR_LENGTH = 128
_POSITION_DIGITS = 18
"""What every database holds as a whole number."""

Item = TypeVar("Item", bound=BaseModel)
Found = TypeVar("Found")


class Page(BaseModel, Generic[Item]):
    """One page of a collection; `next` is the cursor of the following one."""

    items: list[Item]
    next: str | None = None


class Window(BaseModel):
    """Which part of a collection is asked for."""

    limit: int
    cursor: str | None

    def position(self) -> int:
        """The number that the page before ended with; 0 on the first page.

        Raises:
            Refusal: The cursor is none that such a page gave.
        """
        cursor = self.cursor or "0"
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _POSITION_DIGITS):
            raise cursor_unusable()
        return int(cursor)


def _window(
    limit: Annotated[str, Query(description=f"How many items at most: 1 to {LONGEST}.")] = str(
        _DEFAULT
    ),
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> Window:
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= LONGEST:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            "limit_unusable",
            f"limit must be a number between 1 and {LONGEST}.",
            f"Ask for at most {LONGEST} items and follow `next`.",
        )
    if cursor is not None and not (0 < len(cursor) <= _CURSOR_LENGTH and cursor.isprintable()):
        raise cursor_unusable()
    return Window(limit=int(limit), cursor=cursor)


AskedFor = Annotated[Window, Depends(_window)]
"""Asks for `limit` and `cursor` of a request."""


def cursor_unusable() -> Refusal:
    """The cursor did not come from us."""
    return Refusal(
        HTTPStatus.BAD_REQUEST,
        "cursor_unusable",
        "cursor is not one that a page gave.",
        "Use `next` of the page before as it is, or leave it out.",
    )


def page(
    found: Sequence[Found],
    window: Window,
    item: Callable[[Found], Item],
    cursor: Callable[[Found], str],
) -> Page[Item]:
    """The page of what was found, which is one more than asked for when there is a next page."""
    shown = found[: window.limit]
    following = cursor(shown[-1]) if len(found) > window.limit else None
    return Page(items=[item(one) for one in shown], next=following)


def plain(value: Any) -> Any:
    """A value of the core as plain JSON types; decimals as text, exactly."""
    return msgspec.to_builtins(value, str_keys=True)
