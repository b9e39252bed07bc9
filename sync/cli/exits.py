"""Exit codes, and how errors reach a person."""

from __future__ import annotations

import os
import sys
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from sync.errors import ConfigurationWrong, DualWriteError, InputUnusable, RemoteError


class ExitCode(IntEnum):
    """What a command ends with."""

    OK = 0
    """Done, and nothing to complain about."""
    FINDING = 1
    """Done, and the answer is no: something differs, is missing or is refused."""
    UNUSABLE = 2
    """The input, the settings, a map or the schema cannot be used."""
    UNREACHED = 3
    """A system, the database or the broker is not reached, or does not let us in."""
    DEFECT = 70
    """A defect of the program; where it happened is printed."""


EXIT_CODES = (
    "Exit codes: 0 done; 1 a negative finding; 2 input, settings, maps or schema are unusable; "
    "3 a system, the database or the broker is not reached; 70 a defect of the program."
)
"""Stands below the help of every command."""


def exit_code(error: DualWriteError) -> ExitCode:
    """What an error makes a command end with."""
    if isinstance(error, ConfigurationWrong | InputUnusable):
        return ExitCode.UNUSABLE
    return ExitCode.UNREACHED if isinstance(error, RemoteError) else ExitCode.FINDING


def report(error: DualWriteError) -> None:
    """Print an error: code, message, cure."""
    sys.stderr.write(f"{error.code}: {_message(error)}\n")
    if error.cure:
        sys.stderr.write(f"  {error.cure}\n")


def _message(error: DualWriteError) -> str:
    text = str(error)
    return text.removesuffix(error.cure).rstrip() if error.cure else text


def report_defect(error: Exception) -> None:
    """Print where an unexpected error came up; its text may quote what a customer typed."""
    sys.stderr.write(f"defect: {type(error).__name__}\n")
    sys.stderr.writelines(traceback.format_tb(error.__traceback__))
    sys.stderr.write("  Report it to the developers, with the lines above.\n")


class Group(TyperGroup):
    """A command group whose commands end with an exit code, never with a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; its error is printed and becomes the exit code."""
        try:
            return super().invoke(ctx)
        except DualWriteError as error:
            report(error)
            raise typer.Exit(exit_code(error)) from None
        except (typer.Exit, typer.Abort, TyperException):
            raise
        except BrokenPipeError:
            # Whoever read the output has seen enough (`dualwrite status | head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.OK) from None
        except Exception as error:
            report_defect(error)
            raise typer.Exit(ExitCode.DEFECT) from None
