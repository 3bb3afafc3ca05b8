"""Records of jobs."""

import uuid
from typing import Any, Literal, cast

from pydantic import Field

from ..app import App
from ..clock import iso, now_ms
from ..schema import Result
from ..storage.store import Entry

_PREFIX = "jobs/"


class Job(Result):
    """The record of a job."""

    id: str = Field(description="Id of the job")
    state: Literal["running", "done", "cancelled", "failed"] = Field(description="What became of it")
    done: int = Field(description="Steps that are done")
    total: int = Field(description="Steps in all")
    started_at: str = Field(description="When it started, ISO 8601")


class Jobs:
    """Records outlive the call, so a client that lost its connection can still learn what became of a job."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def start(self, total: int) -> Job:
        """Makes the record of a new job."""
        return await self.save(
            Job(id=str(uuid.uuid4()), state="running", done=0, total=total, started_at=iso(now_ms()))
        )

    async def save(self, job: Job) -> Job:
        """Writes a record."""
        record = job.model_dump(mode="json", by_alias=True, exclude={"id"})
        entry = await self._app.store.put(_PREFIX + job.id, record, ttl_ms=self._app.config.job_ttl_ms)
        return _to_job(entry)

    async def get(self, job_id: str) -> Job | None:
        """A record; `None` if there is none with this id."""
        entry = await self._app.store.get(_PREFIX + job_id)
        return None if entry is None else _to_job(entry)


def _to_job(entry: Entry) -> Job:
    record = cast("dict[str, Any]", entry.value)
    return Job.model_validate({**record, "id": entry.key.removeprefix(_PREFIX)})
