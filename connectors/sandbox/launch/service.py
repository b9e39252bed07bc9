"""The service for a data folder, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import httpx

from connectors.sandbox.launch.child import Child, ProcessEnded
from connectors.sandbox.launch.folder import DataFolder
from connectors.sandbox.launch.surface import Surface

# The settings of the folder's own file count; from outside come only the state and the log.
_OURS = "DUALWRITE_"
_PASSED = ("DUALWRITE_DATABASE_URL", "DUALWRITE_KAFKA_", "DUALWRITE_LOG_")
_START_SECONDS = 60.0


class ServiceProcess:
    """`dualwrite migrate`, then `dualwrite serve`, with the folder's settings.

    Args:
        folder: the data folder, whose systems run.
        surface: where everything answers.
        environment: `DUALWRITE_*` variables on top of ours.
    """

    def __init__(
        self, folder: DataFolder, surface: Surface, environment: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._surface = surface
        self._environment = {**passed_on(), **(environment or {})}
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self.migrate()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def child(self) -> Child:
        """The process."""
        if self._child is None:
            raise RuntimeError("the service has not been started")
        return self._child

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._child is not None and self._child.process.poll() is None

    def migrate(self) -> None:
        """Bring the database's schema up.

        Raises:
            ProcessEnded: it failed; says why.
        """
        done = subprocess.run(  # noqa: S603 - a command of our own
            self._command("migrate"),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProcessEnded("dualwrite migrate", done.returncode, done.stderr.splitlines()[-20:])

    def start(self) -> None:
        """Start the service; it may not be ready yet."""
        log = self._folder.logs / "service.log"
        self._child = Child("The service", self._command("serve"), log, self._environment)

    def wait_ready(self, seconds: float = _START_SECONDS) -> None:
        """Wait until `/readyz` answers 200.

        Raises:
            ProcessEnded: the service ended instead.
            TimeoutError: it never was ready.
        """
        deadline, seen = time.monotonic() + seconds, "no answer"
        with httpx.Client(timeout=5.0, trust_env=False) as client:
            while time.monotonic() < deadline:
                self.check()
                try:
                    answer = client.get(f"{self._surface.api}/readyz")
                except httpx.HTTPError as error:
                    seen = type(error).__name__
                else:
                    if answer.status_code == 200:
                        return
                    seen = f"{answer.status_code} {answer.text[:500]}"
                time.sleep(0.1)
        raise TimeoutError(f"The service is not ready after {seconds:g} s; /readyz says: {seen}")

    def check(self) -> None:
        """Make sure that it runs.

        Raises:
            ProcessEnded: it does not.
        """
        self.child.check()

    def stop(self) -> int:
        """Let it drain and end; its exit code."""
        return self.child.stop() if self._child is not None else 0

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.child.kill()

    def _command(self, name: str) -> list[str]:
        code = "from sync.cli.main import main; main()"
        return [sys.executable, "-c", code, name, "--settings", str(self._folder.settings)]


def passed_on() -> dict[str, str]:
    """Our environment, without the settings that the folder's own file makes."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) or name.startswith(_PASSED)
    }
