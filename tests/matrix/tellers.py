"""People whose story does not depend on how the service works: they pick by what a row says."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from tests.matrix.canon import unnumbered
from tests.simulation.sellers import Sellers
from tests.simulation.systems import Systems

_CHAPTERS, _ACTS = 4, 14


class Tellers(Sellers):
    """Everybody of a world that sells, in chapters; between them the service comes to rest.

    Args:
        systems: Where they work.
        seed: What they feel like.
    """

    chapters = _CHAPTERS

    def __init__(self, systems: Systems, seed: int) -> None:
        super().__init__(systems, Random(seed), lambda _account: True)
        told = {choice[1].__name__ for choice in self._choices}
        book = (self._new_contact_in_crm, self._new_contact_in_erp, self._edit_contact_in_crm)
        common = (self._convert_in_crm, self._convert_in_erp, self._same_number, self._take_number)
        self._choices += [(2, act) for act in (*book, *common) if act.__name__ not in told]
        self._choices += [(4, self._edit_account), (4, self._edit_relation)]

    def chapter(self) -> None:
        """Some people do something before the service looks again."""
        for _ in range(_ACTS):
            self.act()

    def _pick(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """One of the rows, whatever the order in which the service made them."""
        return super()._pick(sorted(rows, key=_says))


def _says(row: dict[str, Any]) -> str:
    return json.dumps(unnumbered(row), sort_keys=True, default=str)
