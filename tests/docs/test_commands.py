"""What a page tells a reader to type is what the command line takes, and nothing is left out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from sync.cli.exits import ExitCode
from sync.cli.main import app
from tests.docs.pages import ROOT, command_lines, first_column, pages, section

_CLI = (ROOT / "docs" / "cli.md").read_text("utf-8")
_PLACEHOLDER = re.compile(r"[A-Z][A-Z:]*…?")
_ROOT_COMMAND = get_command(app)


def _leaves(command: Any = _ROOT_COMMAND, path: tuple[str, ...] = ()) -> Iterator[str]:
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path)
        return
    for name, child in below.items():
        yield from _leaves(child, (*path, name))


def _unknown(line: str) -> str | None:
    """The first word of a command line that the command does not know; `None` if it knows all."""
    command: Any = _ROOT_COMMAND
    for word in shlex.split(line.replace("\\|", " "))[1:]:
        if word.startswith("-"):
            options = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
            if word.split("=")[0] not in options:
                return word
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return word
            command = command.commands[word]
    return None


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_line_is_known(page: Path) -> None:
    lines = list(command_lines(page.read_text("utf-8")))
    assert [line for line in lines if line.split()[1] != "COMMAND" and _unknown(line)] == []


def test_pages_hold_command_lines_and_a_wrong_one_would_be_seen() -> None:
    assert len(list(command_lines((ROOT / "README.md").read_text("utf-8")))) > 10
    assert _unknown("dualwrite maps begin companies") == "begin"
    assert _unknown("dualwrite replay FILE --expects OUT") == "--expects"


def test_every_command_is_documented_and_no_other() -> None:
    rows = first_column(section(_CLI, "Commands"))
    leaves = set(_leaves())
    documented = set()
    for row in rows:
        words = [w for w in row.split()[1:] if not w.startswith("-") and not _is_placeholder(w)]
        documented.add(" ".join(words))
    assert documented == leaves


def test_every_exit_code_is_documented() -> None:
    codes = re.findall(r"^\| (\d+) \|", section(_CLI, "Exit codes"), re.MULTILINE)
    assert codes == [str(code.value) for code in ExitCode]


def _is_placeholder(word: str) -> bool:
    return _PLACEHOLDER.fullmatch(word) is not None or "|" in word
