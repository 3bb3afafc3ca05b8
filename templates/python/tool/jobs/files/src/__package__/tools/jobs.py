"""Long work with progress, and a record of it that outlives a lost connection."""

import uuid
from typing import Annotated, Literal

import anyio
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from ..app import App, store_of
from ..errors import Failure, store_failures
from ..storage.store import IfVersion, Store, StoreError
from . import READS

RUNS = {**READS, "read_only_hint": False, "idempotent_hint": False}

PREFIX = "jobs/"
MINUTE = 60_000
DAY = 24 * 60 * MINUTE

Id = Annotated[str, Field(pattern=r"^[\w-]{1,64}$", description="Id of the job")]


class Job(BaseModel):
    """The record of a job."""

    id: Id
    state: Literal["running", "done", "cancelled", "failed"] = Field(description="What became of it")
    done: int = Field(description="Steps that are done")
    total: int = Field(description="Steps in all")


async def save(store: Store, job: Job, delay: int, if_version: IfVersion = ...) -> None:
    """Writes the record. One that says "running" ends a minute after the last step, whatever has ended this process."""
    ttl_ms = MINUTE + delay if job.state == "running" else DAY
    await store.put(PREFIX + job.id, job.model_dump(exclude={"id"}), ttl_ms=ttl_ms, if_version=if_version)


async def work(milliseconds: int) -> None:
    """One step: put your work here. What blocks goes into a thread: `await anyio.to_thread.run_sync(work)`."""
    await anyio.sleep(milliseconds / 1000)


def register(mcp: MCPServer[App]) -> None:
    """Puts the tools on a server."""

    @mcp.tool(title="Run a job", annotations=ToolAnnotations(title="Run a job", **RUNS))
    async def run_job(
        ctx: Context[App],
        steps: Annotated[int, Field(ge=1, le=1000, description="Steps of work")] = 10,
        delay: Annotated[int, Field(ge=0, le=10_000, description="Milliseconds a step takes")] = 100,
        id: Annotated[Id | None, Field(description="Id of the new job; one is made up if absent")] = None,
    ) -> Job:
        """Do long work in steps. Reports progress, stops when the call is cancelled, and keeps a record."""
        store = store_of(ctx)
        job = Job(id=id or uuid.uuid4().hex[:12], state="running", done=0, total=steps)
        try:
            await save(store, job, delay, if_version=None)
        except StoreError as error:
            if error.code != "conflict":
                raise
            raise Failure(f'There is a job "{job.id}".', "Ask get_job about it, or choose another id.") from error
        try:
            # Who loses the connection now knows what to ask get_job for.
            await ctx.report_progress(0, steps, f"Job {job.id} begins")
            while job.done < steps:
                await work(delay)
                job.done += 1
                await save(store, job, delay)
                await ctx.report_progress(job.done, steps, f"Step {job.done} of {steps}")
            job.state = "done"
        except BaseException as error:
            job.state = "failed" if isinstance(error, Exception) else "cancelled"
            raise
        finally:
            # What is cancelled may not wait any more, except where it says so.
            with anyio.move_on_after(5, shield=True):
                await save(store, job, delay)
        return job

    @mcp.tool(title="Get a job", annotations=ToolAnnotations(title="Get a job", **READS))
    async def get_job(id: Id, ctx: Context[App]) -> Job:
        """Tell what became of a job, or how far it has come."""
        with store_failures():
            entry = await store_of(ctx).get(PREFIX + id)
        if entry is None:
            raise Failure(f'There is no job "{id}".', "Start one with run_job.")
        return Job.model_validate({**entry.value, "id": id})
