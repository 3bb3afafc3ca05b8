"""`fetch-url`."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import httpx2
from mcp.types import ToolAnnotations
from pydantic import AfterValidator, Field

from ..config import Config
from ..errors import Failure
from ..fetch.addresses import PrivateAddressError
from ..fetch.get import RedirectError, WebPage, get
from ..fetch.text import to_text
from ..schema import Arguments, Integer, Result
from ..tool import Call, tool

ADDRESS_NOT_ALLOWED = Failure(
    "address_not_allowed",
    when="The address is private, local or reserved.",
    recovery="Use a public web address; this server does not reach into its own network.",
)
TOO_MANY_REDIRECTS = Failure(
    "too_many_redirects",
    when="The page redirects too often, or to something that is not a web page.",
    recovery="Fetch the final address directly.",
)
NOT_TEXT = Failure(
    "not_text",
    when="The page is not text: an image, an archive, a video.",
    recovery="Fetch a page that is HTML, JSON or another kind of text.",
)
UNREACHABLE = Failure(
    "unreachable",
    when="The host cannot be found or does not answer in time.",
    recovery="Check the address; if it is right, try again in a minute.",
    retryable=True,
)

_TEXT = re.compile(r"(text/|application/(.+\+)?(json|xml))", re.IGNORECASE)


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a web address, http or https")
    return url


class FetchUrl(Arguments):
    """What is taken."""

    url: Annotated[str, AfterValidator(_web_address)] = Field(
        max_length=2000, description="Web address, http or https", json_schema_extra={"format": "uri"}
    )
    offset: Integer = Field(default=0, ge=0, description="Character to start at")
    max_chars: Integer = Field(default=10_000, ge=100, le=40_000, description="Most characters to return")


class FetchedPage(Result):
    """A part of a page."""

    url: str = Field(description="Address of the page after redirects")
    status: int = Field(description="HTTP status")
    content_type: str = Field(description="Media type the server gave")
    text: str = Field(description="This part of the text")
    next_offset: int | None = Field(default=None, description="Where the next part starts; absent at the end")
    cut: bool = Field(description="Whether the page was longer than this server reads")


@tool(
    title="Fetch a URL",
    description="Read a public web page as text. Long pages come in parts: go on with nextOffset.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True
    ),
    failures=[ADDRESS_NOT_ALLOWED, TOO_MANY_REDIRECTS, NOT_TEXT, UNREACHABLE],
)
async def fetch_url(args: FetchUrl, call: Call) -> FetchedPage:
    """Fetches a page."""
    page = await _get_page(args.url, call.app.config)
    if not _TEXT.match(page.content_type or "text/plain"):
        raise NOT_TEXT.error(f"The page is {page.content_type}.")
    text = await anyio.to_thread.run_sync(to_text, page.body, page.content_type)
    end = args.offset + args.max_chars
    return FetchedPage(
        url=page.url,
        status=page.status,
        content_type=page.content_type,
        text=text[args.offset : end],
        next_offset=end if end < len(text) else None,
        cut=page.cut,
    )


async def _get_page(url: str, config: Config) -> WebPage:
    host = urlsplit(url).netloc
    try:
        with anyio.fail_after(config.fetch_timeout_ms / 1000):
            return await get(url, config.fetch_max_bytes, config.fetch_allow_private)
    except PrivateAddressError as error:
        raise ADDRESS_NOT_ALLOWED.error(f"{host} is not a public address.") from error
    except RedirectError as error:
        raise TOO_MANY_REDIRECTS.error(f"{host} leads to {error}.") from error
    except (TimeoutError, OSError, ValueError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise UNREACHABLE.error(f"{host} cannot be reached.") from error
