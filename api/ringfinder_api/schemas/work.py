"""What the routes of jobs, uploads and webhooks take and answer; nothing that is not declared comes in or goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, NaiveDatetime

from ringfinder.jobs.outbox import Event
from ringfinder.jobs.queue import Job
from ringfinder.jobs.states import State
from ringfinder.jobs.uploads import Upload
from ringfinder.jobs.webhooks import Webhook
from ringfinder_api.schemas.base import LOCAL

Name = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
Count = Annotated[int, Field(ge=0)]


class Closed(BaseModel):
    """Base of all: nothing else is taken, nothing else leaves."""

    model_config = ConfigDict(extra="forbid")


class LoadRequest(Closed):
    """Load the files of an upload as one batch."""

    kind: Literal["load"]
    upload_id: Name
    mapping: Annotated[str, Field(max_length=255)] = Field("", description="The file of the upload that maps headers.")


class DetectRequest(Closed):
    """Find rings."""

    kind: Literal["detect"]
    as_of: Annotated[NaiveDatetime, LOCAL] | None = Field(
        None, description="Leave out what happened later; local time."
    )
    known_at: datetime | None = Field(None, description="Leave out what was loaded later.")
    window: Annotated[int, Field(ge=1, le=1200)] | None = Field(None, description="Months of requests to look at.")


class SyncRequest(Closed):
    """Bring the graph in Neo4j to a run."""

    kind: Literal["sync"]
    scope: Literal["flagged", "linked", "all"] = "linked"
    run: Annotated[str, Field(min_length=1, max_length=32)] = "current"
    full: bool = Field(default=False, description="Write everything anew.")
    narrow: bool = Field(default=False, description="Agree to a narrower scope than the graph has.")


JobRequest = Annotated[LoadRequest | DetectRequest | SyncRequest, Field(discriminator="kind")]


class Progress(Closed):
    """How far a job is; `total` is 0 where nobody knows."""

    done: Count
    total: Count
    step: str


class LoadedFile(Closed):
    """The account of one file: read = loaded + rejected + merged."""

    table: str
    file: str
    read: Count
    loaded: Count
    rejected: Count
    merged: Count


class LoadResult(Closed):
    """What a load brought; `batch` is missing where every row was there already."""

    kind: Literal["load"] = "load"
    load: int
    batch: str | None
    files: list[LoadedFile]
    rejected: Count
    rejects: int | None
    notes: list[str]
    other_values: dict[str, int]


class DetectResult(Closed):
    """What a detection found."""

    kind: Literal["detect"] = "detect"
    run: str
    requests: Count
    alert_rings: Count
    review_rings: Count
    faded_rings: Count
    member_requests: Count
    seconds: float


class SyncResult(Closed):
    """What a sync did."""

    kind: Literal["sync"] = "sync"
    run: str
    scope: str
    mode: str
    sync: int
    nodes: Count
    relations: Count
    written: Count
    removed: Count
    resumed: Count


class JobError(Closed):
    """Why a job failed: `kind` is input, surroundings, vanished or bug."""

    kind: str
    message: str
    remedy: str


class JobAnswer(Closed):
    """A job."""

    job_id: str
    kind: str
    state: State
    user_id: str
    upload_id: str | None
    progress: Progress | None
    result: Annotated[LoadResult | DetectResult | SyncResult, Field(discriminator="kind")] | None
    error: JobError | None
    attempts: Count
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        """A job as it is told."""
        told: dict[str, Any] = {
            name: getattr(job, name)
            for name in ("job_id", "kind", "state", "user_id", "attempts", "cancel_asked", "created_at", "started_at")
        }
        return cls.model_validate(
            {
                **told,
                "finished_at": job.finished_at,
                "upload_id": getattr(job.asked, "upload_id", None),
                "progress": dict(job.progress) or None,
                "result": {"kind": job.kind, **job.result} if job.result else None,
                "error": vars(job.error) if job.error else None,
            }
        )


class JobList(Closed):
    """Jobs, the newest first; `next` goes into `after` for those behind them, and is missing at the end."""

    items: list[JobAnswer]
    next: str | None


class UploadedFileAnswer(Closed):
    """A file of an upload: `form` is text, parquet, workbook or mapping."""

    file: str
    form: str
    size: Count
    sha256: str


class UploadAnswer(Closed):
    """An upload; its files are gone since `removed_at`."""

    upload_id: str
    user_id: str
    created_at: datetime
    removed_at: datetime | None
    files: list[UploadedFileAnswer]

    @classmethod
    def of(cls, upload: Upload) -> UploadAnswer:
        """An upload as it is told."""
        files = [UploadedFileAnswer(file=f.file, form=f.form, size=f.size, sha256=f.sha256) for f in upload.files]
        return cls(
            upload_id=upload.upload_id,
            user_id=upload.user_id,
            created_at=upload.created_at,
            removed_at=upload.removed_at,
            files=files,
        )


class WebhookRequest(Closed):
    """Tell a receiver of these events."""

    url: Annotated[str, Field(min_length=1, max_length=2048)]
    events: Annotated[list[Event], Field(min_length=1, max_length=3)]


class WebhookAnswer(Closed):
    """A webhook and how its deliveries stand."""

    webhook_id: str
    url: str
    events: list[Event]
    user_id: str
    created_at: datetime
    waiting: Count
    given_up: Count

    @classmethod
    def of(cls, hook: Webhook) -> WebhookAnswer:
        """A webhook as it is told."""
        return cls(
            webhook_id=hook.webhook_id,
            url=hook.url,
            events=[Event(name) for name in hook.events],
            user_id=hook.user_id,
            created_at=hook.created_at,
            waiting=hook.waiting,
            given_up=hook.given_up,
        )


class NewWebhookAnswer(Closed):
    """A new webhook with its secret, which nothing shows again."""

    webhook: WebhookAnswer
    secret: str


class WebhookList(Closed):
    """All webhooks that are in force."""

    items: list[WebhookAnswer]
