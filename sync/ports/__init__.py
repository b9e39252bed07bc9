"""What the engine needs from outside: systems, log, store, clock, observer.

Every port is implemented at least twice: the real adapter, and a fake that `sync.testing` ships.
One contract suite per port runs on all of them.
"""

from sync.ports.jobs import FoundDivergence, Job, JobKind, JobState
from sync.ports.log import ChangeLog, LogRecord
from sync.ports.outside import Clock, Observer
from sync.ports.records import (
    Act,
    Balance,
    Checkpoint,
    Claim,
    ConflictFilter,
    DeadLetter,
    Drawn,
    FieldRule,
    InboxEvent,
    KnownRow,
    LetterAct,
    LetterFilter,
    LinkRow,
    MapRun,
    MapVersion,
    Provenance,
    Receipt,
    Reservation,
    Settlement,
)
from sync.ports.sequences import (
    Acceptance,
    NumberReport,
    TellsSequences,
    ToldSequence,
    ToldSequences,
)
from sync.ports.store import Store, Transaction
from sync.ports.systems import ChangePage, Connector, VersionKind, WakeUp

__all__ = [
    "Acceptance",
    "Act",
    "Balance",
    "ChangeLog",
    "ChangePage",
    "Checkpoint",
    "Claim",
    "Clock",
    "ConflictFilter",
    "Connector",
    "DeadLetter",
    "Drawn",
    "FieldRule",
    "FoundDivergence",
    "InboxEvent",
    "Job",
    "JobKind",
    "JobState",
    "KnownRow",
    "LetterAct",
    "LetterFilter",
    "LinkRow",
    "LogRecord",
    "MapRun",
    "MapVersion",
    "NumberReport",
    "Observer",
    "Provenance",
    "Receipt",
    "Reservation",
    "Settlement",
    "Store",
    "TellsSequences",
    "ToldSequence",
    "ToldSequences",
    "Transaction",
    "VersionKind",
    "WakeUp",
]
