"""Notes, in both protocol eras."""

from typing import Any

import pytest
from mcp import Client, MCPError
from mcp.types import ElicitRequestParams, ElicitResult, ResourceTemplateReference, TextContent


def text_of(result: Any) -> str:
    """What the model reads."""
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


async def create(client: Client, title: str = "Tea", body: str = "Green") -> dict[str, Any]:
    """A new note."""
    return (await client.call_tool("create_note", {"title": title, "body": body})).structured_content


async def test_creates_reads_updates(client: Client) -> None:
    note = await create(client)
    changed = await client.call_tool("update_note", {"id": note["id"], "version": note["version"], "body": '{"a": 1}'})
    assert changed.structured_content["body"] == '{"a": 1}'
    read = await client.call_tool("read_note", {"id": note["id"]})
    assert read.structured_content == changed.structured_content
    assert read.structured_content["title"] == "Tea"


async def test_never_overwrites_a_change_it_has_not_seen(client: Client) -> None:
    note = await create(client)
    change = {"id": note["id"], "version": note["version"], "title": "Coffee"}
    assert not (await client.call_tool("update_note", change)).is_error
    assert "Read it again" in text_of(await client.call_tool("update_note", change))


async def test_searches_part_by_part(client: Client) -> None:
    for number in range(205):
        await create(client, f"Note {number}", "odd" if number % 2 else "even")
    first = (await client.call_tool("search_notes", {"query": "EVEN note"})).structured_content
    rest = (await client.call_tool("search_notes", {"query": "EVEN note", "cursor": first["next"]})).structured_content
    assert len(first["notes"]) + len(rest["notes"]) == 103
    assert "next" not in rest
    assert (await client.call_tool("search_notes", {"cursor": "?"})).is_error


async def test_deletes_once_the_user_agrees(client: Client) -> None:
    note = await create(client)
    result = await client.call_tool("delete_note", {"id": note["id"]})
    assert result.structured_content == {"deleted": True}
    assert "search_notes" in text_of(await client.call_tool("read_note", {"id": note["id"]}))


@pytest.mark.parametrize("answer", [{"confirm": False}, {"confirm": "true"}, {"confirm": 1}, None])
async def test_keeps_the_note_otherwise(connect: Any, answer: dict[str, Any] | None) -> None:
    async def reply(_: Any, request: ElicitRequestParams) -> ElicitResult:
        return ElicitResult(action="accept" if answer else "decline", content=answer)

    async with connect(elicitation_callback=reply) as client:
        note = await create(client)
        await client.call_tool("delete_note", {"id": note["id"]})
        assert not (await client.call_tool("read_note", {"id": note["id"]})).is_error


async def test_deletes_nothing_that_changed_while_the_user_was_asked(connect: Any) -> None:
    async def reply(_: Any, request: ElicitRequestParams) -> ElicitResult:
        current = (await client.call_tool("read_note", {"id": note["id"]})).structured_content
        change = {"id": note["id"], "version": current["version"], "title": current["title"] + "!"}
        if len(current["title"]) < 5:
            await client.call_tool("update_note", change)
            return ElicitResult(action="accept", content={"confirm": True})
        return ElicitResult(action="decline")

    async with connect(elicitation_callback=reply) as client:
        note = await create(client)
        await client.call_tool("delete_note", {"id": note["id"]})
        assert not (await client.call_tool("read_note", {"id": note["id"]})).is_error


async def test_says_when_a_client_cannot_ask(connect: Any) -> None:
    async with connect() as client:
        note = await create(client)
        assert "cannot ask" in text_of(await client.call_tool("delete_note", {"id": note["id"]}))


async def test_notes_are_resources_and_a_prompt(client: Client) -> None:
    note = await create(client)
    read = await client.read_resource(f"note://{note['id']}")
    assert read.contents[0].model_dump()["text"] == "# Tea\n\nGreen\n"
    with pytest.raises(MCPError):
        await client.read_resource("note://nope")
    reference = ResourceTemplateReference(uri="note://{id}")
    completed = await client.complete(reference, {"name": "id", "value": note["id"][:3]})
    assert completed.completion.values == [note["id"]]
    prompt = await client.get_prompt("summarize_notes", {"query": "green"})
    assert len(prompt.messages) == 2
    with pytest.raises(MCPError, match="arguments"):
        await client.get_prompt("summarize_notes", {"about": "tea"})
