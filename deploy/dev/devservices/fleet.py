"""Both services together."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from devservices import java, kafka, kafka_jars, postgres
from devservices.errors import ServiceError
from devservices.processes import Process
from devservices.state import Service, State
from devservices.waiting import PortTakenError

Say = Callable[[str], None]
_ATTEMPTS = 3


class _Starter(Protocol):
    def __call__(self, folder: Path, *, die_with_us: bool, say: Say) -> Service: ...


_STARTERS: dict[str, _Starter] = {postgres.NAME: postgres.start, kafka.NAME: kafka.start}
_STOPPERS: dict[str, Callable[[Process], None]] = {
    postgres.NAME: postgres.stop,
    kafka.NAME: kafka.stop,
}


def install(say: Say) -> None:
    """Install what is missing; does nothing, and uses no network, when nothing is.

    Raises:
        ServiceError: Something cannot be installed.
    """
    say(f"PostgreSQL: {postgres.ensure(say)}")
    say(f"Java: {java.ensure(say)}")
    say(f"Kafka: {kafka_jars.ensure(say)}")


def start(say: Say, *, die_with_us: bool) -> State:
    """Start both services in a new temporary folder; if one fails, nothing is left running.

    Raises:
        ServiceError: A service cannot be started.
    """
    # All that is missing is known before the first server starts.
    for require in (postgres.require, java.require, kafka_jars.require):
        require()
    folder = Path(tempfile.mkdtemp(prefix="dualwrite-services-"))
    # The server's user has to pass through; each service's own folder is closed to others.
    folder.chmod(0o711)
    services: list[Service] = []
    try:
        for name in _STARTERS:
            services.append(_start(name, folder, die_with_us=die_with_us, say=say))
    except BaseException:
        stop(State(folder, tuple(services)), say)
        raise
    return State(folder, tuple(services))


def stop(state: State, say: Say) -> None:
    """Stop every service by its process id and remove the temporary folder.

    Says nothing unless one had ended by itself, so that a command's own last line stays the last.
    """
    for each in reversed(state.services):
        if not each.process.alive():
            say(f"{each.name} had ended by itself, unasked, before it was stopped")
        _STOPPERS[each.name](each.process)
    shutil.rmtree(state.folder, ignore_errors=True)


def _start(name: str, folder: Path, *, die_with_us: bool, say: Say) -> Service:
    for attempt in range(1, _ATTEMPTS + 1):
        own = folder / f"{name}-{attempt}"
        own.mkdir(mode=0o700)
        try:
            return _STARTERS[name](own, die_with_us=die_with_us, say=say)
        except PortTakenError as error:
            say(f"{name}: another program took {error}; trying other ports")
    raise ServiceError(
        f"{name} found no free port in {_ATTEMPTS} attempts",
        "127.0.0.1",
        "try again when fewer programs are being started",
    )
