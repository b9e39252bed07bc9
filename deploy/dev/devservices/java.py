"""Java 17 or newer, which an Apache Kafka 4 broker needs."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from devservices import apt
from devservices.errors import ServiceError

MINIMUM = 17
# Debian 12 calls it 17; later releases only have newer ones, behind the default.
_PACKAGES = ("openjdk-17-jre-headless", "default-jre-headless")
_VERSION = re.compile(r'version "(\d+)')


def find() -> str | None:
    """Return the path of a Java that is new enough, or None."""
    candidates = []
    if home := os.environ.get("JAVA_HOME"):
        candidates.append(str(Path(home) / "bin" / "java"))
    if on_path := shutil.which("java"):
        candidates.append(on_path)
    candidates += [str(path) for path in sorted(Path("/usr/lib/jvm").glob("*/bin/java"))]
    return next((path for path in candidates if _major(path) >= MINIMUM), None)


def ensure(say: Callable[[str], None]) -> str:
    """Return the path of a Java that is new enough, installing Debian's if there is none.

    Raises:
        ServiceError: It cannot be installed.
    """
    found = find()
    if found:
        return found
    try:
        apt.install([_PACKAGES[0]], why=f"Java {MINIMUM}", say=say)
    except ServiceError as error:
        if "Unable to locate package" not in error.detail and "no installation candidate" not in (
            error.detail
        ):
            raise
        apt.install([_PACKAGES[1]], why=f"Java {MINIMUM}", say=say)
    return require()


def require() -> str:
    """Return the path of a Java that is new enough.

    Raises:
        ServiceError: There is none.
    """
    found = find()
    if found is None:
        raise ServiceError(
            f"no Java {MINIMUM} or newer, which the Kafka broker needs",
            "JAVA_HOME, PATH and /usr/lib/jvm",
            "run `deploy/dev/services install`",
        )
    return found


def _major(java: str) -> int:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed argument to a found program
            [java, "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = _VERSION.search(done.stderr + done.stdout)
    return int(match.group(1)) if match else 0
