"""Provenance: what a batch's decisions established without a write, collected link by link.

What is written is explained by its receipt. Here is kept what no receipt tells: that both sides had
the same, that a value was found after a crash, and from when on something stood in the way. Only
what is new is kept, so a link that comes again and again with the same problem costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sync.core.link import Link, Problem
from sync.core.plan import Decision
from sync.core.provenance import Established, Source
from sync.core.row import Side
from sync.core.values import is_blank
from sync.core.view import Context
from sync.ports import Provenance

_Sources = Mapping[Side, Mapping[str, Source]]


class Provenances:
    """Collects the provenance of one batch.

    Args:
        links: The links, as they were claimed.
    """

    def __init__(self, links: Iterable[Link]) -> None:
        self._stood = {link.id: _stands(link.problem) for link in links}
        self._found: dict[str, tuple[dict[str, Established], _Sources]] = {}

    def established(self, link: Link, found: Mapping[str, Established], context: Context) -> None:
        """Fields of a link whose base is known from now on."""
        told = {
            name: one
            for name, one in found.items()
            if not (is_blank(one.agreed.erp) and is_blank(one.agreed.crm))
        }
        if told:
            before = self._found.get(link.id, ({}, {}))[0]
            self._found[link.id] = ({**before, **told}, context.sources)

    def decided(self, link: Link, decision: Decision, context: Context) -> None:
        """What a decision agreed on, beside what it writes."""
        self.established(
            link,
            {
                name: Established(agreed, decision.reasons.get(name, "both sides have the same"))
                for name, agreed in decision.agreed.items()
            },
            context,
        )

    def taken(self, links: Iterable[Link], now: str) -> list[Provenance]:
        """What was established for links that are about to be written, to be saved before that."""
        return [self._entry(link, now, link.problem) for link in links if link.id in self._found]

    def ended(self, links: Iterable[Link], now: str) -> list[Provenance]:
        """What is new about links that are given back."""
        return [
            self._entry(link, now, link.problem)
            for link in links
            if link.id in self._found or self._stood.get(link.id) != _stands(link.problem)
        ]

    def _entry(self, link: Link, now: str, problem: Problem | None) -> Provenance:
        fields, sources = self._found.pop(link.id, ({}, {}))
        return Provenance(
            link_id=link.id,
            at=now,
            map_digest=link.map_digest,
            state=link.state,
            problem=problem,
            fields=fields,
            sources={side: dict(rows) for side, rows in sources.items() if rows},
        )


def _stands(problem: Problem | None) -> tuple[str, str | None] | None:
    return (problem.code, problem.field) if problem is not None else None
