"""Jobs: asked for, looked at, ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from ringfinder.identity import Principal, Role
from ringfinder.jobs.asked import Kind
from ringfinder.jobs.idempotency import Reservation
from ringfinder.jobs.names import JOB
from ringfinder.jobs.queue import Job
from ringfinder.jobs.refusals import UnknownNameError
from ringfinder.jobs.states import State
from ringfinder_api.access.authentication import Work
from ringfinder_api.access.roles import Anyone, roles
from ringfinder_api.http.links import CONFLICT, made
from ringfinder_api.http.once import Done, Key, once
from ringfinder_api.schemas.work import JobAnswer, JobList, JobRequest, Name
from ringfinder_api.services.long_work import LongWork

OPERATORS = (Role.OPERATOR, Role.ADMIN)

router = APIRouter(prefix="/v1", tags=["jobs"])
Operator = Annotated[Principal, roles(*OPERATORS)]


@router.post(
    "/jobs",
    operation_id="submit_job",
    status_code=HTTPStatus.ACCEPTED,
    response_model=JobAnswer,
    responses=made(HTTPStatus.ACCEPTED.value, "Queued.", job=("get_job", {"job_id": "/job_id"})),
)
def submit_job(request: Request, body: JobRequest, principal: Operator, work: Work, key: Key = None) -> Response:
    """Queue a load, a detection or a sync; it is done by a process of its own."""
    asked = body.model_dump(mode="json", exclude={"kind"}, exclude_none=True)

    def do(held: Reservation | None) -> Done:
        job = work.jobs.submit(principal.user_id, body.kind, asked, job_id=held.name(JOB) if held else "")
        work.supervisor.wake()
        work.note(principal, "job submit", {"job": job.job_id, "kind": job.kind})
        return Done(HTTPStatus.ACCEPTED, JobAnswer.of(job), {"Location": f"/v1/jobs/{job.job_id}"})

    return once(request, work, principal, key, body.model_dump_json().encode(), do)


@router.get("/jobs", operation_id="list_jobs")
def list_jobs(
    principal: Anyone,
    work: Work,
    kind: Kind | None = None,
    state: State | None = None,
    after: Annotated[Name | None, Query(description="`next` of the part before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobList:
    """List jobs, the newest first: all of them to operators, one's own to others."""
    mine = "" if principal.may(frozenset(OPERATORS)) else principal.user_id
    if after is not None:
        _seen(work, principal, after)
    page = work.jobs.listed(user_id=mine, kind=kind or "", state=state or "", after=after or "", limit=limit)
    return JobList(items=[JobAnswer.of(job) for job in page.items], next=page.next or None)


@router.get("/jobs/{job_id}", operation_id="get_job")
def get_job(job_id: Name, principal: Anyone, work: Work) -> JobAnswer:
    """Show one job: what it does, how far it is, how it ended."""
    return JobAnswer.of(_seen(work, principal, job_id))


@router.post(
    "/jobs/{job_id}/cancel",
    operation_id="cancel_job",
    responses=CONFLICT,
)
def cancel_job(job_id: Name, principal: Operator, work: Work) -> JobAnswer:
    """End a job: one that waits at once, one that runs within seconds; what it has committed stays."""
    job = work.jobs.cancel(job_id)
    work.supervisor.wake()
    work.note(principal, "job cancel", {"job": job_id})
    return JobAnswer.of(job)


@router.get(
    "/jobs/{job_id}/rejects",
    operation_id="download_rejects",
    response_class=FileResponse,
    responses={
        HTTPStatus.OK.value: {"content": {"text/csv": {}}, "description": "A line for each reason."},
    },
)
def download_rejects(job_id: Name, principal: Anyone, work: Work) -> FileResponse:
    """Download why rows of a load were rejected: file, line, column and reason, values of personal columns masked."""
    job = _seen(work, principal, job_id)
    load = job.result.get("rejects")
    path = work.workspace / "rejects" / f"load-{int(load or 0):06d}" / "rejects.csv"
    if load is None or not path.is_file():
        raise UnknownNameError("the job rejected no rows", remedy="its account is in the job")
    work.note(principal, "rejects download", {"job": job_id})
    return FileResponse(path, media_type="text/csv", filename=f"rejects-{job.job_id}.csv")


def _seen(work: LongWork, principal: Principal, job_id: str) -> Job:
    """A job that one may see: another's is as if it were not there."""
    job = work.jobs.get(job_id)
    if job.user_id != principal.user_id and not principal.may(frozenset(OPERATORS)):
        raise UnknownNameError("there is no such job", remedy="`GET /v1/jobs` lists yours")
    return job
