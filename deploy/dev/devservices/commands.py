"""Run a short command to its end, and say clearly when it fails."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from devservices.errors import ServiceError
from devservices.identity import Identity

TAIL_LINES = 30


def tail(text: str, lines: int = TAIL_LINES) -> str:
    """Return the last ``lines`` lines of a text."""
    return "\n".join(text.strip().splitlines()[-lines:])


def tail_of(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log file; empty when there is none."""
    try:
        return tail(log.read_text(encoding="utf-8", errors="replace"), lines)
    except OSError:
        return ""


def run(
    command: Sequence[str],
    *,
    what: str,
    cure: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    identity: Identity | None = None,
) -> str:
    """Run a command and return its output.

    Args:
        command: Program and arguments; no shell is involved.
        what: What the command does, for the error: "PostgreSQL's initdb".
        cure: What a person can do when it fails.
        timeout: Seconds after which the command is killed and counts as failed.
        environment: The whole environment of the command; ours when left out.
        identity: The user to run as; ours when left out.

    Raises:
        ServiceError: The program is missing, failed, or took too long.
    """
    as_user = identity.popen_arguments() if identity else {}
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(  # noqa: S603 - the commands are built by these modules
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            env=dict(environment) if environment is not None else None,
            cwd="/",
            check=False,
            **as_user,
        )
    except FileNotFoundError as error:
        raise ServiceError(f"{what}: the program is missing", command[0], cure) from error
    except PermissionError as error:
        raise ServiceError(f"{what}: {error.strerror}", command[0], cure) from error
    except subprocess.TimeoutExpired as error:
        output = error.output or b""
        shown = output if isinstance(output, str) else output.decode(errors="replace")
        raise ServiceError(
            f"{what} did not end within {timeout:g} s", " ".join(command), cure, tail(shown)
        ) from error
    if done.returncode != 0:
        raise ServiceError(
            f"{what} failed with exit code {done.returncode}",
            " ".join(command),
            cure,
            tail(done.stdout),
        )
    return done.stdout
