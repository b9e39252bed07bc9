"""A PostgreSQL server with a fresh data folder, on loopback and a socket in that folder."""

import os
import secrets
import signal
from collections.abc import Callable
from pathlib import Path

from devservices import apt
from devservices.commands import run
from devservices.errors import ServiceError
from devservices.identity import Identity, postgres_identity
from devservices.ports import LOOPBACK, free_ports
from devservices.processes import Process, spawn
from devservices.state import Service
from devservices.waiting import until_ready

NAME = "postgresql"
ROLE = "dualwrite"
_READY_SECONDS = 60.0
# SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
_STOP = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_CURE = (
    "read the output below; the temporary folder needs free space and must let the user that "
    "PostgreSQL runs as pass through (for root that is 'postgres'); TMPDIR names another"
)
# fsync is off because a test's data need not survive the machine; synchronous_commit stays on, so
# that commits become visible and fail exactly as in production.
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "password_encryption": "scram-sha-256",
}


def binaries() -> Path | None:
    """Return the program folder of the newest PostgreSQL, or None."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    usable = [path.parent for path in found if path.parent.parent.name.isdigit()]
    return max(usable, key=lambda path: int(path.parent.name), default=None)


def ensure(say: Callable[[str], None]) -> Path:
    """Return the program folder, installing Debian's packages if there is none.

    Raises:
        ServiceError: They cannot be installed.
    """
    if binaries() is None:
        apt.install(["postgresql"], why="PostgreSQL", say=say)
    return require()


def require() -> Path:
    """Return the program folder.

    Raises:
        ServiceError: There is none.
    """
    found = binaries()
    if found is None:
        raise ServiceError(
            "no PostgreSQL server",
            "/usr/lib/postgresql/*/bin/postgres",
            "run `deploy/dev/services install`",
        )
    return found


def start(folder: Path, *, die_with_us: bool, say: Callable[[str], None]) -> Service:
    """Make a data folder with a random password, start the server, wait until it takes queries.

    Args:
        folder: An empty folder of its own, below folders that the server's user may enter.
        die_with_us: Have the kernel end the server should we be killed.
        say: Takes progress lines.

    Raises:
        PortTakenError: Another program took the port: call again with another folder.
        ServiceError: It cannot be started.
    """
    programs, identity, password = require(), postgres_identity(), secrets.token_urlsafe(24)
    identity.own(folder)
    data = folder / "data"
    _make(programs, identity, folder, data, password)
    (port,) = free_ports(1)
    log = folder / "postgresql.log"
    command = [str(programs / "postgres"), "-D", str(data), "-h", LOOPBACK, "-p", str(port)]
    command += ["-k", str(folder)]
    for key, value in _SETTINGS.items():
        command += ["-c", f"{key}={value}"]
    process = spawn(
        command,
        what="PostgreSQL",
        log=log,
        environment=_ENVIRONMENT,
        identity=identity,
        die_with_us=die_with_us,
    )
    address = f"{LOOPBACK}:{port}"
    try:
        until_ready(
            lambda: _missing(programs, port, password),
            what="PostgreSQL",
            address=address,
            process=process,
            log=log,
            timeout=_READY_SECONDS,
        )
    except BaseException:
        stop(process)
        raise
    say(f"PostgreSQL {programs.parent.name} answers on {address}")
    url = f"postgresql+asyncpg://{ROLE}:{password}@{address}/postgres"
    return Service(NAME, process, address, {"DUALWRITE_TEST_DATABASE_URL": url})


def stop(process: Process) -> None:
    """Stop the server: fast, then at once, then by a kill."""
    process.stop(_STOP)


def _make(programs: Path, identity: Identity, folder: Path, data: Path, password: str) -> None:
    secret = folder / "password"
    with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(password + "\n")
    identity.own(secret)
    try:
        run(
            [
                str(programs / "initdb"),
                f"--pgdata={data}",
                f"--username={ROLE}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            what="PostgreSQL's initdb",
            cure=_CURE,
            timeout=120,
            environment=_ENVIRONMENT,
            identity=identity,
        )
    finally:
        secret.unlink()


def _missing(programs: Path, port: int, password: str) -> str:
    query = ["--no-psqlrc", "--host", LOOPBACK, "--port", str(port), "--username", ROLE]
    query += ["--dbname", "postgres", "--command", "select 1"]
    try:
        run(
            [str(programs / "psql"), *query],
            what="a first query",
            cure=_CURE,
            timeout=10,
            environment={**_ENVIRONMENT, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "5"},
        )
    except ServiceError as error:
        return error.detail or error.thing
    return ""
