"""Maven, with the certificates that the rest of the machine trusts."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from devservices import apt, truststore
from devservices.commands import run
from devservices.errors import ServiceError

_SECONDS = 900.0
_CURE = (
    "check that this machine reaches Maven Central (a mirror is set in ~/.m2/settings.xml), "
    "then try again"
)


def ensure(say: Callable[[str], None]) -> None:
    """Install Debian's Maven if there is none.

    Raises:
        ServiceError: It cannot be installed.
    """
    if shutil.which("mvn") is None:
        apt.install(["maven"], why="Maven", say=say)


def call(arguments: Sequence[str], *, say: Callable[[str], None]) -> None:
    """Run Maven without asking anything.

    Java keeps its own list of certificate authorities. Behind a company's proxy it often lacks
    the one that apt, pip and curl were told to trust: then Maven gets theirs and runs again.

    Raises:
        ServiceError: Maven failed.
    """
    command = ["mvn", "--batch-mode", "--quiet", "-Dstyle.color=never", *arguments]
    try:
        run(command, what="Maven", cure=_CURE, timeout=_SECONDS)
    except ServiceError as error:
        bundle = truststore.bundle()
        if "PKIX" not in error.detail or bundle is None:
            raise
        say(f"Java does not trust the download's certificate; trying those of {bundle}")
        with tempfile.TemporaryDirectory(prefix="dualwrite-maven-") as folder:
            store = Path(folder) / "trust.jks"
            store.write_bytes(truststore.make(bundle.read_text(encoding="ascii", errors="ignore")))
            options = (
                f"{os.environ.get('MAVEN_OPTS', '')} -Djavax.net.ssl.trustStore={store} "
                f"-Djavax.net.ssl.trustStorePassword={truststore.PASSWORD} "
                "-Djavax.net.ssl.trustStoreType=JKS"
            )
            run(
                [*command, "--update-snapshots"],
                what="Maven",
                cure=_CURE,
                timeout=_SECONDS,
                environment={**os.environ, "MAVEN_OPTS": options.strip()},
            )
