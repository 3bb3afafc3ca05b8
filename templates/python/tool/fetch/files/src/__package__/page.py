"""Web pages, and a guard against addresses that are not on the public internet (SSRF)."""

import socket
import ssl
import zlib
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

import anyio
import httpx2

from .errors import Failure

MAX_REDIRECTS = 5
# Read once: it takes longer than many a request.
certificates = cache(ssl.create_default_context)
HEADERS = {
    "accept": "text/html, text/*, application/json;q=0.9",
    "accept-encoding": "gzip, deflate",
    "user-agent": "mcp-fetch/1.0",
}

# https://www.iana.org/assignments/iana-ipv4-special-registry
PRIVATE_IPV4 = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3"),
    )
]
PUBLIC_IPV6 = IPv6Network("2000::/3")
# Within the public range these carry or reach other networks.
PRIVATE_IPV6 = [IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]


@dataclass(frozen=True)
class Page:
    """What a server answered."""

    url: str
    status: int
    type: str
    body: bytes


def is_public(address: str) -> bool:
    """Whether an address belongs to the public internet. An IPv4 address in IPv6 clothes does not."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv4Address):
        return not any(parsed in network for network in PRIVATE_IPV4)
    return parsed in PUBLIC_IPV6 and not any(parsed in network for network in PRIVATE_IPV6)


class PublicTransport(httpx2.AsyncHTTPTransport):
    """Connects to public addresses only.

    The connection goes to the very address that was checked, so a name that resolves differently a moment later (DNS
    rebinding) gains nothing. TLS still checks the certificate for the name.
    """

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Sends a request to the address behind its host."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(address[0]) for *_, address in found]
        if not addresses or not all(is_public(address) for address in addresses):
            advice = "Use a public one; this server does not reach into its own network."
            raise Failure(f"{host} is not a public address.", advice)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=addresses[0])
        return await super().handle_async_request(request)


async def get(url: str, max_bytes: int, allow_private: bool) -> Page:
    """Gets a page and follows redirects, each of which is checked like the first address."""
    kind = httpx2.AsyncHTTPTransport if allow_private else PublicTransport
    # No proxy from the environment: it would do the connecting, and could reach what we must not.
    transport = kind(verify=certificates(), trust_env=False)
    async with httpx2.AsyncClient(transport=transport, timeout=None, headers=HEADERS, trust_env=False) as client:
        target = httpx2.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            if (target.port or 0) > 65_535:
                raise ValueError("There is no such port")
            async with client.stream("GET", target) as response:
                location = response.headers.get("location")
                if not response.is_redirect or location is None:
                    content_type = response.headers.get("content-type", "")
                    return Page(str(target), response.status_code, content_type, await read(response, max_bytes))
            target = target.join(location)
            if target.scheme not in ("http", "https") or not target.host:
                break
    raise Failure(f"{httpx2.URL(url).host} redirects to {target}.", "Fetch the final address directly.")


async def read(response: httpx2.Response, limit: int) -> bytes:
    """The body up to a limit, which holds for what is sent and for what it unpacks to."""
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise Failure(f"The page cannot be read: its encoding is {encoding}.", "Fetch another page.")
    unpack = None if encoding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            body += chunk if unpack is None else unpack.decompress(chunk, limit - len(body))
        except zlib.error as error:
            raise Failure("The page cannot be read: it cannot be unpacked.", "Fetch another page.") from error
        if received >= limit or len(body) >= limit:
            break
    return bytes(body[:limit])
