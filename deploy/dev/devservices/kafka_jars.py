"""The jars of the Kafka broker, from Maven Central into a cache folder."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from devservices import maven
from devservices.errors import ServiceError

VERSION = "4.1.1"
POM = Path(__file__).resolve().parent.parent / "kafka" / "pom.xml"
_MARKER = "complete.json"
# Named in full, for the short name costs a look-up of its own; the version is the one that Debian's
# Maven knows by itself.
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:2.8"
_LOGGING = "org.slf4j:slf4j-simple:1.7.36"
_BROKER = f"kafka_2.13-{VERSION}.jar"


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
    maven.ensure(say)
    say(f"fetching Apache Kafka {VERSION} from Maven Central")
    jars.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kafka-", dir=jars.parent) as temporary:
        fresh = Path(temporary) / "jars"
        maven.call(
            [
                f"--file={POM}",
                f"{_PLUGIN}:copy-dependencies",
                "-DincludeScope=runtime",
                f"-DoutputDirectory={fresh}",
            ],
            say=say,
        )
        _fetch_logging(fresh, say)
        _mark(fresh)
        _replace(jars, fresh)
    return require()


def _fetch_logging(fresh: Path, say: Callable[[str], None]) -> None:
    """Add a logging backend; Kafka brings none, and without one a broker's errors are lost."""
    try:
        maven.call(
            [f"{_PLUGIN}:copy", f"-Dartifact={_LOGGING}", f"-DoutputDirectory={fresh}"], say=say
        )
    except ServiceError as error:
        say(f"the broker will not log, for {_LOGGING} could not be fetched: {error.thing}")


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
