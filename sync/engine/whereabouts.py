"""Whereabouts: where in the code something broke, without a value of anybody."""

from __future__ import annotations

import traceback
from pathlib import Path


def place_of(error: BaseException) -> str:
    """The innermost file and line that an error came from: `merge.py:120`."""
    trace = traceback.extract_tb(error.__traceback__)
    return f"{Path(trace[-1].filename).name}:{trace[-1].lineno}" if trace else "unknown"
