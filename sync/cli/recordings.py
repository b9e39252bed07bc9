"""`dualwrite record` and `dualwrite replay`: prove that a change decides the same."""

from __future__ import annotations

import asyncio
import difflib
import os
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.common import AsJson, SettingsFile
from sync.cli.exits import EXIT_CODES, ExitCode
from sync.cli.output import print_json, say
from sync.errors import ConfigurationWrong, InputUnusable

_DIFF_LINES = 200
_WIDTH = 400
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the recording.")]
DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", metavar="DIR", help="A folder of `dualwrite sandbox` or `demo`."),
]
Recorded = Annotated[Path, typer.Argument(metavar="FILE", help="The recording.")]
Maps = Annotated[
    Path | None,
    typer.Option("--maps", metavar="DIR", help="Maps laid over the shipped ones, to be proved."),
]
Transcript = Annotated[
    Path | None,
    typer.Option("--transcript", metavar="OUT", help="Where to write the transcript."),
]
Expected = Annotated[
    Path | None,
    typer.Option("--expect", metavar="TRANSCRIPT", help="The transcript it must be equal to."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("record", epilog=EXIT_CODES)(record)
    app.command("replay", epilog=EXIT_CODES)(replay)


def record(
    out: Out,
    data_dir: DataDir = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that a service has seen as a recording; the service may go on."""
    from sync.bootstrap.recordings import record_service  # noqa: PLC0415
    from sync.settings import load  # noqa: PLC0415

    if data_dir is not None and settings is not None:
        raise ConfigurationWrong(
            "Both --data-dir and --settings name the service.", cure="Give one of them."
        )
    if data_dir is not None:
        settings = _settings_in(data_dir)
    chosen = load(settings)

    async def run() -> int:
        part = out.with_name(out.name + ".part")
        count = 0
        with part.open("wb") as file:
            async for line in record_service(chosen):
                file.write(line + b"\n")
                count += 1
        os.replace(part, out)
        return count

    try:
        lines = asyncio.run(run())
    except OSError as error:
        raise InputUnusable(
            f"{out} cannot be written: {error.strerror}.", cure="Name a file in a folder of yours."
        ) from None
    if as_json:
        print_json({"file": str(out), "lines": lines})
    else:
        say(f"{out}: {lines} lines")


def _settings_in(folder: Path) -> Path:
    """The settings of the service of a data folder; of a demo's, of the variant that stays up."""
    for name in (".", "with-gab", "without-gab"):
        if (folder / name / "dualwrite.toml").is_file():
            return folder / name / "dualwrite.toml"
    raise InputUnusable(
        f"{folder} holds no dualwrite.toml.",
        cure="Name a folder that `dualwrite sandbox` or `dualwrite demo` made, or use --settings.",
    )


def replay(
    file: Recorded,
    maps: Maps = None,
    transcript: Transcript = None,
    expect: Expected = None,
    as_json: AsJson = False,
) -> None:
    """Run the engine on a recording, with no network and a virtual clock.

    Exit 0: the transcript is the expected one (or none was given); 1: it is different; 2: the
    recording or the maps are unusable.
    """
    from sync.bootstrap.recordings import replay_file  # noqa: PLC0415

    found = asyncio.run(replay_file(file, maps))
    if transcript is not None:
        _write(transcript, found)
    different: list[str] = []
    if expect is not None:
        different = _difference(_read(expect), found, str(expect))
    if as_json:
        print_json({"lines": found.count(b"\n"), "equal": not different, "difference": different})
    elif expect is None and transcript is None:
        say(found.decode().rstrip("\n"))
    elif different:
        for line in different[:_DIFF_LINES]:
            say(line)
        if len(different) > _DIFF_LINES:
            say(f"… and {len(different) - _DIFF_LINES} more lines")
    else:
        say(f"{file}: {'replayed' if expect is None else 'the same'}")
    if different:
        raise typer.Exit(ExitCode.FINDING)


def _difference(expected: bytes, found: bytes, name: str) -> list[str]:
    """A unified diff, each line cut to a readable width; empty when the bytes are the same."""
    if expected == found:
        return []
    lines = difflib.unified_diff(
        expected.decode(errors="replace").splitlines(),
        found.decode().splitlines(),
        name,
        "this replay",
        n=1,
        lineterm="",
    )
    return [line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…" for line in lines]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputUnusable(
            f"{file} cannot be read: {error.strerror}.",
            cure="Name a transcript that `dualwrite replay --transcript` wrote.",
        ) from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InputUnusable(
            f"{file} cannot be written: {error.strerror}.", cure="Name a file in a folder of yours."
        ) from None
