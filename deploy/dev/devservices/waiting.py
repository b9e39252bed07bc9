"""Wait until a server really answers."""

import time
from collections.abc import Callable
from pathlib import Path

from devservices.commands import tail_of
from devservices.errors import ServiceError
from devservices.processes import Process

_POLL_SECONDS = 0.1


class PortTakenError(Exception):
    """Another program took the port between our look and the server's start: try again."""


def until_ready(
    answers: Callable[[], str],
    *,
    what: str,
    address: str,
    process: Process,
    log: Path,
    timeout: float,
) -> None:
    """Ask until the server answers.

    Args:
        answers: Returns "" when the server is ready, else what is still missing.
        what: The server's name.
        address: Where it should answer, for the error.
        process: The server; its death ends the wait.
        log: Its log, whose end the error shows.
        timeout: Seconds to wait at most.

    Raises:
        PortTakenError: The server died because its port was taken.
        ServiceError: The server died or did not answer in time.
    """
    until = time.monotonic() + timeout
    missing = "nothing was tried"
    while time.monotonic() < until:
        if not process.alive():
            end = tail_of(log)
            if "ddress already in use" in end:
                raise PortTakenError(address)
            raise ServiceError(
                f"{what} ended while starting",
                f"{address}, log {log}",
                "read its last output below; a full disk or too little memory are the usual causes",
                end or "(it said nothing)",
            )
        missing = answers()
        if not missing:
            return
        time.sleep(_POLL_SECONDS)
    raise ServiceError(
        f"{what} does not answer after {timeout:g} s: {missing}",
        f"{address}, log {log}",
        "read its last output below, free memory or CPU, and try again",
        tail_of(log) or "(it said nothing)",
    )
