"""From an error answer to the service's own error, by the table of `recovery`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import msgspec

from connectors.odata import jsonwire
from connectors.odata.answer import Answer
from connectors.odata.recovery import Failure, Source, row_for
from sync.errors import RemoteError, Throttled

_DEFAULT_PAUSES = {Source.SYSTEM: 5.0, Source.PROVIDER: 60.0}
_LONGEST_PAUSE = 3600.0
_LONGEST_TEXT = 500
_INFOLOG = re.compile(r"Infolog:\s*(.*)", re.DOTALL)


def remote_error(answer: Answer) -> RemoteError:
    """The error that an answer of 400 and above stands for."""
    return failure(answer).error


def failure(answer: Answer, source: Source = Source.SYSTEM) -> Failure:
    """The error that an answer of 300 and above stands for, and the row that says so."""
    code, text = read_fault(answer)
    shown = operator_text(text) or f"The {source} answered with status {answer.status}."
    pause = retry_after(answer.headers)
    row = row_for(source, answer.status, code, text, paused=pause is not None)
    if row.error is Throttled:
        wait = _DEFAULT_PAUSES[source] if pause is None else pause
        return Failure(Throttled(shown, retry_after=wait, status=answer.status), row)
    error = row.error(shown, status=answer.status, remote_code=code or None, cure=row.cure)
    return Failure(error, row)


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
