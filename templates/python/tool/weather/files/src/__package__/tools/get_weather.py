"""`get-weather`."""

from typing import Annotated

from mcp.types import ToolAnnotations
from pydantic import Field, StringConstraints

from ..errors import Failure
from ..schema import Arguments, Integer, Result
from ..tool import Call, tool
from ..weather.get_json import UpstreamError
from ..weather.open_meteo import Daily, OpenMeteo, conditions

LOCATION_NOT_FOUND = Failure(
    "location_not_found",
    when="No place has this name.",
    recovery="Check the spelling, or name the nearest larger town.",
)
SERVICE_UNAVAILABLE = Failure(
    "service_unavailable",
    when="The weather service does not answer, or answers with an error.",
    recovery="Try again in a minute; if it stays so, tell the user that the weather service is down.",
    retryable=True,
)


class GetWeather(Arguments):
    """What is taken."""

    location: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description='Name of a town, such as "Berlin" or "Lyon"'
    )
    days: Integer = Field(default=3, ge=1, le=7, description="Days to forecast")


class Day(Result):
    """The weather of a day."""

    date: str = Field(description="Day, ISO 8601")
    min: float = Field(description="Lowest temperature, °C")
    max: float = Field(description="Highest temperature, °C")
    conditions: str = Field(description="The sky, in words")


class Weather(Result):
    """The weather of a place."""

    location: str = Field(description="The place that was found")
    temperature: float = Field(description="Temperature now, °C")
    wind_speed: float = Field(description="Wind speed now, km/h")
    conditions: str = Field(description="The sky now, in words")
    forecast: list[Day] = Field(description="One entry a day")


@tool(
    title="Get the weather",
    description="Current weather and forecast for a place, from Open-Meteo.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True
    ),
    failures=[LOCATION_NOT_FOUND, SERVICE_UNAVAILABLE],
)
async def get_weather(args: GetWeather, call: Call) -> Weather:
    """Asks the weather service."""
    service = OpenMeteo(call.app.config)
    try:
        place = await service.find(args.location)
        if place is None:
            raise LOCATION_NOT_FOUND.error(f'No place is called "{args.location}".')
        weather = await service.forecast(place, args.days)
    except UpstreamError as error:
        raise SERVICE_UNAVAILABLE.error(f"{error}.") from error
    return Weather(
        location=place.name if place.country is None else f"{place.name}, {place.country}",
        temperature=weather.current.temperature_2m,
        wind_speed=weather.current.wind_speed_10m,
        conditions=conditions(weather.current.weather_code),
        forecast=_by_day(weather.daily),
    )


def _by_day(daily: Daily) -> list[Day]:
    """Open-Meteo answers columns; a day that lacks a value is left out."""
    columns = zip(daily.time, daily.weather_code, daily.temperature_2m_min, daily.temperature_2m_max, strict=False)
    return [
        Day(date=date, min=lowest, max=highest, conditions=conditions(code))
        for date, code, lowest, highest in columns
        if code is not None and lowest is not None and highest is not None
    ]
