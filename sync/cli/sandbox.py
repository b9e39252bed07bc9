"""`dualwrite sandbox`: the local CRM, ERP and Entra, for trying things and for tests."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync.cli.exits import EXIT_CODES
from sync.cli.output import print_json, say
from sync.errors import ConfigurationWrong

if TYPE_CHECKING:
    from connectors.sandbox.launch import Ports

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", metavar="DIR", help="Where everything is kept.")
]
Gab = Annotated[
    bool | None,
    typer.Option("--gab/--no-gab", help="With or without party and global address book."),
]
Tls = Annotated[bool, typer.Option("--tls", help="Speak TLS, with an authority of its own.")]
Leads = Annotated[
    bool | None,
    typer.Option(
        "--prospects-from-leads/--no-prospects-from-leads",
        help="Whether an account born of a lead is a prospect at once, or waits for a person.",
    ),
]
InstallGab = Annotated[
    bool,
    typer.Option(
        "--install-gab",
        help="Install party and global address book in a folder made without; no way back.",
    ),
]
ApiPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the API; 0: any.")]
CrmPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the CRM; 0: any.")]
ErpPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of the ERP; 0: any.")]
EntraPort = Annotated[int, typer.Option(min=0, max=65535, help="Port of Entra; 0: any.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

_DEFAULT = Path("dualwrite-sandbox")
_LOOK_SECONDS = 0.2


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog=EXIT_CODES)(sandbox)


def sandbox(
    data_dir: DataDir = _DEFAULT,
    gab: Gab = None,
    install_gab: InstallGab = False,
    tls: Tls = False,
    prospects_from_leads: Leads = None,
    api_port: ApiPort = 8800,
    crm_port: CrmPort = 8801,
    erp_port: ErpPort = 8802,
    entra_port: EntraPort = 8803,
    as_json: AsJson = False,
) -> None:
    """Run the local CRM, ERP and Entra, until Ctrl-C; what they hold survives a restart.

    Writes DIR/dualwrite.toml, the settings of a service for them, and last DIR/sandbox.json, the
    addresses and credentials. One of the three that ends by itself leaves the others running. Exit
    code 1: one ended so.
    """
    from connectors.sandbox.launch import DataFolder, Sandboxes, Watch  # noqa: PLC0415

    ports = ports_of(api_port, crm_port, erp_port, entra_port)
    with troubles(), stopping() as stop:
        folder = DataFolder(made(data_dir or _DEFAULT), gab=gab, install_gab=install_gab)
        with Sandboxes(
            folder,
            ports,
            tls=tls,
            prospects_from_leads=prospects_from_leads,
            install_gab=install_gab,
        ) as running:
            file = running.surface.write(folder)
            try:
                if as_json:
                    print_json({"sandbox": str(file), "settings": str(folder.settings)})
                else:
                    _tell(running.surface.document(folder), folder.settings, file)
                watch = Watch(running.children, lambda text: typer.echo(text, err=True))
                while watch.look() and not stop.wait(_LOOK_SECONDS):
                    pass
            finally:
                file.unlink(missing_ok=True)
    if watch.lost:
        raise typer.Exit(1)


def ports_of(api: int, crm: int, erp: int, entra: int) -> Ports:
    """The ports as the launcher takes them."""
    from connectors.sandbox.launch import Ports  # noqa: PLC0415

    return Ports(api=api, crm=crm, erp=erp, entra=entra)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def troubles() -> Iterator[None]:
    """What can go wrong with processes and folders, as exit codes and sentences."""
    from connectors.sandbox.launch import FolderMismatch, ProcessEnded  # noqa: PLC0415

    try:
        yield
    except FolderMismatch as error:
        raise ConfigurationWrong(str(error)) from error
    except ProcessEnded as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except TimeoutError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def made(folder: Path) -> Path:
    """The folder that `--data-dir` names, made when it is missing.

    Raises:
        ConfigurationWrong: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationWrong(
            f"The folder {folder} cannot be made: {error.strerror}.",
            cure="Name a folder where this user may write with --data-dir.",
        ) from error
    return folder


def _tell(document: dict[str, dict[str, str]], settings: Path, file: Path) -> None:
    for name in ("crm", "erp", "entra"):
        say(f"{name:6} {document[name]['url']}")
    say(f"Addresses and credentials: {file}")
    say(f"A service for them: dualwrite migrate --settings {settings}")
    say(f"                    dualwrite serve --settings {settings}")
    say("Ctrl-C stops them.")
