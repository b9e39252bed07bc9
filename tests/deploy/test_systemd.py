"""The unit runs the service with as few rights as it needs."""

from __future__ import annotations

import shlex
from configparser import ConfigParser

import pytest

from tests.deploy.files import text


@pytest.fixture(scope="module")
def unit() -> ConfigParser:
    # A directive may stand twice (SystemCallFilter adds up), so the parser must not be strict.
    parser = ConfigParser(interpolation=None, strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text("systemd/dualwrite.service"))
    return parser


def test_it_serves_with_a_settings_file(unit: ConfigParser) -> None:
    command = shlex.split(unit["Service"]["ExecStart"])
    assert command[0].startswith("/")
    assert command[1:3] == ["serve", "--settings"]


def test_it_is_stopped_gently_and_not_too_early(unit: ConfigParser) -> None:
    assert unit["Service"]["KillSignal"] == "SIGTERM"
    assert int(unit["Service"]["TimeoutStopSec"]) > 10


def test_a_service_that_keeps_failing_stays_down(unit: ConfigParser) -> None:
    assert unit["Service"]["Restart"] == "on-failure"
    assert int(unit["Unit"]["StartLimitBurst"]) * int(unit["Service"]["RestartSec"]) < int(
        unit["Unit"]["StartLimitIntervalSec"]
    )


@pytest.mark.parametrize(
    ("directive", "value"),
    [
        ("User", "dualwrite"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("ProtectKernelModules", "yes"),
        ("RestrictNamespaces", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("SystemCallArchitectures", "native"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
    ],
)
def test_a_right_that_it_does_not_need_is_taken(
    unit: ConfigParser, directive: str, value: str
) -> None:
    assert unit["Service"][directive] == value


def test_the_state_stays_writable(unit: ConfigParser) -> None:
    folder = unit["Service"]["StateDirectory"]
    assert unit["Service"]["WorkingDirectory"] == f"/var/lib/{folder}"
