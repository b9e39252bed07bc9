"""The registry that the rule files add themselves to."""

from __future__ import annotations

from connectors.sandbox.dataverse.logic.work import Rules

RULES = Rules()
