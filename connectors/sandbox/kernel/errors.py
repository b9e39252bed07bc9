"""The one way a sandbox system says no.

A system raises `SystemRefusal`; its HTTP layer renders it as that system's own error body.
"""

from __future__ import annotations

from collections.abc import Mapping


class SystemRefusal(Exception):
    """A system refuses a request, as the real one would.

    Args:
        status: the HTTP status of the answer.
        code: the system's own code (`0x80040217`, an AADSTS number, or an empty text).
        message: the sentence that the user or client reads.
        headers: extra response headers, for example `Retry-After`.
        details: further members for the error body, for those systems that have them.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.details = dict(details or {})

    def __repr__(self) -> str:
        return f"SystemRefusal({self.status}, {self.code!r}, {self.message!r})"


class TokenRefused(SystemRefusal):
    """The bearer token is missing, expired, forged, meant for another system, or of an unknown app.

    `code` is one of `missing`, `invalid`, `expired`, `audience`, `revoked`, `unknown_app`; each
    system turns it into its own answer.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(401, code, message)
