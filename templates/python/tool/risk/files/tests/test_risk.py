"""Scores in words."""

from typing import Any

import pytest
from mcp import Client


@pytest.mark.parametrize(
    ("score", "level"), [(0, "low"), (24.9, "low"), (25, "medium"), ("60", "high"), (85, "critical"), (100, "critical")]
)
async def test_rates_a_score(client: Client, score: Any, level: str) -> None:
    result = await client.call_tool("calculate_risk", {"score": score})
    assert result.structured_content["level"] == level


@pytest.mark.parametrize("score", [-0.1, 100.1, "NaN", "high", None])
async def test_refuses_what_is_no_score(client: Client, score: Any) -> None:
    assert (await client.call_tool("calculate_risk", {"score": score})).is_error
