"""What commands share: their options, and opening the state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from sync.bootstrap import State

T = TypeVar("T")

SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="Settings file (TOML); DUALWRITE_* wins."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")]
Cursor = Annotated[str | None, typer.Option(help="Go on where a page ended: its `next`.")]


def with_state(file: Path | None, action: Callable[[State], Awaitable[T]]) -> T:
    """Do something with the state; the two systems are not reached.

    Raises:
        ConfigurationWrong: Settings, maps or the schema are unusable.
        Unavailable: The database is not reached.
    """
    from sync.bootstrap import open_state  # noqa: PLC0415 - a command that needs it not starts fast
    from sync.settings import load  # noqa: PLC0415

    async def run() -> T:
        state = open_state(load(file))
        try:
            await state.store.start()
            return await action(state)
        finally:
            await state.store.close()

    return asyncio.run(run())
