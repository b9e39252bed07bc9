"""Start a server, know it again by process id and start time, and stop it."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devservices.errors import ServiceError
from devservices.identity import Identity

_POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Process:
    """A running server.

    The start time (clock ticks since boot) tells it from a later process that was given the same
    id, so that nothing is ever stopped that we did not start.
    """

    pid: int
    started: int

    def alive(self) -> bool:
        """Tell whether this very process still runs; one that only waits to be reaped does not."""
        _reap(self.pid)
        found = _stat(self.pid)
        return found is not None and found == ("live", self.started)

    def stop(self, signals: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn, waiting so many seconds for the end; at last kill.

        Args:
            signals: Pairs of a signal and the seconds it is given to work.
        """
        for number, seconds in (*signals, (signal.SIGKILL, 10.0)):
            if not self.alive():
                return
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return
            until = time.monotonic() + seconds
            while self.alive() and time.monotonic() < until:
                time.sleep(_POLL_SECONDS)


def spawn(
    command: Sequence[str],
    *,
    what: str,
    log: Path,
    environment: Mapping[str, str],
    identity: Identity | None = None,
    die_with_us: bool = False,
) -> Process:
    """Start a server in a session of its own, its output in a log file.

    Args:
        command: Program and arguments.
        what: The server's name, for errors.
        log: Where standard output and error go; overwritten.
        environment: The server's whole environment.
        identity: The user to run as; ours when left out.
        die_with_us: Have the kernel end the server should we be killed.

    Raises:
        ServiceError: The program cannot be started.
    """
    # Looked up before the fork: the child only makes one system call.
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def die_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    as_user = identity.popen_arguments() if identity else {}
    try:
        with log.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 - the commands are built by these modules
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
                preexec_fn=die_with_parent if die_with_us else None,  # noqa: PLW1509 - no threads
                **as_user,
            )
    except OSError as error:
        raise ServiceError(
            f"{what} cannot be started: {error.strerror}",
            command[0],
            "run `deploy/dev/services install`, then try again",
        ) from error
    found = _stat(child.pid)
    # We look after the process by its id from here on; this only quietens Popen's destructor.
    child.returncode = 0
    return Process(child.pid, found[1] if found else 0)


def _stat(pid: int) -> tuple[str, int] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    # The second field is the program's name in brackets and may hold spaces.
    fields = text.rpartition(")")[2].split()
    return ("dead" if fields[0] in "ZX" else "live", int(fields[19]))


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # started by an earlier command: its parent is not us
