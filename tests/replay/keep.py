"""Make the kept recordings and transcripts anew: `python -m tests.replay.keep`.

Only for a change that is meant to decide differently; the diff of the transcripts says how.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from sync.bootstrap.recordings import replay_file
from tests.replay.story import tell

FOLDER = Path(__file__).parent / "recordings"


async def keep() -> None:
    """Play the story in both flavours and keep what it says."""
    FOLDER.mkdir(exist_ok=True)
    for name, gab in (("nogab", False), ("gab", True)):
        file = FOLDER / f"{name}.jsonl"
        file.write_bytes(await (await tell(gab=gab)).recording())
        (FOLDER / f"{name}.transcript").write_bytes(await replay_file(file, None))


if __name__ == "__main__":
    asyncio.run(keep())
