"""Every error of the service, and how to recover from it.

```
DualWriteError
├── ConfigurationWrong        fatal     settings, maps or schema are unusable
│   ├── MapInvalid            fatal     a table map breaks a rule: file, line, field, cure
│   └── SchemaNotCurrent      fatal     the database needs `dualwrite migrate`
├── InputUnusable             reject    a file, request or event that cannot be read
│   ├── EventMalformed        reject    one record of the log is not a change event
│   ├── JobRunning            reject    a job, or a check of the numbers, goes on already
│   ├── RecordAmbiguous       reject    a number that several records have
│   └── FieldUnknown          reject    a field that the record's maps do not have
├── ValueUnfit                conflict  a value that the other side cannot hold
├── DependencyMissing         wait      the record refers to one that is not linked yet
├── NumbersOverlap        reject    number sequences can give a number twice
├── DecisionFailed            reject    no decision can be made on a link
├── SequenceExhausted         reject    a shared sequence has not so many numbers left
├── RequestKeyReused          reject    a draw's key was used for another draw
└── RemoteError               …         a system refused or failed a request
    ├── Unavailable           retry     not reached, or it failed; the outcome may be unknown
    ├── Throttled             retry     too many requests; says when to come back
    ├── CheckpointExpired     retry     the change feed must be read from the start
    ├── NotAuthorised         fatal     credentials or privileges are wrong
    ├── ContractBroken        fatal     the system does not know a table or column that a map names
    │   └── ColumnMissing     fatal     a column alone: whatever does not need it goes on
    ├── PreconditionFailed    conflict  the row moved on since it was read
    ├── AlreadyExists         conflict  a create-only write met an existing row
    ├── RowMissing            conflict  the row is gone
    └── Rejected              reject    a business rule of the system said no
```

A class says what to do (`recovery`); its docstring is the sentence for the operator when none is
given.
"""

from __future__ import annotations

from enum import StrEnum


class Recovery(StrEnum):
    """What the engine does with an error."""

    RETRY = "retry"
    """The same request may succeed later: back off and try again."""
    WAIT = "wait"
    """Another record must come first: wait for it and be released by it."""
    CONFLICT = "conflict"
    """Read again and decide again; what cannot be decided is shown to a person."""
    REJECT = "reject"
    """It will never succeed as it is: a person must change something."""
    FATAL = "fatal"
    """The service itself is set up wrongly: nothing of its kind can work."""


class DualWriteError(Exception):
    """Something went wrong in the service."""

    code = "error"
    recovery = Recovery.FATAL

    def __init__(self, message: str | None = None, *, cure: str | None = None) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.cure = cure
        super().__init__(f"{self.message} {cure}" if cure else self.message)


class ConfigurationWrong(DualWriteError):
    """The configuration cannot be used."""

    code = "configuration"


class MapInvalid(ConfigurationWrong):
    """A table map is not valid."""

    code = "map_invalid"

    def __init__(
        self, message: str, *, file: str, line: int | None, field: str | None, cure: str
    ) -> None:
        self.file, self.line, self.field = file, line, field
        place = file if line is None else f"{file}:{line}"
        name = f", field {field!r}" if field else ""
        super().__init__(f"{place}{name}: {message}", cure=cure)


class SchemaNotCurrent(ConfigurationWrong):
    """The database schema is not the one this version needs."""

    code = "schema_not_current"


class InputUnusable(DualWriteError):
    """The input cannot be read."""

    code = "input_unusable"
    recovery = Recovery.REJECT


class KindUnknown(InputUnusable):
    """There is no kind of record of that name."""

    code = "kind_unknown"


class EventMalformed(InputUnusable):
    """A record of the change log is not a change event."""

    code = "event_malformed"


class JobRunning(InputUnusable):
    """It, or something that excludes it, is asked for or going on already, perhaps elsewhere."""

    code = "job_running"


class RecordAmbiguous(InputUnusable):
    """Several records could be meant."""

    code = "record_ambiguous"


class FieldUnknown(InputUnusable):
    """The record has no field of that name."""

    code = "field_unknown"


class ValueUnfit(DualWriteError):
    """A value cannot be held by the other side."""

    code = "value_unfit"
    recovery = Recovery.CONFLICT

    def __init__(self, message: str, *, field: str, cure: str | None = None) -> None:
        self.field = field
        super().__init__(message, cure=cure)


class DependencyMissing(DualWriteError):
    """The record refers to one that is not linked yet."""

    code = "dependency_missing"
    recovery = Recovery.WAIT

    def __init__(self, message: str, *, on: tuple[str, ...]) -> None:
        self.on = on
        super().__init__(message)


class NumbersOverlap(DualWriteError):
    """Number sequences can give a number twice, or one that a record has."""

    code = "numbers_overlap"
    recovery = Recovery.REJECT


class DecisionFailed(DualWriteError):
    """No decision can be made on a link: its map does not fit it any more, or the service errs."""

    code = "decision_failed"
    recovery = Recovery.REJECT


class SequenceExhausted(DualWriteError):
    """A shared sequence has not as many numbers left as were asked for."""

    code = "sequence_exhausted"
    recovery = Recovery.REJECT


class RequestKeyReused(DualWriteError):
    """The key of a draw was used for another draw of the same sequence."""

    code = "request_key_reused"
    recovery = Recovery.REJECT


class RemoteError(DualWriteError):
    """A system did not do what it was asked.

    Attributes:
        status: HTTP status, where there was an answer.
        remote_code: The system's own error code, where it gave one.
    """

    code = "remote"
    recovery = Recovery.RETRY

    def __init__(
        self,
        message: str | None = None,
        *,
        status: int | None = None,
        remote_code: str | None = None,
        cure: str | None = None,
    ) -> None:
        self.status, self.remote_code = status, remote_code
        super().__init__(message, cure=cure)


class Unavailable(RemoteError):
    """The system did not answer, or failed; whether it did the work is unknown."""

    code = "unavailable"


class Throttled(RemoteError):
    """The system asks us to slow down."""

    code = "throttled"

    def __init__(
        self, message: str | None = None, *, retry_after: float, status: int | None = 429
    ) -> None:
        self.retry_after = retry_after
        super().__init__(message, status=status)


class CheckpointExpired(RemoteError):
    """The change feed's checkpoint is no longer valid: the table must be read from the start."""

    code = "checkpoint_expired"


class NotAuthorised(RemoteError):
    """The system refused our credentials or privileges."""

    code = "not_authorised"
    recovery = Recovery.FATAL


class ContractBroken(RemoteError):
    """The system does not know a table or column that a map names."""

    code = "contract_broken"
    recovery = Recovery.FATAL


class ColumnMissing(ContractBroken):
    """The system does not know a column that a map names; what does not need it goes on."""

    code = "column_missing"

    def __init__(self, message: str, *, table: str, column: str, cure: str) -> None:
        self.table, self.column = table, column
        super().__init__(message, cure=cure)


class PreconditionFailed(RemoteError):
    """The row has moved on since it was read."""

    code = "precondition_failed"
    recovery = Recovery.CONFLICT


class AlreadyExists(RemoteError):
    """A row with that key exists already."""

    code = "already_exists"
    recovery = Recovery.CONFLICT


class RowMissing(RemoteError):
    """The row does not exist."""

    code = "row_missing"
    recovery = Recovery.CONFLICT


class Rejected(RemoteError):
    """A business rule of the system refused the write."""

    code = "rejected"
    recovery = Recovery.REJECT
