"""A reader that goes away (`dualwrite … | head`) is no defect of the program."""

from __future__ import annotations

import os
import subprocess

from tests.cli.process import DUALWRITE


def test_a_reader_that_has_seen_enough_ends_the_command_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*DUALWRITE, "maps", "show", "quotes"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
