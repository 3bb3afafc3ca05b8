"""`run-job`."""

import anyio
from mcp.types import ToolAnnotations
from pydantic import Field

from ..jobs.records import Job, Jobs
from ..schema import Arguments, Integer
from ..tool import Call, tool


class RunJob(Arguments):
    """What is taken."""

    steps: Integer = Field(default=10, ge=1, le=1000, description="Steps of work")
    step_ms: Integer = Field(default=100, ge=0, le=10_000, description="Milliseconds a step takes")


@tool(
    title="Run a job",
    description="Do long work in steps. Reports progress, stops when the call is cancelled, and keeps a record.",
    annotations=ToolAnnotations(
        read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False
    ),
    timeout_ms=15 * 60_000,
)
async def run_job(args: RunJob, call: Call) -> Job:
    """Works, step by step."""
    jobs = Jobs(call.app)
    job = await jobs.start(args.steps)
    try:
        while job.done < args.steps:
            await _work(args.step_ms)
            job = await jobs.save(job.model_copy(update={"done": job.done + 1}))
            await call.progress(job.done, args.steps, f"Step {job.done} of {args.steps}")
        return await jobs.save(job.model_copy(update={"state": "done"}))
    except BaseException as error:
        state = "cancelled" if isinstance(error, anyio.get_cancelled_exc_class()) else "failed"
        # What is cancelled may not wait any more, except where it says so.
        with anyio.CancelScope(shield=True):
            await jobs.save(job.model_copy(update={"state": state}))
        raise


async def _work(milliseconds: int) -> None:
    """One step. Put your work here; what blocks goes into a thread with `anyio.to_thread.run_sync`."""
    await anyio.sleep(milliseconds / 1000)
