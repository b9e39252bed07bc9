"""A number sequence, as the settings say it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class SequenceSetting(BaseModel):
    """A number sequence that its system does not tell.

    Attributes:
        id: Its name, unique on its side.
        side: Whose new records take its numbers.
        kind: The kind of records that it numbers, as table maps name it.
        format: What its numbers look like, as its system writes it.
        company: The company whose records it numbers; all when empty.
        first: The value it begins with.
        last: The value it ends with; lower than `first` when it counts down.
        next: The value it gives next; `first` when left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
    side: Literal["crm", "erp"]
    kind: str
    format: str
    company: str = ""
    first: Annotated[int, Field(ge=0)] = 1
    last: Annotated[int, Field(ge=0)] | None = None
    next: Annotated[int, Field(ge=0)] | None = None
