"""`calculate-risk`."""

from typing import Literal, TypeAlias

from mcp.types import ToolAnnotations
from pydantic import Field

from ..errors import Failure
from ..schema import Arguments, Result
from ..tool import Call, tool

Level: TypeAlias = Literal["critical", "high", "medium", "low"]

_LEVELS: list[tuple[float, Level, str]] = [
    (85, "critical", "Act today."),
    (60, "high", "Plan a remedy this week."),
    (25, "medium", "Review within a month."),
    (0, "low", "No action needed."),
]

SCORE_NEGATIVE = Failure(
    "score_negative",
    when="The score is below 0.",
    recovery="Call again with a score from 0 to 100; 0 means no risk.",
)
SCORE_TOO_HIGH = Failure(
    "score_too_high",
    when="The score is above 100.",
    recovery="Call again with a score from 0 to 100; scale other scales to it.",
)


class CalculateRisk(Arguments):
    """What is taken."""

    # The range is checked below, not here: a rule of the domain deserves an answer in the words of the domain.
    score: float = Field(description="Risk score from 0 (none) to 100 (certain)")


class Risk(Result):
    """A score in words."""

    score: float = Field(description="The score that was rated")
    level: Level = Field(description="How serious it is")
    advice: str = Field(description="What to do about it")


@tool(
    title="Calculate risk",
    description="Turn a risk score into a level and an advice.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
    failures=[SCORE_NEGATIVE, SCORE_TOO_HIGH],
)
async def calculate_risk(args: CalculateRisk, _: Call) -> Risk:
    """Rates a score."""
    if args.score > 100:
        raise SCORE_TOO_HIGH.error(f"A score is at most 100, and {args.score:.15g} is more.")
    for least, level, advice in _LEVELS:
        if args.score >= least:
            return Risk(score=args.score, level=level, advice=advice)
    raise SCORE_NEGATIVE.error(f"A score cannot be negative, and {args.score:.15g} is.")
