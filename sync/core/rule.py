"""Rules: who owns a field from now on, as a person decided, in place of what its map says."""

from __future__ import annotations

import msgspec

from sync.core.mapping import Owner


class OwnerRule(msgspec.Struct, frozen=True):
    """A person's decision for every later clash of a field.

    Attributes:
        map_id: The map.
        field: The field or field group.
        owner: Who owns it; `None` once the rule was taken back and the map counts again.
        version: How often the rule of the field was changed, from 1.
        by: Who said so.
        at: When (ISO 8601, UTC).
    """

    map_id: str
    field: str
    owner: Owner | None
    version: int
    by: str
    at: str

    @property
    def words(self) -> str:
        """The rule as a policy names it."""
        return f"by rule {self.version} of {self.by}"
