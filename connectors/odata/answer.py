"""An HTTP answer, and what is read out of its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from connectors.odata import jsonwire
from sync.errors import ContractBroken

ADDRESS_CURE = "Check that the address in the settings is the system's own."


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, or one part of a batch's answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            ContractBroken: It is not one.
        """
        try:
            return jsonwire.decode(self.body)
        except msgspec.DecodeError as error:
            raise ContractBroken(
                f"An answer with status {self.status} is not a JSON object.",
                status=self.status,
                cure=ADDRESS_CURE,
            ) from error


def items_of(body: Mapping[str, Any], *members: str, within: str = "value") -> list[dict[str, Any]]:
    """The items of a collection.

    Args:
        body: What holds the collection.
        members: Members that every item must have as text.
        within: The member that is the collection.

    Raises:
        ContractBroken: It is not a collection of such items.
    """
    items = body.get(within)
    if not isinstance(items, list):
        raise ContractBroken(f"An answer has no collection {within!r}.", cure=ADDRESS_CURE)
    for item in items:
        if not isinstance(item, dict):
            raise ContractBroken("A collection holds something that is no row.", cure=ADDRESS_CURE)
        for member in members:
            if not isinstance(item.get(member), str):
                raise ContractBroken(
                    f"An item of a collection has no {member!r}.", cure=ADDRESS_CURE
                )
    return items


def link_in(body: Mapping[str, Any], name: str) -> str | None:
    """A link that an answer gives, such as `@odata.nextLink`; `None` when it gives none.

    Raises:
        ContractBroken: What stands there is no link.
    """
    link = body.get(name)
    if link is None or (isinstance(link, str) and link):
        return link
    raise ContractBroken(f"What an answer gives as {name} is no link.", cure=ADDRESS_CURE)
