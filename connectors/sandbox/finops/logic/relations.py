"""What a business relation is in the end: the relation type that retires a prospect."""

from __future__ import annotations

from typing import Final

CUSTOMER: Final = "Customer"
