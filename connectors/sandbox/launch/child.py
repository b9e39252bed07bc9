"""A process that we start, watch and stop by its id."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_TAIL = 20


class ProcessEnded(Exception):
    """A process ended that should be running.

    Args:
        name: which.
        code: its exit code.
        tail: its last log lines.
    """

    def __init__(self, name: str, code: int | None, tail: Sequence[str]) -> None:
        lines = "\n".join(f"  {line}" for line in tail) or "  (it wrote nothing)"
        super().__init__(f"{name} ended with code {code}. Its last lines:\n{lines}")
        self.name = name
        self.code = code
        self.tail = tuple(tail)


class Child:
    """One process; what it writes goes to a file of its own.

    It is in a session of its own, so that Ctrl-C reaches it through us, and its standard input is
    a pipe that closes with us, so that it can tell when we are gone.

    Args:
        name: what people call it.
        command: the command line.
        log: where its words go, appended.
        environment: its environment; ours when left out.
        speaks: whether it prints one line on standard output when it is ready.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        *,
        speaks: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as sink:
            self.process = subprocess.Popen(  # noqa: S603 - a command of our own
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if speaks else sink,
                stderr=sink,
                env=None if environment is None else dict(environment),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    def first_line(self) -> str:
        """What it says when it is ready.

        Raises:
            ProcessEnded: it ended instead.
        """
        line = _pipe(self.process.stdout).readline().decode().strip()
        if not line:
            self.process.wait()
            self.check()
        return line

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            ProcessEnded: it does not.
        """
        code = self.process.poll()
        if code is not None:
            raise ProcessEnded(self.name, code, self.tail())

    def tail(self) -> list[str]:
        """Its last log lines."""
        return self.log.read_text("utf-8", "replace").splitlines()[-_TAIL:]

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self._reap()

    def stop(self, timeout: float = 15.0) -> int:
        """Ask it to end, and end it when it does not within `timeout` seconds; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
        return self._reap()

    def _reap(self) -> int:
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("this process was not started to speak")
    return pipe
