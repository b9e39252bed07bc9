"""The same seed gives the same run, byte for byte, in every process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.simulation.run import run_world

_PROGRAM = """
from tests.simulation.run import run_world
print([run_world(s, gab=g).transcript.hexdigest() for s in (3, 4) for g in (False, True)])
"""
pytestmark = [pytest.mark.simulation, pytest.mark.timeout(300)]


@pytest.mark.parametrize("gab", [False, True], ids=["nogab", "gab"])
def test_twice_in_one_process(gab: bool) -> None:
    first, second = (run_world(11, gab=gab).transcript.hexdigest() for _ in range(2))
    assert first == second
    assert first != run_world(12, gab=gab).transcript.hexdigest()


def test_in_processes_that_hash_differently() -> None:
    """Nothing depends on the order of a set."""
    said = [
        subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    ]
    assert said[0]
    assert said[0] == said[1]
