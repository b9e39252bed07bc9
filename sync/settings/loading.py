"""Where the settings come from: `DUALWRITE_*` variables, or a TOML file; variables win.

An unknown name is refused in either place, with the closest name there is. A secret may stand in a
file of its own (`DUALWRITE_CRM_CLIENT_SECRET_FILE`, or `crm_client_secret_file` in the TOML file)
and is shown nowhere. Variables for tests (`DUALWRITE_TEST_*`) are not ours.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sync.errors import ConfigurationWrong
from sync.settings.model import Settings

PREFIX = "DUALWRITE_"
_FOR_TESTS = "DUALWRITE_TEST_"
_FILE = "_file"
_PATHS = ("data_dir", "maps_dir", "ca_file", "kafka_ca_file", "kafka_cert_file", "kafka_key_file")


def load(file: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        file: A TOML file; what the environment says wins over it.
        environment: The variables; the process's own by default.

    Raises:
        ConfigurationWrong: A name is unknown or a value cannot be used; names it, the place and
            the cure, and never shows the value.
    """
    from_file = _from_file(file) if file is not None else {}
    from_environment = _from_environment(os.environ if environment is None else environment)
    values = {**from_file, **from_environment}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise _unusable(error, file, from_environment) from None


def _from_file(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationWrong(
            f"The settings file {file} cannot be read: {error.strerror}.",
            cure="Name a file that exists and that this user may read.",
        ) from error
    except ValueError as error:
        raise ConfigurationWrong(
            f"The settings file {file} is not TOML: {error}.", cure="Correct that line."
        ) from error
    for name in found:
        _known(name, name, str(file))
    values = _with_secrets(found, lambda name: f"{name} in {file}", file.parent)
    for name in _PATHS:
        if isinstance(values.get(name), str):
            values[name] = file.parent / values[name]
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for variable, value in environment.items():
        if variable.startswith(PREFIX) and not variable.startswith(_FOR_TESTS):
            name = variable.removeprefix(PREFIX).lower()
            _known(name, variable, "the environment")
            found[name] = value
    return _with_secrets(found, lambda name: f"{PREFIX}{name.upper()}", Path())


def _with_secrets(values: dict[str, Any], shown: Any, folder: Path) -> dict[str, Any]:
    """The values, with secrets read from the files that `*_file` names."""
    plain = {name: value for name, value in values.items() if not _names_a_file(name)}
    for name in values.keys() - plain.keys():
        secret = name.removesuffix(_FILE)
        if secret in plain:
            raise ConfigurationWrong(
                f"{shown(secret)} and {shown(name)} are both set.", cure="Leave one of them out."
            )
        try:
            plain[secret] = (folder / str(values[name])).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise ConfigurationWrong(
                f"{shown(name)} names a file that cannot be read.",
                cure="Name a text file that this user may read.",
            ) from error
    return plain


def secrets() -> frozenset[str]:
    """The names of the settings that are shown nowhere."""
    fields = Settings.model_fields.items()
    return frozenset(name for name, field in fields if "SecretStr" in str(field.annotation))


def _names_a_file(name: str) -> bool:
    return name.endswith(_FILE) and name.removesuffix(_FILE) in secrets()


def _known(name: str, shown: str, place: str) -> None:
    names = [*Settings.model_fields, *(secret + _FILE for secret in secrets())]
    if name in names:
        return
    closest = get_close_matches(name, names, n=1, cutoff=0.5)
    cure = "Remove it; README lists the settings."
    if closest:
        cure = f"Did you mean {closest[0] if shown == name else PREFIX + closest[0].upper()}?"
    raise ConfigurationWrong(f"{shown} in {place} is not a setting.", cure=cure)


def _unusable(
    error: ValidationError, file: Path | None, from_environment: Mapping[str, Any]
) -> ConfigurationWrong:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    reason = str(first["msg"]).removeprefix("Value error, ")
    if not first["loc"]:
        return ConfigurationWrong(
            f"The settings do not fit together: {reason}.", cure="Change one of them."
        )
    name, *inside = (str(part) for part in first["loc"])
    reason = ": ".join([*(_part(part) for part in inside), reason])
    if name in from_environment:
        place = f"{PREFIX}{name.upper()} in the environment"
    else:
        place = f"{name} in {file}"
    return ConfigurationWrong(f"{place} cannot be used: {reason}.", cure="Correct its value.")


def _part(part: str) -> str:
    """A place inside a setting that is a list of tables."""
    return f"entry {int(part) + 1}" if part.isdecimal() else part
