"""What the API's routes work with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Annotated, cast

from fastapi import Depends, Request

from sync.core.kinds import Kinds
from sync.engine.business import Business
from sync.engine.draws import Draws
from sync.engine.sequences import NumberCheck
from sync.engine.service import Service
from sync.ports import Clock, Observer, Store


@dataclass(frozen=True)
class ApiContext:
    """What the API's routes work with.

    Attributes:
        service: The running service.
        store: The state.
        kinds: The compiled maps.
        clock: Time.
        business: The business view.
        numbers: Checks the number sequences.
        draws: Draws numbers of shared sequences.
        observer: Hears of failures.
        exposition: The metrics in Prometheus' text format.
        token: The bearer token of `/api/v1`.
        reader_token: The lesser one, which reads masked and changes nothing; `None` for none.
        hook_secrets: Side → what its notices carry as `code`; a side without one is not listened
            to.
        version: The version of the service.
    """

    service: Service
    store: Store
    kinds: Kinds
    clock: Clock
    business: Business
    numbers: NumberCheck
    draws: Draws
    observer: Observer
    exposition: Callable[[], Awaitable[bytes]]
    token: str = field(repr=False)
    hook_secrets: Mapping[str, str] = field(repr=False)
    version: str
    reader_token: str | None = field(default=None, repr=False)

    @property
    def kinds_digest(self) -> str:
        """A hash over all maps: 16 hexadecimal digits."""
        text = "".join(table_map.digest for table_map in self.kinds.table_maps)
        return blake2b(text.encode(), digest_size=8).hexdigest()


def _context(request: Request) -> ApiContext:
    return cast(ApiContext, request.app.state.context)


Context = Annotated[ApiContext, Depends(_context)]
"""Asks for the context of the application that a request came to."""
