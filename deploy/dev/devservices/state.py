"""What was started: kept in memory by ``run``, in a file between ``start`` and ``stop``."""

import json
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from devservices.errors import ServiceError
from devservices.processes import Process


@dataclass(frozen=True)
class Service:
    """A running service.

    Attributes:
        name: ``postgresql`` or ``kafka``.
        process: The server's process.
        address: Host and port.
        variables: What the tests find it by; may hold a password.
    """

    name: str
    process: Process
    address: str
    variables: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class State:
    """Everything that one ``start`` brought up, and the temporary folder it lives in."""

    folder: Path
    services: tuple[Service, ...]

    def variables(self) -> dict[str, str]:
        """Return the variables of all services."""
        return {key: value for each in self.services for key, value in each.variables.items()}

    def exports(self) -> str:
        """Return the variables as lines for a shell."""
        pairs = self.variables().items()
        return "".join(f"export {key}={shlex.quote(value)}\n" for key, value in pairs)


def write_private(path: Path, text: str) -> None:
    """Write a file that only we may read, in one step: it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def save(path: Path, state: State) -> None:
    """Keep the state for a later command."""
    services = [
        {
            "name": each.name,
            "pid": each.process.pid,
            "started": each.process.started,
            "address": each.address,
            "variables": each.variables,
        }
        for each in state.services
    ]
    document = {"folder": str(state.folder), "services": services}
    write_private(path, json.dumps(document, indent=1) + "\n")


def load(path: Path) -> State | None:
    """Return the kept state, None if nothing was started.

    Raises:
        ServiceError: The file cannot be understood.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return State(
            Path(document["folder"]),
            tuple(
                Service(
                    str(each["name"]),
                    Process(int(each["pid"]), int(each["started"])),
                    str(each["address"]),
                    dict(each["variables"]),
                )
                for each in document["services"]
            ),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServiceError(
            f"the record of the started services is unreadable: {error}",
            str(path),
            "stop the processes it names by hand if they still run, then delete the file",
        ) from error
