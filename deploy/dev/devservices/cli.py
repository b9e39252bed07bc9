"""The command line of ``deploy/dev/services``."""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from devservices import fleet
from devservices.errors import ServiceError
from devservices.state import State, load, save, write_private

EXIT_FAILED = 1
EXIT_NOT_RUNNING = 3
_ROOT = Path(__file__).resolve().parents[3]
_STATE = _ROOT / ".services" / "state.json"


def say(line: str) -> None:
    """Print a progress line to standard error; standard output is for the shell."""
    sys.stderr.write(f"services: {line}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code.

    ``run`` returns the exit code of the command it ran (128 + n if signal n ended it). The others
    return 0, 1 when something failed, and ``status`` 3 when the services do not run.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.action(options)
    except ServiceError as error:
        say(str(error))
        return EXIT_FAILED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="services", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    install = commands.add_parser("install", help="install what is missing")
    install.set_defaults(action=_install)

    start = commands.add_parser("start", help="start both; prints the variables for a shell")
    start.add_argument("--env", type=Path, metavar="FILE", help="write the variables there instead")
    start.set_defaults(action=_start)

    stop = commands.add_parser("stop", help="stop what start started")
    stop.set_defaults(action=_stop)

    status = commands.add_parser("status", help="tell what runs; exit code 3 if not all does")
    status.set_defaults(action=_status)

    run = commands.add_parser("run", help="start both, run a command with the variables, stop both")
    run.add_argument("command", nargs="+", metavar="COMMAND")
    run.set_defaults(action=_run)
    return parser


def _install(_options: argparse.Namespace) -> int:
    fleet.install(say)
    return 0


def _start(options: argparse.Namespace) -> int:
    state = load(_STATE)
    if state is not None and not _all_alive(state):
        fleet.stop(state, say)
        state = None
    if state is None:
        state = fleet.start(say, die_with_us=False)
        save(_STATE, state)
    else:
        say("both services run already")
    if options.env is None:
        sys.stdout.write(state.exports())
    else:
        write_private(options.env.resolve(), state.exports())
        say(f"variables written to {options.env}")
    return 0


def _stop(_options: argparse.Namespace) -> int:
    state = load(_STATE)
    if state is None:
        say("nothing was started")
        return 0
    fleet.stop(state, say)
    _STATE.unlink()
    say("both services are stopped")
    return 0


def _status(_options: argparse.Namespace) -> int:
    state = load(_STATE)
    if state is None:
        sys.stdout.write("not started\n")
        return EXIT_NOT_RUNNING
    for each in state.services:
        condition = "runs" if each.process.alive() else "is dead"
        sys.stdout.write(f"{each.name} {condition}: {each.address}, process {each.process.pid}\n")
    return 0 if _all_alive(state) else EXIT_NOT_RUNNING


def _run(options: argparse.Namespace) -> int:
    # A polite kill has to end in the same tidying up as Ctrl-C.
    signal.signal(signal.SIGTERM, _terminated)
    began = time.monotonic()
    state = fleet.start(say, die_with_us=True)
    try:
        say(f"ready after {time.monotonic() - began:.1f} s")
        return _command(options.command, {**os.environ, **state.variables()})
    finally:
        fleet.stop(state, say)


def _command(command: Sequence[str], environment: dict[str, str]) -> int:
    try:
        child = subprocess.Popen(list(command), env=environment)  # noqa: S603 - asked for
    except OSError as error:
        raise ServiceError(
            f"the command cannot be started: {error.strerror}",
            command[0],
            "check its path; `make env` builds the environment",
        ) from error
    try:
        code = child.wait()
    except BaseException:
        # On Ctrl-C the terminal has told the command too; on a kill only we know.
        child.terminate()
        child.wait()
        raise
    return code if code >= 0 else 128 - code


def _terminated(_number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + signal.SIGTERM)


def _all_alive(state: State) -> bool:
    return all(each.process.alive() for each in state.services)
