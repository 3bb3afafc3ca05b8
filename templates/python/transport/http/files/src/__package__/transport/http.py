"""Streamable HTTP at `/mcp`, and the probes of a load balancer at `/healthz` and `/readyz`."""

import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import urlsplit

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ..app import App
from ..config import ConfigError
from ..server import create_server
from ..shutdown import until_told_to_stop
from .rate_limit import RateLimited, create_rate_limit
from .readiness import Readiness

_REQUEST_HEADERS = [
    "Content-Type",
    "Accept",
    "Authorization",
    "MCP-Protocol-Version",
    "Mcp-Method",
    "Mcp-Name",
    "Mcp-Session-Id",
    "Last-Event-ID",
]


async def serve_http(app: App) -> None:
    """Serves until this process is told to stop."""
    if app.config.drain_ms > 0 and app.config.drain_ms >= app.config.shutdown_timeout_ms:
        raise ConfigError("DRAIN_MS must be less than SHUTDOWN_TIMEOUT_MS, of which it is a part.")
    draining = anyio.Event()
    listener = _listen(app.config.host, app.config.port)
    config = uvicorn.Config(
        create_http_app(app, draining),
        log_config=None,
        access_log=False,
        server_header=False,
        # Which addresses in front may be believed is TRUSTED_PROXIES' to say, and asked where it matters.
        proxy_headers=False,
        # Longer than load balancers keep idle connections, or else one sends into a connection that is being closed.
        timeout_keep_alive=75,
        # Seconds. The calls that were running have ended by then; streams stay open until somebody ends them.
        timeout_graceful_shutdown=1,
    )
    server = _Uvicorn(config, listener)
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await until_told_to_stop(app, draining, app.config.drain_ms / 1000)
            server.should_exit = True

        tasks.start_soon(stop)
        await server.serve(sockets=[listener])
        tasks.cancel_scope.cancel()


def create_http_app(app: App, draining: anyio.Event) -> Starlette:
    """The server as an ASGI application. `draining` tells load balancers to send nobody here any more."""
    config = app.config
    server = create_server(app)
    readiness = Readiness(app.store)

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        ready = not draining.is_set() and await readiness.check()
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    server.custom_route("/healthz", methods=["GET"])(healthz)
    server.custom_route("/readyz", methods=["GET"])(readyz)
    origins = _split(config.allowed_origins)
    http = server.streamable_http_app(
        max_request_body_size=config.max_body_bytes,
        session_idle_timeout=config.session_idle_ms / 1000,
        max_sessions=config.max_sessions,
        transport_security=_security(_split(config.allowed_hosts), origins),
    )
    limit = create_rate_limit(app)
    if limit is not None:
        http.add_middleware(RateLimited, limit=limit, proxies=config.trusted_proxies)
    if origins:
        # Browser clients of these origins are let in; without any, nothing is sent and browsers keep every page out.
        http.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["POST", "GET", "DELETE"],
            allow_headers=_REQUEST_HEADERS,
            expose_headers=["Mcp-Session-Id", "WWW-Authenticate"],
            max_age=86_400,
        )
    return http


def _security(hosts: list[str], origins: list[str]) -> TransportSecuritySettings:
    """A web page that the user happens to visit must not talk to a server on the user's machine (DNS rebinding)."""
    for origin in origins:
        if not urlsplit(origin).hostname:
            raise ConfigError(f'ALLOWED_ORIGINS: "{origin}" is not an origin such as https://app.example.com.')
    pages = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(
        allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)],
        allowed_origins=[*origins, *pages, *(f"{page}:*" for page in pages)],
    )


class _Uvicorn(uvicorn.Server):
    """Tells its address once it can be reached, and leaves signals to us."""

    def __init__(self, config: uvicorn.Config, listener: socket.socket) -> None:
        super().__init__(config)
        self._listener = listener

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Opens for requests."""
        await super().startup(sockets)
        host, port, *_ = self._listener.getsockname()
        sys.stderr.write(f"Listening on http://{f'[{host}]' if ':' in host else host}:{port}/mcp\n")
        sys.stderr.flush()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Nothing: they would end the process with the signal's status after a shutdown in good order."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, sys.platform != "win32")
        listener.bind(address)
    except OSError as error:
        raise ConfigError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Set HOST and PORT; PORT=0 picks a free one."
        ) from error
    return listener


def _split(text: str) -> list[str]:
    return text.replace(",", " ").split()
