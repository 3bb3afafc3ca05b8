"""The parts of Open-Meteo that are used: https://open-meteo.com/en/docs."""

from pydantic import BaseModel

from ..config import Config
from .get_json import get_json


class Place(BaseModel):
    """Where a name is."""

    name: str
    country: str | None = None
    latitude: float
    longitude: float


class _Places(BaseModel):
    results: list[Place] = []


class Current(BaseModel):
    """The weather now."""

    temperature_2m: float
    wind_speed_10m: float
    weather_code: int


class Daily(BaseModel):
    """The days to come, in columns."""

    time: list[str]
    weather_code: list[int | None]
    temperature_2m_max: list[float | None]
    temperature_2m_min: list[float | None]


class Forecast(BaseModel):
    """What the service says."""

    current: Current
    daily: Daily


class OpenMeteo:
    """A client of the service. Its methods raise UpstreamError."""

    def __init__(self, config: Config) -> None:
        self._config = config

    async def find(self, name: str) -> Place | None:
        """The best match for a place name."""
        url = f"{self._config.weather_geocoding_url.rstrip('/')}/v1/search"
        answer = await self._get(url, {"name": name, "count": "1", "format": "json"})
        return next(iter(_Places.model_validate(answer).results), None)

    async def forecast(self, place: Place, days: int) -> Forecast:
        """The weather now, and for some days."""
        params = {
            "latitude": str(place.latitude),
            "longitude": str(place.longitude),
            "current": "temperature_2m,wind_speed_10m,weather_code",
            "daily": "weather_code,temperature_2m_max,temperature_2m_min",
            "forecast_days": str(days),
            "timezone": "auto",
        }
        url = f"{self._config.weather_forecast_url.rstrip('/')}/v1/forecast"
        return Forecast.model_validate(await self._get(url, params))

    async def _get(self, url: str, params: dict[str, str]) -> object:
        return await get_json(url, params, self._config.weather_timeout_ms)


_CONDITIONS = [
    (0, "clear"),
    (3, "partly cloudy"),
    (48, "fog"),
    (57, "drizzle"),
    (67, "rain"),
    (77, "snow"),
    (82, "rain showers"),
    (86, "snow showers"),
]


def conditions(code: int) -> str:
    """WMO code 4677 in words, by its tens, which is as fine as a forecast is."""
    return next((words for last, words in _CONDITIONS if code <= last), "thunderstorm")
