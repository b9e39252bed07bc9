"""The scenarios and a crash on a real PostgreSQL and a real Apache Kafka."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.people import northwind
from tests.acceptance.environment import on_real_services, play, running

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]


@pytest.mark.parametrize("gab", [False, True], ids=["without-gab", "with-gab"])
def test_scenarios_hold(
    tmp_path: Path, postgres_url: str, kafka_bootstrap: str, kafka_prefix: str, gab: bool
) -> None:
    settings = on_real_services(postgres_url, kafka_bootstrap, kafka_prefix)
    with running(tmp_path, gab=gab, settings=settings, seconds=60.0) as product:
        play(product)
        assert not (product.folder.service / "dualwrite.db").exists()


def test_a_killed_service_loses_nothing(
    tmp_path: Path, postgres_url: str, kafka_bootstrap: str, kafka_prefix: str
) -> None:
    settings = on_real_services(postgres_url, kafka_bootstrap, kafka_prefix)
    with running(tmp_path, gab=False, settings=settings, seconds=90.0) as product:
        halves = northwind.halves(20)
        northwind.seed_erp(product.erp, halves.erp)
        northwind.seed_crm(product.crm, halves.crm, gab=False)
        product.patience.until(
            "a company has crossed",
            lambda: northwind.arrived_in_erp(product.erp, halves.crm).companies,
        )
        product.service.kill()
        product.service.start()
        product.patience.until(
            "every company is on the other side",
            lambda: (
                northwind.arrived_in_crm(product.crm, halves.erp, gab=False),
                northwind.arrived_in_erp(product.erp, halves.crm),
            ),
            lambda seen: all(half.complete for half in seen),
        )
        names = [row["name"] for row in product.crm.rows("accounts")]
        assert len(names) == len({*names}) == 20
        assert len(product.erp.rows("Prospects")) == 20
        assert len(product.erp.rows("ContactPersons")) == 20
