"""What stands in front of the SDK's app: who may come in, and with how much."""

import logging
import re
import sys
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import config

PROBES = ("/healthz", "/readyz")
"""Load balancers ask for these under any name, and as often as they like."""
MAX_SUBSCRIPTION = 16_384
"""Bytes of what is kept for as long as a client listens."""

NAME = re.compile(r"[\w-]+(\.[\w-]+)*|[\da-f:.]*:[\da-f:.]*(%\w+)?", re.ASCII)  # of a host, or IPv6 without brackets

log = logging.getLogger(__name__)


def refuse(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An error that answers no request in particular, in a form that MCP clients can show."""
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": {"code": -32000, "message": message}}, status, headers)


@lru_cache
def host_in(address: str) -> str:
    """The name in an address, without its port; "" if there is none."""
    try:
        return (urlsplit(address).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def host_names(text: str) -> list[str]:
    """Names in a list such as `mcp.example.com, https://other.example.com/, [::1]`."""
    found: list[str] = []
    for item in text.replace(",", " ").split():
        address = item if "://" in item else f"//{item}"
        found.append(host_in(address))
        if not NAME.fullmatch(found[-1]) or urlsplit(address).path.strip("/"):
            sys.exit(f'ALLOWED_HOSTS: "{item}" is no name such as mcp.example.com; no wildcards, no paths.')
    return found or sys.exit("ALLOWED_HOSTS: there is no name in it.")


def origins_in(text: str) -> list[str]:
    """Origins in a list such as `https://app.example.com, http://localhost:5173`."""
    found: list[str] = []
    for item in text.lower().replace(",", " ").split():
        scheme, _, host = item.rstrip("/").partition("://")
        found.append(f"{scheme}://{host.removesuffix(':443' if scheme == 'https' else ':80')}")
        if not host_in(f"//{host}") or "*" in host or "/" in host:
            sys.exit(f'ALLOWED_ORIGINS: "{item}" is no origin such as https://app.example.com; no wildcards.')
    return found


class Gate:
    """Lets in requests to known names, from known web pages, with a body that is not too large.

    A web page that somebody happens to visit must not talk to a server on their machine or in their network. The SDK
    checks that, too, but letter by letter, without a word about the setting, and after it has read the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.hosts = host_names(config.allowed_hosts)
        self.origins = origins_in(config.allowed_origins)
        self.logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            return await self.app(scope, receive, send)
        headers = {key.decode(): value.decode("latin-1") for key, value in reversed(scope["headers"])}  # first wins
        if scope["path"] == "/mcp/":
            scope["path"] = "/mcp"
        body = self.refusal(scope["path"], scope["method"], headers) or await self.read(receive, headers)
        if body is None:
            return  # The client has hung up.
        if isinstance(body, JSONResponse):
            return await body(scope, receive, send)
        unread = True

        async def replay() -> Message:
            nonlocal unread
            if not unread:
                return await receive()
            unread = False
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    def refusal(self, path: str, method: str, headers: dict[str, str]) -> JSONResponse | None:
        """Why not to let a request in."""
        host, origin = host_in(f"//{headers.get('host', '')}"), headers.get("origin", "").lower()
        if host not in self.hosts:
            return self.foreign("ALLOWED_HOSTS", f"Invalid Host: {host[:255]}")
        if origin and origin not in self.origins and host_in(origin) not in self.hosts:
            return self.foreign("ALLOWED_ORIGINS", f"Invalid Origin: {origin[:255]}")
        if method != "POST" and path == "/mcp" and (method not in ("GET", "DELETE") or "mcp-session-id" not in headers):
            return refuse(405, "Method not allowed without a session", {"allow": "POST"})
        if method == "POST" and headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return refuse(415, "Content-Type must be application/json")
        return None

    def foreign(self, setting: str, message: str) -> JSONResponse:
        """A refusal that is logged once, for whoever has to change the setting."""
        if setting not in self.logged:
            self.logged.add(setting)
            log.warning("refused a request because of %s: %r; others like it are not logged", setting, message)
        return refuse(403, message)

    async def read(self, receive: Receive, headers: dict[str, str]) -> bytes | JSONResponse | None:
        """The body; a refusal if it is too large; None if the client has hung up."""
        most, length = config.max_body_bytes, headers.get("content-length", "")
        if headers.get("mcp-method") == "subscriptions/listen":
            most = min(most, MAX_SUBSCRIPTION)
        body, more, large = bytearray(), True, length.isdecimal() and int(length) > most
        while more and not large:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            more, large = message.get("more_body", False), len(body) > most
        return refuse(413, f"The body is larger than {most} bytes") if large else bytes(body)


def guarded(app: ASGIApp) -> ASGIApp:
    """An app behind the gate, and open to the web pages of ALLOWED_ORIGINS. Browsers keep all others out."""
    gate = Gate(app)
    if not gate.origins:
        return gate
    return CORSMiddleware(
        gate,
        allow_origins=gate.origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["*"],
        expose_headers=["Mcp-Session-Id", "WWW-Authenticate", "Retry-After"],
        max_age=86_400,
    )
