"""A Java trust store made of the system's certificates, without Java's tools.

``keytool`` takes half a second per certificate; the format is simple enough to write at once.
Source: JavaKeyStore.java of OpenJDK (version 2, trusted certificate entries).
"""

import hashlib
import os
import re
import ssl
import struct
import time
from pathlib import Path

# It only guards against accidents: what is in the store is public.
PASSWORD = "changeit"  # noqa: S105
_MAGIC = 0xFEEDFEED
_TRUSTED = 2
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def bundle() -> Path | None:
    """Return the file of certificate authorities that this machine trusts, or None."""
    named = [os.environ.get("SSL_CERT_FILE", ""), *_BUNDLES]
    return next((Path(each) for each in named if each and Path(each).is_file()), None)


def make(pem: str) -> bytes:
    """Return a JKS trust store that holds every certificate of a PEM text."""
    certificates = [ssl.PEM_cert_to_DER_cert(each) for each in _PEM.findall(pem)]
    body = struct.pack(">III", _MAGIC, 2, len(certificates))
    now = int(time.time() * 1000)
    for number, certificate in enumerate(certificates):
        body += struct.pack(">I", _TRUSTED) + _text(f"system-{number}") + struct.pack(">Q", now)
        body += _text("X.509") + struct.pack(">I", len(certificate)) + certificate
    salt = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite"
    return body + hashlib.sha1(salt + body, usedforsecurity=False).digest()


def _text(value: str) -> bytes:
    data = value.encode("ascii")
    return struct.pack(">H", len(data)) + data
