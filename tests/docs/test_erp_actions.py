"""The page tells every action of the local ERP's forms, every parameter, and no other."""

from __future__ import annotations

import re

from connectors.sandbox.finops.actions import actions_of
from connectors.sandbox.finops.system import FinopsSystem
from connectors.sandbox.kernel.storage import Storage
from tests.docs.pages import ROOT, section

_TEXT = section((ROOT / "docs" / "cli.md").read_text("utf-8"), "Local systems")
_ROWS = re.findall(r"^\| (`[a-z].*?) \| .* \| (.*?) ?\|$", _TEXT, re.MULTILINE)


def test_every_action_of_the_erp_is_told_and_no_other() -> None:
    told = {name for first, _ in _ROWS for name in re.findall(r"`([a-z-]+)`", first)}
    assert told == set(actions_of(FinopsSystem(Storage())))


def test_every_parameter_is_told_and_no_other() -> None:
    (last,) = [last for first, last in _ROWS if first == "`set-parameters`"]
    answer = actions_of(FinopsSystem(Storage()))["set-parameters"]({"company": "USMF"})
    assert set(re.findall(r"`([a-z_]+)`", last)) == set(answer) - {"company"}
