"""`get-job`."""

from mcp.types import ToolAnnotations
from pydantic import Field

from ..errors import Failure
from ..jobs.records import Job, Jobs
from ..schema import Arguments
from ..tool import Call, tool

JOB_NOT_FOUND = Failure(
    "job_not_found",
    when="There is no record of a job with this id, or it has expired.",
    recovery="Check the id; if it is right, start a new job with run-job.",
)

_UUID = (
    "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
    "|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$"
)


class GetJob(Arguments):
    """What is taken."""

    id: str = Field(
        pattern=_UUID, description="Id of the job, as run-job answered it", json_schema_extra={"format": "uuid"}
    )


@tool(
    title="Get a job",
    description="Tell what became of a job, or how far it has come.",
    annotations=ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    ),
    failures=[JOB_NOT_FOUND],
)
async def get_job(args: GetJob, call: Call) -> Job:
    """Reads the record of a job."""
    job = await Jobs(call.app).get(args.id)
    if job is None:
        raise JOB_NOT_FOUND.error(f'There is no job "{args.id}".')
    return job
