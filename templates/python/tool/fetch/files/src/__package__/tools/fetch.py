"""Web pages as text."""

import re
from typing import Annotated, Any

import anyio
import anyio.to_thread
import httpx2
from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from ..config import config
from ..errors import Failure
from ..html_text import decode, to_text
from ..page import Page, get
from . import READS

PART = 10_000
TEXT = re.compile(r"text/|application/([\w.-]+\+)?(json|xml)|$", re.IGNORECASE)


class Fetched(BaseModel):
    """A part of a page."""

    url: str = Field(description="Address of the page after redirects")
    type: str = Field(description="Media type that the server gave")
    text: str = Field(description="This part of the text")
    next: int | None = Field(None, exclude_if=lambda next: next is None, description="Start of the following part")


def text_of(page: Page) -> str:
    """Takes a while for a long page, so it belongs into a thread."""
    text = decode(page.body, page.type)
    return to_text(text) if re.search(r"\bhtml\b", page.type, re.IGNORECASE) else text


async def fetch_text(url: str) -> tuple[Page, str]:
    """A page and its text."""
    host = re.split("[/?#]", url)[2].rpartition("@")[2]  # without a password; any text has one
    try:
        with anyio.fail_after(config.fetch_timeout_ms / 1000):
            page = await get(url, config.fetch_max_bytes, config.fetch_allow_private)
            if page.status >= 400:
                raise Failure(f"{host} answers {page.status}.", "Check the address.")
            if not TEXT.match(page.type):
                raise Failure(f"The page is {page.type[:100]}.", "Fetch a page that is HTML, JSON or other text.")
            # A thread cannot be stopped, but nobody waits for it any longer when time is over or the call cancelled.
            return page, await anyio.to_thread.run_sync(text_of, page, abandon_on_cancel=True)
    except TimeoutError as error:
        raise Failure(f"{host} takes more than {config.fetch_timeout_ms} ms.", "Try again in a minute.") from error
    except (OSError, ValueError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise Failure(f"{host} cannot be reached.", "Check the address, or try again in a minute.") from error


def register(mcp: MCPServer[Any]) -> None:
    """Puts the tool on a server."""
    hints = {**READS, "open_world_hint": True}

    @mcp.tool(title="Fetch a URL", annotations=ToolAnnotations(title="Fetch a URL", **hints))
    async def fetch_url(
        url: Annotated[
            str, Field(pattern=r"^https?://[^\s/]", max_length=2000, description="Web address, http or https")
        ],
        start: Annotated[int, Field(ge=0, le=100_000_000, description="Character to start at")] = 0,
    ) -> Fetched:
        """Read a public web page as text. Long pages come in parts: go on with next as start."""
        page, text = await fetch_text(url)
        end = start + PART
        more = end if end < len(text) else None
        return Fetched(url=page.url, type=page.type, text=text[start:end], next=more)
