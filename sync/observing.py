"""What the service tells of itself: log lines, one per batch, and the counters behind `/metrics`.

A log line holds counts, ids and codes, never a customer's value and never a secret. That is not
left to good will: a fact whose name is not listed here, or whose value has not the listed shape,
is left out, and the line says which one was (`left_out`).
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, TextIO

import structlog

from sync.core.link import LinkState

_COUNTS = frozenset(
    {
        "ahead",
        "attempts",
        "batches",
        "conflicts",
        "conflicts_found",
        "created",
        "crm",
        "differences",
        "divergences",
        "duration",
        "erp",
        "events",
        "failures",
        "fields",
        "links",
        "malformed",
        "maps",
        "overlaps",
        "numbers",
        "pause",
        "pending",
        "port",
        "records",
        "repaired",
        "repeated",
        "requests",
        "retry_in",
        "rows",
        "seconds",
        "sequences",
        "skipped",
        "status",
        "tables",
        "told",
        "woken",
        *LinkState,
    }
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,79}")
_ID = re.compile(r"[0-9a-f]{16,32}(-crm|-erp)?")
_HOST = re.compile(r"[A-Za-z0-9.:\-]{1,120}")
_REMOTE_CODE = re.compile(r"0x[0-9A-Fa-f]{8}|[A-Za-z0-9_.]{1,60}")
_TEXTS: Mapping[str, re.Pattern[str]] = {
    "code": _WORD,
    "error_type": _WORD,
    "event_id": _ID,
    "field": _WORD,
    "host": _HOST,
    "kind": _WORD,
    "library": _WORD,
    "link": _ID,
    "log": _WORD,
    "loop": re.compile(r"[a-z_]{1,40}( crm| erp)?"),
    "map": _WORD,
    "map_digest": _ID,
    "master": _WORD,
    "outcome": _WORD,
    "plan": _ID,
    "recovery": _WORD,
    "remote_code": _REMOTE_CODE,
    "sequence": re.compile(r"[a-z0-9][a-z0-9_.\-]{0,59}"),
    "side": re.compile("crm|erp"),
    "signal": _WORD,
    "state": _WORD,
    "store": _WORD,
    "table": _WORD,
    "version": re.compile(r"[0-9A-Za-z.+\-]{1,40}"),
    "where": re.compile(r"[A-Za-z0-9_./\-]{1,160}:\d+"),
}
_FLAGS = frozenset({"again", "full", "gab", "ok", "ready", "repair"})
_WARNINGS = ("_needed", "_failed", "_refused", "_expired", "_unreachable", "_stopped_waiting")


def fact_names() -> frozenset[str]:
    """Every name that a fact may have."""
    return _COUNTS | _FLAGS | frozenset(_TEXTS)


def tellable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that may be told; `left_out` names the others."""
    told = {name: value for name, value in facts.items() if _may_tell(name, value)}
    left_out = sorted(name if _WORD.fullmatch(name) else "?" for name in facts.keys() - told.keys())
    return told | ({"left_out": left_out} if left_out else {})


def _may_tell(name: str, value: Any) -> bool:
    if value is None:
        return name in fact_names()
    if isinstance(value, bool):
        return name in _FLAGS
    if isinstance(value, int | float):
        return name in _COUNTS
    shape = _TEXTS.get(name)
    return shape is not None and isinstance(value, str) and shape.fullmatch(value) is not None


class LogObserver:
    """Hears what the engine noticed, writes a line and hands it to whoever counts.

    Args:
        listeners: Called with the name and the facts that may be told.
    """

    def __init__(self, listeners: Iterable[Callable[[str, Mapping[str, Any]], None]] = ()) -> None:
        self._log = structlog.get_logger("dualwrite")
        self._listeners = tuple(listeners)

    def noticed(self, name: str, /, **facts: Any) -> None:
        """Something happened: a name in the past tense and facts without personal values."""
        told = tellable(facts)
        level = logging.WARNING if name.endswith(_WARNINGS) else logging.INFO
        self._log.log(level, name, **told)
        for listener in self._listeners:
            listener(name, told)


def configure_logging(
    level: str = "info", form: str = "json", stream: TextIO | None = None
) -> None:
    """Send our lines, and warnings of the libraries below us, to a stream.

    Args:
        level: What is logged at least: `debug`, `info`, `warning` or `error`.
        form: `json`, one object per line, or `console`.
        stream: Where to; standard error by default.
    """
    stream = stream or sys.stderr
    least = logging.getLevelNamesMapping()[level.upper()]
    renderer: Any = structlog.processors.JSONRenderer(sort_keys=True)
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_exceptions,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.root.handlers[:] = [_Libraries()]
    logging.root.setLevel(logging.WARNING)


class _Libraries(logging.Handler):
    """Passes on that a library warned, and where; its text may hold an address or a value."""

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, Any] = {
            "library": record.name,
            "where": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0] is not None:
            facts |= failure(record.exc_info[1])
        structlog.get_logger("dualwrite").log(record.levelno, "library_warned", **tellable(facts))


def failure(error: BaseException | None) -> dict[str, Any]:
    """Facts of an unexpected error: its class and the place, without its text."""
    if error is None:
        return {}
    facts: dict[str, Any] = {"error_type": type(error).__name__}
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None:
        file = trace.tb_frame.f_code.co_filename.rsplit("/", 2)[-2:]
        facts["where"] = f"{'/'.join(file)}:{trace.tb_lineno}"
    return facts


def _without_exceptions(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """An exception's text may quote what a customer typed."""
    event.pop("exc_info", None)
    event.pop("stack_info", None)
    return event
