"""Where the deployment's files are, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def yaml(name: str) -> Any:
    return YAML(typ="safe").load(text(name))
