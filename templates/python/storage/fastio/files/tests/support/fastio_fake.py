"""A stand-in for Fast.io: workspaces and notes as its command-line client and its guides describe them.

Form fields, slashes at the end, the envelope, the error codes, `if_version_id`. Everything else is refused.
"""

import json
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from support.fake_http import Answer, FakeService, Request

FAKE_KEY = "fastio-fake-key"
FAKE_NOTES = ("note-1", "note-2", "note-3", "note-4")

_MAX_BYTES = 100_000


@dataclass
class Note:
    """A note in a folder."""

    name: str
    parent: str
    content: str = ""
    version: str = field(default_factory=lambda: str(uuid.uuid4()))


class FakeFastio(FakeService):
    """The service, on a port of this machine."""

    def __init__(self) -> None:
        super().__init__()
        self.url = f"{self.origin}/current"
        self._workspaces: dict[str, dict[str, Note]] = {}

    def notes_of(self, workspace: str) -> dict[str, Note]:
        """The notes of a workspace by their id; a workspace that nobody has asked for yet comes with four."""
        return self._workspaces.setdefault(workspace, {name: Note(f"{name}.md", "root") for name in FAKE_NOTES})

    def answer(self, request: Request) -> Answer:
        """The status and the fields."""
        if request.headers.get("authorization") != f"Bearer {FAKE_KEY}":
            return failure(401, 10011)
        kind = request.headers.get("content-type", "")
        if request.method == "POST" and not kind.startswith("application/x-www-form-urlencoded"):
            return failure(406, 1605, params=[{"name": "body", "message": "not a form"}])
        form = {name: values[-1] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        path = request.path.removeprefix("/current") if request.path.startswith("/current/") else ""
        route = f"{request.method} {path}"
        return self._listing(route) or self._node(route, form)

    def _listing(self, route: str) -> Answer | None:
        if route == "GET /orgs/list/external/":
            return _ok(orgs=[])
        if route == "GET /orgs/list/":
            return _ok(orgs=[{"id": "2" * 19, "name": "Acme"}])
        if route == f"GET /org/{'2' * 19}/list/workspaces/":
            workspace = {"id": "3" * 19, "name": "Servers", "folder_name": "servers"}
            pagination = {"total": 1, "limit": 100, "offset": 0, "has_more": False}
            return _ok(workspaces=[workspace], pagination=pagination)
        return None

    def _node(self, route: str, form: Mapping[str, str]) -> Answer:
        found = re.fullmatch(r"(GET|POST) /workspace/(\d{19})/storage/([^/]+)/(\w+)/", route)
        if found is None:
            return failure(404, 9992)
        method, workspace, encoded, action = found.groups()
        node, notes = unquote(encoded), self.notes_of(workspace)
        note = notes.get(node)
        match method, action:
            case "GET", "list":
                nodes = [_node_of(one, there) for one, there in notes.items() if there.parent == node]
                return _ok(nodes=nodes, pagination={"has_more": False})
            case "POST", "createfolder":
                # The same name is the same folder.
                name = form.get("name", "")
                return _ok(node={"id": f"folder-{name}", "type": "folder", "name": name, "parent": node})
            case "POST", "createnote":
                return _create(form, notes, node)
            case "GET", "readnote" if note is not None:
                return _ok(content=note.content, note=_node_of(node, note))
            case "POST", "updatenote" if note is not None:
                return _update(node, form, note)
            case _:
                return failure(404, 1609 if note is None else 9992)


def failure(status: int, code: int = 0, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    """A refusal, as the service says it."""
    return _json(status, {"result": False, "error": {"code": code, "text": f"failure {code}", **more}}, headers)


def _json(status: int, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(fields).encode(), {"Content-Type": "application/json", **(headers or {})})


def _ok(**fields: Any) -> Answer:
    return _json(200, {"result": True, **fields})


def _create(form: Mapping[str, str], notes: dict[str, Note], parent: str) -> Answer:
    name, content = form.get("name", ""), form.get("content", "")
    is_taken = any(note.name == name and note.parent == parent for note in notes.values())
    if not name.endswith(".md") or len(name) > 100 or is_taken:
        return failure(406, 1605, params=[{"name": "name"}])
    if len(content.encode()) > _MAX_BYTES:
        return failure(406, 1605, params=[{"name": "content"}])
    number = str(uuid.uuid4())
    notes[number] = Note(name, parent, _sanitized(content))
    return _ok(node=_node_of(number, notes[number]))


def _update(number: str, form: Mapping[str, str], note: Note) -> Answer:
    content = form.get("content")
    if content is None or len(content.encode()) > _MAX_BYTES:
        return failure(406, 1605, params=[{"name": "content", "message": "at most 100 KB"}])
    if form.get("if_version_id") not in (None, note.version):
        return failure(409, 1660, params={"current": _node_of(number, note)})
    note.content = _sanitized(content)
    note.version = str(uuid.uuid4())
    return _ok(node=_node_of(number, note))


def _node_of(number: str, note: Note) -> dict[str, str]:
    return {"id": number, "type": "note", "name": note.name, "parent": note.parent, "version": note.version}


def _sanitized(text: str) -> str:
    """Control and format characters are stripped, and to be on the safe side markup and all beyond ASCII as well."""
    kept = (one for one in text if one in "\t\n\r" or not unicodedata.category(one).startswith("C"))
    return re.sub(r"[<>&]|[^\t\n\r -~]", "", "".join(kept))
