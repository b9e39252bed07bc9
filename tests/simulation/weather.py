"""What goes wrong in a world: each seed draws a subset of faults, and how bad each is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from sync.core.row import Side
from sync.testing.faulty import Asked, Fault


@dataclass
class Faults:
    """The faults of one world; zero is none.

    Attributes:
        duplicate: Likelihood that a log record comes twice.
        delay: Likelihood that a row's records are overtaken.
        blind: Likelihood that a look at a table is left out, so that changes are found late.
        throttle: Likelihood of a 429 per request.
        down: Likelihood of a 503.
        lost_request: Likelihood that a write is lost without an answer.
        lost_answer: Likelihood that a write's answer is lost.
        crash: Likelihood per port call that the process dies.
        latency: Longest time a request takes, in virtual seconds.
        workers: How many work at once.
        skew: Seconds by which the systems' clocks are off.
        both: Whether both sides are read before every decision.
        batch: How many links a worker takes.
    """

    duplicate: float = 0.0
    delay: float = 0.0
    blind: float = 0.0
    throttle: float = 0.0
    down: float = 0.0
    lost_request: float = 0.0
    lost_answer: float = 0.0
    crash: float = 0.0
    latency: float = 0.0
    workers: int = 1
    skew: tuple[float, float] = (0.0, 0.0)
    both: bool = False
    batch: int = 200

    @classmethod
    def draw(cls, random: Random) -> Faults:
        """A random subset, so that no fault hides another for ever."""

        def some(most: float) -> float:
            return random.random() * most if random.random() < 0.5 else 0.0

        return cls(
            duplicate=some(0.5),
            delay=some(0.5),
            blind=some(0.7),
            throttle=some(0.15),
            down=some(0.15),
            lost_request=some(0.15),
            lost_answer=some(0.25),
            crash=some(0.004),
            latency=some(6.0),
            workers=random.choice((1, 1, 2, 3)),
            skew=(random.choice((0.0, -600.0, 600.0)), random.choice((0.0, -90.0, 3600.0))),
            both=random.random() < 0.3,
            batch=random.choice((1, 3, 200)),
        )


@dataclass
class Seen:
    """What was met, for the summary.

    Attributes:
        counts: Name → how often.
    """

    counts: Counter[str] = field(default_factory=Counter)


class Network:
    """Decides what goes wrong with each request.

    Args:
        faults: How likely what is.
        random: Chance.
        seen: Counts what happened.

    Attributes:
        calm: Whether nothing goes wrong any more.
        away: The sides that nobody reaches at the moment.
    """

    def __init__(self, faults: Faults, random: Random, seen: Seen) -> None:
        self._faults, self._random, self._seen = faults, random, seen
        self.calm = False
        self.away: set[Side] = set()

    def __call__(self, asked: Asked, side: Side) -> Fault | None:
        """The fault of one request to a side."""
        if side in self.away:
            self._seen.counts["partition"] += 1
            return Fault.DOWN
        if self.calm:
            return None
        faults, draw = self._faults, self._random.random
        choices = [(Fault.THROTTLE, faults.throttle), (Fault.DOWN, faults.down)]
        if asked is Asked.WRITE:
            choices += [
                (Fault.LOST_REQUEST, faults.lost_request),
                (Fault.LOST_ANSWER, faults.lost_answer),
            ]
        for fault, likelihood in choices:
            if likelihood and draw() < likelihood:
                self._seen.counts[fault.value] += 1
                return fault
        return None
