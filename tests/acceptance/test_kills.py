"""SIGKILL again and again: under load, in trouble, on a real PostgreSQL and a real Apache Kafka.

A few kills here; `make soak` kills a hundred times in each variant (`KILLS`, `SEED`).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.acceptance.environment import on_real_services, running
from tests.acceptance.kills.loop import Loop
from tests.acceptance.kills.trouble import WANTED

KILLS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("SEED", "1"))
_SECONDS = 120.0

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240 + 60 * KILLS)]


@pytest.mark.parametrize("gab", [False, True], ids=["without-gab", "with-gab"])
def test_nothing_is_lost_doubled_or_different(
    tmp_path: Path, postgres_url: str, kafka_bootstrap: str, kafka_prefix: str, gab: bool
) -> None:
    settings = on_real_services(postgres_url, kafka_bootstrap, kafka_prefix)
    with running(tmp_path, gab=gab, settings=settings, serve=False, seconds=_SECONDS) as product:
        summary = Loop(product, SEED).run(KILLS)
        sys.stdout.write("\n".join(["", *summary.lines(), ""]))
        assert summary.wrong == []
        assert summary.kills == KILLS
        assert not [kind for kind in WANTED if not summary.faults[kind]]
        assert summary.typed > KILLS
        assert summary.compared > summary.typed
        assert product.items("deadletters") == []
