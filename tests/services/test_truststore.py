"""Java reads the trust store that we write."""

from __future__ import annotations

import importlib
import subprocess
from pathlib import Path

import pytest
import trustme

_DEV = Path(__file__).resolve().parents[2] / "deploy" / "dev"


def test_java_lists_every_certificate(
    kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The broker's presence promises a Java; keytool lies beside it.
    assert kafka_bootstrap
    monkeypatch.syspath_prepend(str(_DEV))
    truststore = importlib.import_module("devservices.truststore")
    java = importlib.import_module("devservices.java").require()
    authorities = [trustme.CA().cert_pem.bytes().decode() for _ in range(3)]
    store = tmp_path / "trust.jks"
    store.write_bytes(truststore.make("a comment\n" + "".join(authorities)))
    keytool = Path(java).resolve().parent / "keytool"
    listed = subprocess.run(
        [keytool, "-list", "-keystore", store, "-storepass", truststore.PASSWORD],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert listed.returncode == 0, listed.stdout + listed.stderr
    assert listed.stdout.count("trustedCertEntry") == 3
