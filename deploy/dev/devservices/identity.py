"""The user that a service runs as."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devservices.errors import ServiceError


@dataclass(frozen=True)
class Identity:
    """A system user: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Return what ``subprocess`` needs to run a command as this user."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid)


def postgres_identity() -> Identity:
    """Return ourselves, or for root the ``postgres`` user of Debian's package.

    Raises:
        ServiceError: We are root and there is no ``postgres`` user.
    """
    if os.geteuid() != 0:
        return Identity(str(os.geteuid()), os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError as error:
        raise ServiceError(
            "PostgreSQL does not run as root and there is no user 'postgres'",
            "/etc/passwd",
            "install Debian's package postgresql, which makes that user, or run as another user",
        ) from error
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)
