"""The jars of the Kafka broker, from Maven Central into a cache folder."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from devservices import apt
from devservices.commands import run
from devservices.errors import ServiceError

VERSION = "4.1.1"
POM = Path(__file__).resolve().parent.parent / "kafka" / "pom.xml"
_MARKER = "complete.json"
_BROKER = f"kafka_2.13-{VERSION}.jar"
_DOWNLOAD_SECONDS = 900.0


def folder() -> Path:
    """Return the cache folder of this version's jars, which may not exist yet."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "dualwrite" / f"kafka-{VERSION}"


def complete(jars: Path) -> bool:
    """Tell whether a folder has every jar that its marker names, from the POM as it is now."""
    try:
        marker = json.loads((jars / _MARKER).read_text(encoding="utf-8"))
        return (
            marker["pom"] == _digest(POM)
            and _BROKER in marker["jars"]
            and all((jars / name).stat().st_size == size for name, size in marker["jars"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def require() -> Path:
    """Return the folder of jars.

    Raises:
        ServiceError: It is missing or incomplete.
    """
    jars = folder()
    if not complete(jars):
        raise ServiceError(
            f"the jars of Apache Kafka {VERSION} are missing or incomplete",
            str(jars),
            "run `deploy/dev/services install`",
        )
    return jars


def ensure(say: Callable[[str], None]) -> Path:
    """Return the folder of jars, fetching them by Maven when it is not complete.

    The jars are gathered beside the folder and moved into place by one rename, the marker
    among them: an interrupted download is never taken for a complete one.

    Raises:
        ServiceError: Maven is missing and cannot be installed, or failed.
    """
    jars = folder()
    if complete(jars):
        return jars
    if shutil.which("mvn") is None:
        apt.install(["maven"], why="Maven", say=say)
    say(f"fetching Apache Kafka {VERSION} from Maven Central")
    jars.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kafka-", dir=jars.parent) as temporary:
        fresh = Path(temporary) / "jars"
        run(
            [
                "mvn",
                "--batch-mode",
                "--quiet",
                "--file",
                str(POM),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={fresh}",
            ],
            what="Maven",
            cure="check that this machine reaches Maven Central (a mirror is set in "
            "~/.m2/settings.xml), then try again",
            timeout=_DOWNLOAD_SECONDS,
        )
        _mark(fresh)
        _replace(jars, fresh)
    return require()


def _mark(fresh: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in sorted(fresh.glob("*.jar"))}
    if _BROKER not in sizes:
        raise ServiceError(
            f"Maven brought no {_BROKER}", str(POM), "check the version in the POM and try again"
        )
    marker = {"pom": _digest(POM), "jars": sizes}
    (fresh / _MARKER).write_text(json.dumps(marker, indent=1), encoding="utf-8")


def _replace(jars: Path, fresh: Path) -> None:
    try:
        shutil.rmtree(jars, ignore_errors=True)
        fresh.rename(jars)
    except OSError:
        # Another command may have put the same jars there in the meantime.
        if not complete(jars):
            raise


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
