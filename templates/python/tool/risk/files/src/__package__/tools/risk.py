"""A score in words: the pattern for failures that a model can act on."""

from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, FiniteFloat

from ..errors import Failure
from . import READS

Level = Literal["low", "medium", "high", "critical"]

LEVELS: list[tuple[float, Level, str]] = [
    (85, "critical", "Act today."),
    (60, "high", "Plan a remedy this week."),
    (25, "medium", "Review within a month."),
    (0, "low", "No action needed."),
]


class Risk(BaseModel):
    """A score in words."""

    score: float = Field(description="The score that was rated")
    level: Level = Field(description="How serious it is")
    advice: str = Field(description="What to do about it")


def register(mcp: MCPServer[Any]) -> None:
    """Puts the tool on a server."""

    @mcp.tool(title="Calculate risk", annotations=ToolAnnotations(title="Calculate risk", **READS))
    async def calculate_risk(
        # The range is checked below: a rule of the domain deserves an answer in its words.
        score: Annotated[FiniteFloat, Field(description="Risk score from 0 (none) to 100 (certain)")],
    ) -> Risk:
        """Turn a risk score into a level and advice."""
        if not 0 <= score <= 100:
            raise Failure(f"A score is from 0 to 100, and {score:g} is not.", "Scale it, and call again.")
        _, level, advice = next(row for row in LEVELS if score >= row[0])
        return Risk(score=score, level=level, advice=advice)
