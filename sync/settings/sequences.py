"""Number sequences, as the settings say them."""

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


class SharedSequenceSetting(BaseModel):
    """A number sequence that the service keeps, for both systems.

    Attributes:
        id: Its name in the API.
        company: The company whose records it numbers.
        kind: The kind of records that it numbers, as table maps name it; those that share their
            numbers with it (prospects and customers, organisations and persons) never have one of
            its numbers.
        format: What its numbers look like, such as `CU-######`: `#` for each digit, `&` for each
            letter that counts, `{COMPANY}` for the company.
        first: The value it begins with.
        last: The value it ends with; lower than `first` when it counts down. The highest that the
            format can show when left out.
        block: How many numbers each side gets at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
    company: Annotated[str, Field(min_length=1)]
    kind: str
    format: str
    first: Annotated[int, Field(ge=0)] = 1
    last: Annotated[int, Field(ge=0)] | None = None
    block: Annotated[int, Field(ge=1, le=100_000)] = 100
