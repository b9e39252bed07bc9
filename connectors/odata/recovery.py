"""The one table from what came of a request to what is done about it.

The first row that fits decides: the error's class says how to recover over time (`sync.errors`),
and the row what is sent again at once, inside the call that failed. Both systems' rows live
together, since their codes do not overlap.
Sources: Microsoft docs, Web API status codes and service protection limits, Entra's error codes;
the ERP's texts are those its OData layer and X++ validation give.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sync.errors import (
    AlreadyExists,
    CheckpointExpired,
    ContractBroken,
    NotAuthorised,
    PreconditionFailed,
    Rejected,
    RemoteError,
    RowMissing,
    Throttled,
    Unavailable,
)


class Source(StrEnum):
    """Who tells that a request failed."""

    UNSENT = "not sent"
    """Nobody: no connection came about."""
    SILENCE = "no answer"
    """Nobody: it was sent, and nothing came, or it broke off."""
    EXCESS = "too large"
    """Nobody: an answer came that is too large to be read."""
    PROVIDER = "identity provider"
    """Who gives the tokens; the request that needed one was never sent."""
    SYSTEM = "system"
    """The system itself."""


class Again(StrEnum):
    """What is sent again inside the call that failed, before its caller hears of it."""

    NO = "no"
    READS = "reads"
    """A request that only reads; whoever sent a write looks first what became of it."""
    ALL = "all"
    """Any request, since it certainly did not happen."""
    NEW_TOKEN = "all, once, with a new token"  # noqa: S105 - the name of an action
    """Any request, since it was not let in; once, for a new token should be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; what is left out fits anything.

    Attributes:
        error: The class to raise.
        status: The statuses it is about.
        codes: The system's codes, in lower case.
        text: What the text must contain.
        paused: Whether the answer must say when to come back.
        cure: What the operator can do.
        source: Who tells it.
        again: What is sent again inside the call.
        unknown: Whether writes may have happened all the same. Of a part of a batch it is never
            asked: a change set that is answered by a failure did not happen.
    """

    error: type[RemoteError]
    status: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    text: re.Pattern[str] | None = None
    paused: bool = False
    cure: str | None = None
    source: Source = Source.SYSTEM
    again: Again = Again.NO
    unknown: bool = False

    def fits(self, status: int, code: str, text: str, *, paused: bool = False) -> bool:
        """Whether an answer falls under this row."""
        return (
            (not self.status or status in self.status)
            and (not self.codes or code in self.codes)
            and (self.text is None or self.text.search(text) is not None)
            and (paused or not self.paused)
        )


class Failure(Exception):
    """A request that failed, on its way through the connector.

    Attributes:
        error: What the connector's caller is told.
        row: The row of the table that it fell under.
    """

    def __init__(self, error: RemoteError, row: Row) -> None:
        self.error, self.row = error, row
        super().__init__(str(error))


def _row(
    error: type[RemoteError],
    *,
    status: tuple[int, ...] = (),
    codes: tuple[str, ...] = (),
    text: str | None = None,
    paused: bool = False,
    cure: str | None = None,
    source: Source = Source.SYSTEM,
    again: Again = Again.NO,
    unknown: bool = False,
) -> Row:
    pattern = re.compile(text, re.IGNORECASE) if text else None
    return Row(
        error,
        frozenset(status),
        frozenset(codes),
        pattern,
        paused,
        cure,
        source,
        again,
        unknown,
    )


def _provider(
    error: type[RemoteError],
    *,
    status: tuple[int, ...] = (),
    text: str | None = None,
    again: Again = Again.NO,
    cure: str | None = None,
) -> Row:
    return _row(error, status=status, text=text, again=again, cure=cure, source=Source.PROVIDER)


_CONTRACT_CURE = "Add it to the system, or take it out of the table map."
_ACCESS_CURE = "Check the application's credentials and the roles of its user in the system."
_USER_CURE = (
    "A token that was just fetched is refused: check that the application is registered as a user "
    "in the system."
)
_SIZE_CURE = "Lower the page size or the operations per batch."
_SERVER_ERRORS = (500, 502, 503, 504)

UNSENT = _row(Unavailable, source=Source.UNSENT, again=Again.ALL)
SILENCE = _row(Unavailable, source=Source.SILENCE, again=Again.READS, unknown=True)
EXCESS = _row(ContractBroken, source=Source.EXCESS, unknown=True, cure=_SIZE_CURE)
WITHHELD = _row(RemoteError)
"""Outside the table: our own limits or checks kept the request back, by an error of their own."""

TABLE: tuple[Row, ...] = (
    UNSENT,
    SILENCE,
    EXCESS,
    _provider(Throttled, status=(429,)),
    _provider(Throttled, text="AADSTS50196:"),
    _provider(Unavailable, status=_SERVER_ERRORS, again=Again.ALL),
    _provider(
        NotAuthorised,
        text="AADSTS7000215:",
        cure="The client secret is wrong: set the secret's value, not its id.",
    ),
    _provider(
        NotAuthorised,
        text="AADSTS7000222:",
        cure="The client secret has expired: create a new one and set it.",
    ),
    _provider(
        NotAuthorised,
        text="AADSTS700016:",
        cure="The application is not known in that tenant: check client id and tenant.",
    ),
    _provider(
        NotAuthorised, text="AADSTS90002:", cure="The tenant was not found: check the tenant id."
    ),
    _provider(
        NotAuthorised,
        text="AADSTS70011:",
        cure="The scope is wrong: it is the system's root address and /.default.",
    ),
    _provider(
        NotAuthorised,
        text="AADSTS500011:",
        cure="The resource is not known: check the system's root address.",
    ),
    _provider(NotAuthorised, cure="Check tenant, client id and secret in the settings."),
    # A token that is not taken, and too much at once, in either system.
    _row(NotAuthorised, status=(401,), cure=_USER_CURE, again=Again.NEW_TOKEN),
    _row(Throttled, status=(429,), again=Again.READS),
    _row(Throttled, status=(503,), paused=True, again=Again.READS),
    # By the CRM's codes.
    _row(CheckpointExpired, codes=("0x80044352",)),
    _row(PreconditionFailed, codes=("0x80060882",)),
    _row(AlreadyExists, codes=("0x80040237", "0x80060892", "0x80040333")),
    _row(RowMissing, codes=("0x80040217", "0x80060891")),
    _row(ContractBroken, codes=("0x8006088a", "0x80060888"), cure=_CONTRACT_CURE),
    _row(NotAuthorised, codes=("0x80040220",), cure=_ACCESS_CURE),
    _row(Unavailable, codes=("0x80044151",), again=Again.READS, unknown=True),
    _row(Rejected, codes=("0x80040265", "0x80040227")),
    # By text, where the status says too little.
    _row(
        ContractBroken,
        status=(400, 404),
        text=r"could not find a property named|undeclared property|does not exist on type|"
        r"no http resource was found|resource not found for the segment",
        cure=_CONTRACT_CURE,
    ),
    _row(RowMissing, status=(400,), text="no resources were found when selecting for update"),
    _row(PreconditionFailed, status=(400, 409, 412, 500), text="update conflict"),
    _row(
        AlreadyExists,
        status=(400, 409, 412, 500),
        text=r"already exists|cannot insert duplicate key|matching key values",
    ),
    _row(Rejected, status=(500,), text=r"infolog:|write failed for table row"),
    # By status.
    _row(NotAuthorised, status=(403,), cure=_ACCESS_CURE),
    _row(RowMissing, status=(404, 410)),
    _row(ContractBroken, status=(405, 501), cure=_CONTRACT_CURE),
    _row(Unavailable, status=(408, *_SERVER_ERRORS), again=Again.READS, unknown=True),
    _row(PreconditionFailed, status=(409, 412)),
    _row(Rejected),
)


def row_for(
    source: Source, status: int, code: str = "", text: str = "", *, paused: bool = False
) -> Row:
    """The row that an answer falls under."""
    code = code.lower()
    rows = (row for row in TABLE if row.source is source)
    return next(row for row in rows if row.fits(status, code, text, paused=paused))
