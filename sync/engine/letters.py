"""Dead letters for other readers: each is told on a side topic of the log once it is saved."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sync.core import exact_json
from sync.ports import ChangeLog, DeadLetter

TOPIC = "deadletters"


async def tell(log: ChangeLog, letters: Iterable[DeadLetter]) -> None:
    """Append dead letters to the side topic; the store is where they stay."""
    for letter in letters:
        key = letter.link_id or letter.id
        await log.note(TOPIC, key, exact_json.encode(msgspec.structs.asdict(letter)))
