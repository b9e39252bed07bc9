"""The compose file starts things in order and opens nothing to the network."""

from __future__ import annotations

from tests.deploy.files import text, yaml

SERVICES = yaml("compose/compose.yaml")["services"]


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for each in SERVICES.values() for port in each.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_service_starts_after_the_migration() -> None:
    needs = SERVICES["dualwrite"]["depends_on"]
    assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["command"][0] == "migrate"
    assert SERVICES["dualwrite"]["command"][0] == "serve"
    for name, need in (*needs.items(), *SERVICES["migrate"]["depends_on"].items()):
        assert name in SERVICES
        if need["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[name]


def test_both_commands_use_the_same_store() -> None:
    stores = {
        SERVICES[name]["environment"]["DUALWRITE_DATABASE_URL"] for name in ("dualwrite", "migrate")
    }
    assert len(stores) == 1
    assert stores.pop().startswith("postgresql+asyncpg://")


def test_no_password_stands_in_the_files() -> None:
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    lines = text("compose/env.example").splitlines()
    settings = [line for line in lines if line and not line.startswith("#")]
    assert settings
    assert all(line.endswith("=") for line in settings)


def test_the_time_to_stop_covers_the_ten_seconds_of_draining() -> None:
    assert int(SERVICES["dualwrite"]["stop_grace_period"].removesuffix("s")) > 10
