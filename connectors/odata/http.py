"""One HTTP peer: httpx over aiohttp's connections, tied to one scheme and host.

Nothing else is ever called, whatever a link in an answer says. No cookies are kept (an affinity
cookie would pin the service to one of the system's web servers), no redirects are followed, no
proxy or netrc is taken from the environment, and an answer's size is bounded.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urlsplit

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from connectors.odata.answer import ADDRESS_CURE, Answer
from connectors.odata.options import HttpOptions
from connectors.odata.recovery import EXCESS, SILENCE, UNSENT, Failure
from sync.errors import ConfigurationWrong, ContractBroken

_PORTS = {"http": 80, "https": 443}
# Servers close idle connections after five seconds or more. Letting go first keeps a write from
# meeting a connection that is just being closed, whose outcome would then be unknown.
_KEEP_ALIVE = 4.0


class HttpClient:
    """Sends requests to one origin.

    Args:
        root: Absolute URL; every relative address is resolved below it, and only its scheme, host
            and port are ever called.
        options: Timeouts, sizes, trust.
        http: What carries the requests in place of real connections (tests, in-process servers).
    """

    def __init__(
        self, root: str, options: HttpOptions, http: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.root = root if root.endswith("/") else root + "/"
        self._origin = _origin(self.root)
        if self._origin is None:
            raise ConfigurationWrong(
                f"{root!r} is not an address.", cure="Give a URL such as https://host/path/."
            )
        self._max_body = options.max_body
        # A jar that takes nothing.
        jar = CookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
        self._client = httpx.AsyncClient(
            transport=http or _connections(options),
            cookies=jar,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(
                options.read_timeout,
                connect=options.connect_timeout,
                pool=options.connect_timeout,
            ),
        )

    @property
    def path(self) -> str:
        """The path of the root, ending in a slash."""
        return urlsplit(self.root).path

    def owns(self, address: str) -> bool:
        """Whether an absolute address lies on the configured origin, and names nobody else.

        A user in an address would be sent in place of our token.
        """
        return _origin(address) == self._origin and "@" not in _authority(address)

    def resolve(self, address: str) -> str:
        """An absolute URL on the configured origin.

        Raises:
            ContractBroken: The address leads elsewhere.
        """
        if address.startswith(("http://", "https://")) or "://" in address.split("?", 1)[0]:
            if not self.owns(address):
                raise ContractBroken(
                    f"A link leads to {urlsplit(address).hostname!r}, not to the configured host "
                    f"{urlsplit(self.root).hostname!r}; it was not followed.",
                    cure="Check the address in the settings, and who answers there.",
                )
            return address
        if address.startswith("//"):
            raise ContractBroken("A link without a scheme was not followed.")
        if address.startswith("/"):
            split = urlsplit(self.root)
            return f"{split.scheme}://{split.netloc}{address}"
        return self.root + address

    async def send(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send one request and read its whole answer.

        Raises:
            Failure: No answer came, it broke off, or it is too large.
            ContractBroken: The address leads elsewhere; nothing was sent.
        """
        url = self.resolve(address)
        try:
            request = self._client.build_request(method, url, headers=dict(headers), content=body)
        except httpx.InvalidURL as error:
            raise ContractBroken("A link is no address.", cure=ADDRESS_CURE) from error
        try:
            response = await self._client.send(request, stream=True)
            try:
                return await self._read(response)
            finally:
                await response.aclose()
        except (httpx.TransportError, aiohttp.ClientError, TimeoutError, OSError) as error:
            row = UNSENT if _unsent(error) else SILENCE
            host = urlsplit(self.root).hostname
            raise Failure(row.error(f"{host} did not answer: {_why(error)}."), row) from error

    async def _read(self, response: httpx.Response) -> Answer:
        chunks, size = [], 0
        async for chunk in response.aiter_bytes():
            size += len(chunk)
            if size > self._max_body:
                message = f"An answer is larger than {self._max_body} bytes."
                error = EXCESS.error(message, status=response.status_code, cure=EXCESS.cure)
                raise Failure(error, EXCESS)
            chunks.append(chunk)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, b"".join(chunks))

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()


def _connections(options: HttpOptions) -> httpx.AsyncBaseTransport:
    context = ssl.create_default_context()
    if options.ca_file:
        try:
            context.load_verify_locations(options.ca_file)
        except OSError as error:
            raise ConfigurationWrong(
                f"The certificate authority file {options.ca_file!r} cannot be read: {error}.",
                cure="Give the path of a PEM file.",
            ) from error

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=options.connections, keepalive_timeout=_KEEP_ALIVE, ssl=context
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    return AiohttpTransport(verify=context, client=session)


def _origin(address: str) -> tuple[str, str, int] | None:
    try:
        split = urlsplit(address)
        if split.scheme not in _PORTS or not split.hostname:
            return None
        return split.scheme, split.hostname, split.port or _PORTS[split.scheme]
    except ValueError:
        return None


def _authority(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].partition("?")[0].partition("#")[0]


def _unsent(error: BaseException) -> bool:
    """Whether the request certainly never left.

    The aiohttp transport reports a connection that broke while an answer was awaited under the same
    name as one that was never made, so the cause beneath decides.
    """
    cause = error if isinstance(error, aiohttp.ClientError) else error.__cause__
    if isinstance(cause, aiohttp.ClientError):
        return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
    return isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)


def _why(error: BaseException) -> str:
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    return str(cause).strip().rstrip(".") or type(cause).__name__
