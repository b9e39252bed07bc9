"""What the store keeps, as values."""

from sync.ports.records.decisions import Act, ConflictFilter
from sync.ports.records.explained import FieldRule, MapVersion, Provenance, Receipt
from sync.ports.records.letters import DeadLetter, LetterAct, LetterFilter
from sync.ports.records.links import Claim, LinkRow, Settlement
from sync.ports.records.numbers import Drawn, Reservation
from sync.ports.records.operation import Balance, MapRun
from sync.ports.records.rows import Checkpoint, InboxEvent, KnownRow

__all__ = [
    "Act",
    "Balance",
    "Checkpoint",
    "Claim",
    "ConflictFilter",
    "DeadLetter",
    "Drawn",
    "FieldRule",
    "InboxEvent",
    "KnownRow",
    "LetterAct",
    "LetterFilter",
    "LinkRow",
    "MapRun",
    "MapVersion",
    "Provenance",
    "Receipt",
    "Reservation",
    "Settlement",
]
