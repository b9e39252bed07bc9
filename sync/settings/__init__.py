"""The settings: one frozen value, from `DUALWRITE_*` variables or a TOML file."""

from sync.settings.loading import PREFIX, load, secrets
from sync.settings.model import Settings

__all__ = ["PREFIX", "Settings", "load", "secrets"]
