"""The API's bearer token: the one that was set, else one made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets

from sync.errors import ConfigurationWrong
from sync.settings import Settings

_NAME = "api-token"
_BYTES = 32


def api_token(settings: Settings) -> str:
    """The token that callers of the API must show.

    One that is made here is written to `data_dir/api-token`, readable by this user alone.

    Raises:
        ConfigurationWrong: The data folder cannot be used, or the file is empty.
    """
    if settings.api_token is not None:
        return settings.api_token.get_secret_value()
    file = settings.data_dir / _NAME
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            token = file.read_text("utf-8").strip()
        else:
            token = secrets.token_urlsafe(_BYTES)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(token + "\n")
    except OSError as error:
        raise ConfigurationWrong(
            f"The data folder {settings.data_dir} cannot be used: {error.strerror}.",
            cure="Set DUALWRITE_DATA_DIR to a folder that this user may write to.",
        ) from error
    if not token:
        raise ConfigurationWrong(f"{file} is empty.", cure="Remove it; a new one is made.")
    return token
