"""Just enough of Kafka's protocol to know that a broker is ready.

Source: Apache Kafka protocol guide, request header v1, ApiVersions v0 and Metadata v1.
"""

import socket
import struct

_METADATA = 3
_API_VERSIONS = 18
_TIMEOUT_SECONDS = 5.0
_LARGEST_ANSWER = 1 << 20


def missing(host: str, port: int) -> str:
    """Return "" when the broker serves requests and is registered, else what is missing.

    A broker answers ApiVersions as soon as it listens, but it is usable only once the
    controller counts it among the live brokers, which its Metadata answer shows.
    """
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS) as connection:
            (error,) = struct.unpack(">h", _ask(connection, _API_VERSIONS, 0, b"")[:2])
            if error:
                return f"ApiVersions answers with error {error}"
            # An empty list of topics: the answer then holds the brokers and no topic.
            answer = _ask(connection, _METADATA, 1, struct.pack(">i", 0))
            (brokers,) = struct.unpack(">i", answer[:4])
            return "" if brokers > 0 else "no broker is registered with the controller yet"
    except (OSError, struct.error) as error:
        return f"{type(error).__name__}: {error}"


def _ask(connection: socket.socket, api: int, version: int, body: bytes) -> bytes:
    client = b"dualwrite-services"
    head = struct.pack(">hhih", api, version, 1, len(client)) + client
    connection.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
    (size,) = struct.unpack(">i", _read(connection, 4))
    if not 4 <= size <= _LARGEST_ANSWER:
        raise ConnectionError(f"an answer of {size} bytes is not Kafka's")
    return _read(connection, size)[4:]


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("the connection was closed")
        data += part
    return data
