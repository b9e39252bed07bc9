"""The command line as a person types it."""

from __future__ import annotations

import sys


def command(*arguments: str) -> list[str]:
    """`dualwrite` with arguments, by the interpreter that runs the tests."""
    return [sys.executable, "-c", "from sync.cli.main import main; main()", *arguments]
