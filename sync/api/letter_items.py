"""Dead letters as the API shows them, and what it is asked about them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sync.api.pages import plain
from sync.engine.outlooks import Outlook
from sync.engine.redrive import Chosen
from sync.engine.times import asked_since
from sync.errors import InputUnusable
from sync.ports import DeadLetter, LetterFilter

Who = Annotated[str, Field(min_length=1, max_length=200)]
Why = Annotated[str, Field(max_length=2000)]


class LetterActItem(BaseModel):
    """What somebody did about a dead letter: `edited`, `redriven` or `discarded`."""

    at: str
    by: str
    what: str
    why: str | None


class DeadLetterItem(BaseModel):
    """Something that cannot go on by itself, with what to do about it.

    `original` is what `payload` was before it was edited.
    """

    id: str
    link_id: str | None
    kind: str | None
    code: str
    message: str
    cure: str | None
    payload: dict[str, Any]
    original: dict[str, Any] | None
    at: str
    state: str
    history: list[LetterActItem]


class LettersAsked(StrEnum):
    """Which dead letters are asked for."""

    OPEN = "open"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"
    ALL = "all"


class LettersWanted(BaseModel):
    """A filter; what is left out fits any."""

    code: str | None = None
    kind: str | None = None
    since: str | None = None

    def passing(self, state: str | None) -> LetterFilter:
        """The filter, for one state or all.

        Raises:
            InputUnusable: `since` is no moment.
        """
        return LetterFilter(state, self.code, self.kind, asked_since(self.since))


class LettersMeant(LettersWanted):
    """Which open ones are meant; a name that is misspelt must not mean all of them."""

    model_config = ConfigDict(extra="forbid")


class Acting(BaseModel):
    """Who asks, and why, for the record; a name that is misspelt is refused."""

    model_config = ConfigDict(extra="forbid")

    by: Who = "an admin"
    why: Why | None = None


class Discarding(BaseModel):
    """Who sets it aside, and why; both stay on record."""

    model_config = ConfigDict(extra="forbid")

    by: Who
    why: Annotated[str, Field(min_length=1, max_length=2000)]


class _Many(BaseModel):
    """Those named, or all open ones that pass a filter."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] | None = None
    where: LettersMeant | None = None

    def chosen(self) -> Chosen:
        """Which ones.

        Raises:
            InputUnusable: Both are given, or neither; or `since` is no moment.
        """
        if self.ids is not None and self.where is None:
            return self.ids
        if self.where is not None and self.ids is None:
            return self.where.passing("open")
        raise InputUnusable(
            "Dead letters are named either by ids or by a filter.", cure="Give `ids` or `where`."
        )


class RedrivingMany(Acting, _Many):
    """Which dead letters are tried again, all in one transaction."""


class DiscardingMany(Discarding, _Many):
    """Which dead letters are set aside, all in one transaction."""


class Editing(Acting):
    """The change event that the record should have been."""

    event: dict[str, Any]


class LettersDone(BaseModel):
    """What was done to several."""

    items: list[DeadLetterItem]


class WriteItem(BaseModel):
    """One row that would be written."""

    side: str
    op: str
    table: str
    row_id: str
    values: dict[str, Any]
    action: str | None


class OutlookItem(BaseModel):
    """What would become of one link: where it would stand, and what would be written before.

    Those that are `together` are written in one change set, all or none; `untried` says what would
    come after that and was not tried.
    """

    link_id: str
    kind: str
    key: str
    state: str
    writes: list[WriteItem]
    conflicts: list[str]
    waiting_on: list[str]
    problem: dict[str, Any] | None
    together: bool
    untried: str | None


class DryRun(BaseModel):
    """What a redrive would do now; nothing was written or changed."""

    items: list[OutlookItem]


def letter_item(letter: DeadLetter) -> DeadLetterItem:
    """A dead letter as the API shows it: the one place where it is rendered."""
    return DeadLetterItem.model_validate(plain(letter))


def outlook_item(outlook: Outlook) -> OutlookItem:
    """What would become of a link, as the API shows it."""
    return OutlookItem.model_validate(plain(outlook))
