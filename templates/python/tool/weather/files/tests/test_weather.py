"""The weather, from a service that is played here."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from mcp import Client

PLACES = {"results": [{"name": "Berlin", "latitude": 52.5, "longitude": 13.4}]}
FORECAST = {"current": {"temperature_2m": 21.5, "wind_speed_10m": 9}}

Answers = list[tuple[int, Any]]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answers], list[httpx2.URL]]:
    """Makes the service give these answers, one after the other; what it was asked is in the list."""

    def play(answers: Answers) -> list[httpx2.URL]:
        asked: list[httpx2.URL] = []

        def handle(request: httpx2.Request) -> httpx2.Response:
            asked.append(request.url)
            status, body = answers[len(asked) - 1]
            return httpx2.Response(status, content=body if isinstance(body, bytes) else json.dumps(body).encode())

        def client(**_: Any) -> httpx2.AsyncClient:
            return real(transport=httpx2.MockTransport(handle))

        real = httpx2.AsyncClient
        monkeypatch.setattr(httpx2, "AsyncClient", client)
        return asked

    return play


async def ask(client: Client, location: str = "Berlin") -> tuple[bool, Any]:
    """Whether it failed, and the result or the message."""
    result = await client.call_tool("get_weather", {"location": location})
    return result.is_error, result.structured_content or result.content[0].model_dump()["text"]


async def test_tells_the_weather(client: Client, play: Any) -> None:
    asked = play([(200, PLACES), (200, FORECAST)])
    assert await ask(client, "Berl & in") == (False, {"location": "Berlin", "temperature": 21.5, "wind": 9.0})
    assert asked[0].params["name"] == "Berl & in"


async def test_tries_once_more_when_the_service_stumbles(client: Client, play: Any) -> None:
    play([(503, {}), (200, PLACES), (200, FORECAST)])
    assert not (await ask(client))[0]
    assert len(play([(503, {})] * 9)) == 0
    assert "does not work" in (await ask(client))[1]


async def test_an_unknown_place_is_the_model_s_to_correct(client: Client, play: Any) -> None:
    play([(200, {})])
    is_error, message = await ask(client)
    assert is_error
    assert "spelling" in message


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"x" * 2_000_000, [], {"error": True}, {"current": {"temperature_2m": None}}, b'{"current": NaN}'],
)
async def test_what_the_service_does_wrong_is_said_to_be_its_fault(client: Client, play: Any, answer: Any) -> None:
    play([(200, PLACES), (200, answer)])
    is_error, message = await ask(client)
    assert is_error
    assert "The weather service does not work" in message
