"""The CRM, the ERP and the identity provider of a data folder, running."""

from __future__ import annotations

import socket
import sys
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from connectors.sandbox.launch.child import Child
from connectors.sandbox.launch.folder import DataFolder, Ports
from connectors.sandbox.launch.surface import Surface

_SYSTEMS = ("entra", "crm", "erp")
_TITLES = {"entra": "Entra", "crm": "CRM", "erp": "ERP"}


class Sandboxes:
    """Three processes, each with its own file, from entering to leaving the context.

    Entering waits until all three answer and writes the service's settings.

    Args:
        folder: the data folder.
        ports: where to listen.
        tls: whether the three speak TLS, with the folder's own authority.
        prospects_from_leads: whether an account born of a lead is a prospect at once; `None`
            leaves it as the folder has it.
        install_gab: whether party and global address book have just come to the folder, so that
            the accounts and contacts that are there need their parties.
    """

    def __init__(
        self,
        folder: DataFolder,
        ports: Ports | None = None,
        *,
        tls: bool = False,
        prospects_from_leads: bool | None = None,
        install_gab: bool = False,
    ) -> None:
        self.folder = folder
        self._install_gab = install_gab
        self._ports = ports or Ports(0, 0, 0, 0)
        self._tls = tls
        self._prospects_from_leads = prospects_from_leads
        self._children: dict[str, Child] = {}
        self._halted: set[str] = set()
        self._hook = ""
        self._surface: Surface | None = None

    @property
    def surface(self) -> Surface:
        """Where everything answers."""
        if self._surface is None:
            raise RuntimeError("the systems have not been started")
        return self._surface

    def __enter__(self) -> Self:
        folder, tls = self.folder, self._tls
        folder.surface.unlink(missing_ok=True)
        folder.authority()
        if tls:
            folder.make_tls()
        api = f"http://127.0.0.1:{self._ports.api or free_port()}"
        # The secret is added there: command lines are for everybody on the machine to see.
        self._hook = f"{api}/hooks/erp"
        try:
            for system in _SYSTEMS:
                self._children[system] = self._start(system, getattr(self._ports, system))
            urls = {system: child.first_line() for system, child in self._children.items()}
        except BaseException:
            self.stop()
            raise
        self._surface = Surface(api=api, **urls, ca=folder.ca if tls else None)
        self._surface.write_settings(folder)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def check(self) -> None:
        """Make sure that all three run, except those that were halted.

        Raises:
            ProcessEnded: one does not; says which, with its last log lines.
        """
        for system, child in self._children.items():
            if system not in self._halted:
                child.check()

    def halt(self, system: str) -> None:
        """Stop one system: nobody reaches it until it is resumed."""
        self._halted.add(system)
        self._children[system].stop()

    def resume(self, system: str) -> None:
        """Start a halted system again, at its address and with what it held.

        Raises:
            ProcessEnded: it ended instead.
        """
        port = urlsplit(str(getattr(self.surface, system))).port or 0
        self._children[system] = self._start(system, port)
        self._children[system].first_line()
        self._halted.discard(system)

    @property
    def children(self) -> tuple[Child, ...]:
        """The three processes."""
        return tuple(self._children.values())

    def child(self, system: str) -> Child:
        """The process of one system."""
        return self._children[system]

    def stop(self) -> None:
        """Stop all three."""
        for child in self._children.values():
            if child.process.poll() is None:
                child.process.terminate()
        for child in self._children.values():
            child.stop()

    def _start(self, system: str, port: int) -> Child:
        command = [sys.executable, "-m", "connectors.sandbox.launch.server", system]
        command += ["--data-dir", str(self.folder.path)]
        command += ["--port", str(port)]
        if system == "erp":
            command += ["--erp-hook", self._hook]
        if system == "crm" and self._prospects_from_leads is not None:
            wanted = "--" if self._prospects_from_leads else "--no-"
            command.append(f"{wanted}prospects-from-leads")
        if system == "crm" and self._install_gab:
            command.append("--install-gab")
        if self._tls:
            command.append("--tls")
        log = self.folder.logs / f"{system}.log"
        return Child(_TITLES[system], command, log, speaks=True)


def free_port() -> int:
    """A port on loopback that nobody listens on right now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
