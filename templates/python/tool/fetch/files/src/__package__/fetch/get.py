"""Pages over HTTP and HTTPS."""

from dataclasses import dataclass

import httpx2

from ..outbound import tls
from .addresses import resolve_public

_MAX_REDIRECTS = 5
_HEADERS = {
    "accept": "text/html, text/*, application/json;q=0.9",
    # What is compressed can be small on the way and huge in memory.
    "accept-encoding": "identity",
    "user-agent": "mcp-fetch/1.0",
}


@dataclass(frozen=True)
class WebPage:
    """What a server answered."""

    url: str
    status: int
    content_type: str
    body: bytes
    cut: bool
    """The page is longer than what is read."""


class RedirectError(Exception):
    """A redirect that is not followed."""


class _PublicTransport(httpx2.AsyncHTTPTransport):
    """Connects to public addresses only.

    Because the connection goes to the very address that was checked, a name that resolves differently a moment later
    (DNS rebinding) gains nothing. TLS still checks the certificate for the name.
    """

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request to the address behind its host."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await resolve_public(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return await super().handle_async_request(request)


async def get(url: str, max_bytes: int, allow_private: bool) -> WebPage:
    """Gets a page and follows redirects, each of which is checked like the first address.

    Raises:
        PrivateAddressError, RedirectError: The page is not for us.
        OSError, httpx2.HTTPError: The network's errors.
    """
    kind = httpx2.AsyncHTTPTransport if allow_private else _PublicTransport
    # No proxy from the environment: it would do the connecting, and could reach what we must not.
    transport = kind(verify=await tls(), trust_env=False)
    async with httpx2.AsyncClient(transport=transport, timeout=None, headers=_HEADERS, trust_env=False) as client:
        target = _with_path(httpx2.URL(url))
        for _ in range(_MAX_REDIRECTS + 1):
            async with client.stream("GET", target) as response:
                location = response.headers.get("location")
                if not 300 <= response.status_code <= 399 or location is None:
                    body, cut = await _read(response, max_bytes)
                    content_type = response.headers.get("content-type", "")
                    return WebPage(str(target), response.status_code, content_type, body, cut)
            target = _next(target, location)
    raise RedirectError(f"more than {_MAX_REDIRECTS} redirects")


def _with_path(url: httpx2.URL) -> httpx2.URL:
    return url if url.raw_path.startswith(b"/") and str(url) != str(url.copy_with(path="")) else url.copy_with(path="/")


def _next(origin: httpx2.URL, location: str) -> httpx2.URL:
    try:
        target = origin.join(location)
    except httpx2.InvalidURL:
        target = None
    if target is None or target.scheme not in ("http", "https") or not target.host:
        raise RedirectError(f"a redirect to {location}")
    return _with_path(target)


async def _read(response: httpx2.Response, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        # Leaving the response closes it, so nothing more is downloaded.
        if len(body) > max_bytes:
            return bytes(body[:max_bytes]), True
    return bytes(body), False
