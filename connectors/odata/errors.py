"""From an error answer to the service's own error: one table of status, code and text.

The first row that fits decides; the error's class says how to recover (`sync.errors`). Both
systems' rows live together, since their codes do not overlap.
Sources: Microsoft docs, Web API status codes and service protection limits; the ERP's texts are
those its OData layer and X++ validation give.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import msgspec

from connectors.odata import jsonwire
from connectors.odata.http import Answer
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

_DEFAULT_PAUSE = 5.0
_LONGEST_PAUSE = 3600.0
_LONGEST_TEXT = 500
_INFOLOG = re.compile(r"Infolog:\s*(.*)", re.DOTALL)


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
    """

    error: type[RemoteError]
    status: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    text: re.Pattern[str] | None = None
    paused: bool = False
    cure: str | None = None

    def fits(self, status: int, code: str, text: str, *, paused: bool = False) -> bool:
        """Whether an answer falls under this row."""
        return (
            (not self.status or status in self.status)
            and (not self.codes or code in self.codes)
            and (self.text is None or self.text.search(text) is not None)
            and (paused or not self.paused)
        )


def _row(
    error: type[RemoteError],
    *,
    status: tuple[int, ...] = (),
    codes: tuple[str, ...] = (),
    text: str | None = None,
    paused: bool = False,
    cure: str | None = None,
) -> Row:
    pattern = re.compile(text, re.IGNORECASE) if text else None
    return Row(error, frozenset(status), frozenset(codes), pattern, paused, cure)


_CONTRACT_CURE = "Add it to the system, or take it out of the table map."
_ACCESS_CURE = "Check the application's credentials and the roles of its user in the system."
TABLE: tuple[Row, ...] = (
    # Too much at once, in either system.
    _row(Throttled, status=(429,)),
    _row(Throttled, status=(503,), paused=True),
    # By the CRM's codes.
    _row(CheckpointExpired, codes=("0x80044352",)),
    _row(PreconditionFailed, codes=("0x80060882",)),
    _row(AlreadyExists, codes=("0x80040237", "0x80060892", "0x80040333")),
    _row(RowMissing, codes=("0x80040217", "0x80060891")),
    _row(ContractBroken, codes=("0x8006088a", "0x80060888"), cure=_CONTRACT_CURE),
    _row(NotAuthorised, codes=("0x80040220",), cure=_ACCESS_CURE),
    _row(Unavailable, codes=("0x80044151",)),
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
    _row(NotAuthorised, status=(401, 403), cure=_ACCESS_CURE),
    _row(RowMissing, status=(404, 410)),
    _row(ContractBroken, status=(405, 501), cure=_CONTRACT_CURE),
    _row(Unavailable, status=(408, 500, 502, 503, 504)),
    _row(PreconditionFailed, status=(409, 412)),
    _row(Rejected),
)


def remote_error(answer: Answer) -> RemoteError:
    """The error that an answer of 400 and above stands for."""
    code, text = read_fault(answer)
    shown = operator_text(text) or f"The system answered with status {answer.status}."
    pause = retry_after(answer.headers)
    paused = pause is not None
    row = next(r for r in TABLE if r.fits(answer.status, code.lower(), text, paused=paused))
    if row.error is Throttled:
        wait = _DEFAULT_PAUSE if pause is None else pause
        return Throttled(shown, retry_after=wait, status=answer.status)
    return row.error(shown, status=answer.status, remote_code=code or None, cure=row.cure)


def read_fault(answer: Answer) -> tuple[str, str]:
    """Code and text of an error answer; both empty when it is not the system's own JSON.

    The ERP's useful text stands in `innererror`, beside a constant outer message.
    """
    try:
        body = jsonwire.decode(answer.body)
    except msgspec.DecodeError:
        return "", ""
    fault = body.get("error")
    if isinstance(fault, str):
        return fault, str(body.get("error_description") or "")
    if not isinstance(fault, dict):
        return "", str(body.get("Message") or body.get("message") or "")
    inner = fault.get("innererror")
    texts = [inner.get("message") if isinstance(inner, dict) else None, fault.get("message")]
    return str(fault.get("code") or ""), next((str(text) for text in texts if text), "")


def operator_text(text: str) -> str:
    """What an operator reads of it: of an X++ failure, the infolog only."""
    infolog = _INFOLOG.search(text)
    shown = (infolog.group(1) if infolog else text).strip()
    return re.sub(r"\.{2,}$", ".", shown)[:_LONGEST_TEXT]


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The pause asked for in seconds, at most an hour, if the header is there and readable.

    It is a number of seconds or a date, which is compared with the answer's own.
    """
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            until, now = parsedate_to_datetime(text), parsedate_to_datetime(headers["date"])
            seconds = (until - now).total_seconds()
        except (KeyError, TypeError, ValueError):
            return None
    return min(max(0.0, seconds), _LONGEST_PAUSE)
