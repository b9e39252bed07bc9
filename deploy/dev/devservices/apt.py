"""Debian packages, installed only when something is missing."""

import os
import shutil
from collections.abc import Callable, Sequence

from devservices.commands import run
from devservices.errors import ServiceError

_INSTALL_SECONDS = 900.0


def install(packages: Sequence[str], *, why: str, say: Callable[[str], None]) -> None:
    """Install Debian packages without asking anything.

    Args:
        packages: Package names.
        why: What is missing, for the message and the error.
        say: Takes progress lines.

    Raises:
        ServiceError: apt-get is missing, we may not use it, or it failed.
    """
    wanted = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise ServiceError(
            f"{why} is missing and this machine has no apt-get",
            "PATH",
            f"install what Debian calls {wanted} by this system's own means",
        )
    prefix = _as_root(why, wanted)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    cure = "check the network and /etc/apt/sources.list.d, or install by hand: apt-get install "
    say(f"{why} is missing: installing {wanted}")
    try:
        run(
            [*prefix, "apt-get", "update", "-q"],
            what="apt-get update",
            cure=cure + wanted,
            timeout=_INSTALL_SECONDS,
            environment=environment,
        )
    except ServiceError as error:
        # One broken source among many need not be the one that has our packages.
        say(str(error))
    run(
        [
            *prefix,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "install",
            "-q",
            "-y",
            "--no-install-recommends",
            *packages,
        ],
        what=f"apt-get install {wanted}",
        cure=cure + wanted,
        timeout=_INSTALL_SECONDS,
        environment=environment,
    )


def _as_root(why: str, wanted: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        raise ServiceError(
            f"{why} is missing, and we are neither root nor have sudo",
            "PATH",
            f"as root: apt-get update && apt-get install {wanted}",
        )
    return ["sudo", "-n"]
