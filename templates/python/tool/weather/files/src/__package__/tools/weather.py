"""The weather, from Open-Meteo: https://open-meteo.com/en/docs."""

import json
import ssl
from functools import cache
from typing import Annotated, Any

import anyio
import httpx2
from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, FiniteFloat

from ..config import config
from ..errors import Failure
from . import READS

MAX_BYTES = 1_000_000
BROKEN = (OSError, ValueError, LookupError, AttributeError, TypeError, OverflowError, RecursionError)
# Read once: it takes longer than many a request.
certificates = cache(ssl.create_default_context)


class Weather(BaseModel):
    location: str = Field(min_length=1, description="The place that was found")
    temperature: FiniteFloat = Field(description="Temperature now, °C")
    wind: FiniteFloat = Field(description="Wind speed now, km/h")


async def ask(url: str, params: dict[str, Any], tries: int = 2) -> Any:
    """Asks the service, and once more if it stumbles. Proxies of the environment are not used."""
    try:
        with anyio.fail_after(config.weather_timeout_ms / 1000):
            client = httpx2.AsyncClient(verify=certificates(), trust_env=False, timeout=None)
            async with client, client.stream("GET", url, params=params) as response:
                body = b""
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise ValueError("The answer is too long")
        response.raise_for_status()
    except (TimeoutError, httpx2.TransportError, httpx2.HTTPStatusError) as error:
        if tries == 1 or (isinstance(error, httpx2.HTTPStatusError) and not error.response.is_server_error):
            raise
        return await ask(url, params, tries - 1)
    answer = json.loads(body)
    if answer.get("error"):
        raise ValueError("The answer is an error")
    return answer


def register(mcp: MCPServer[Any]) -> None:
    """Puts the tool on a server."""
    hints = {**READS, "open_world_hint": True}

    @mcp.tool(title="Get the weather", annotations=ToolAnnotations(title="Get the weather", **hints))
    async def get_weather(
        location: Annotated[str, Field(min_length=2, max_length=100, description='Name of a town, such as "Berlin"')],
    ) -> Weather:
        """Current weather for a place, from Open-Meteo."""
        search = f"{config.weather_geocoding_url.rstrip('/')}/v1/search"
        forecast = f"{config.weather_forecast_url.rstrip('/')}/v1/forecast"
        try:
            places = (await ask(search, {"name": location, "count": 1})).get("results")
            if not places:
                raise Failure(f'No place is called "{location}".', "Check the spelling, or name a larger town.")
            where = {"latitude": places[0]["latitude"], "longitude": places[0]["longitude"]}
            now = (await ask(forecast, {**where, "current": "temperature_2m,wind_speed_10m"}))["current"]
            return Weather(location=places[0]["name"], temperature=now["temperature_2m"], wind=now["wind_speed_10m"])
        except (*BROKEN, httpx2.HTTPError) as error:
            raise Failure("The weather service does not work.", "Try again in a minute, or tell the user.") from error
