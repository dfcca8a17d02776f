"""Uploads: files that a load is to read."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from ringfinder.identity import Principal, Role
from ringfinder.jobs.idempotency import Reservation
from ringfinder.jobs.names import UPLOAD
from ringfinder.jobs.refusals import UnknownNameError, UploadTooLargeError
from ringfinder.jobs.uploads import Upload
from ringfinder_api.access.authentication import Work
from ringfinder_api.access.roles import roles
from ringfinder_api.http.form import receive
from ringfinder_api.http.links import CONFLICT, made
from ringfinder_api.http.once import Done, Key, once
from ringfinder_api.schemas.work import Name, UploadAnswer
from ringfinder_api.services.long_work import LongWork

router = APIRouter(prefix="/v1", tags=["uploads"])
Operator = Annotated[Principal, roles(Role.OPERATOR, Role.ADMIN)]

_FRAME = 1 << 20  # what a form adds to its files
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}


@router.post(
    "/uploads",
    operation_id="upload_files",
    status_code=HTTPStatus.CREATED,
    response_model=UploadAnswer,
    responses=made(HTTPStatus.CREATED.value, "Whole on the disk.", upload=("get_upload", {"upload_id": "/upload_id"})),
    openapi_extra=_FORM,
)
async def upload_files(request: Request, principal: Operator, work: Work, key: Key = None) -> Response:
    """Upload files, each named after its table; they are looked at, and kept until a load has read them.

    With an idempotency key the same files under the same names are the same request.
    """
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > work.uploads.limits.size + _FRAME:
        raise UploadTooLargeError("the upload is larger than is allowed", remedy="upload it in parts")
    with await run_in_threadpool(partial(work.uploads.begin, principal.user_id)) as incoming:
        await receive(request.headers.get("Content-Type", ""), request.stream(), incoming)
        content = (await run_in_threadpool(incoming.close)).content

        def do(held: Reservation | None) -> Done:
            upload = incoming.commit(held.name(UPLOAD) if held else "")
            size = sum(one.size for one in upload.files)
            details = {"upload": upload.upload_id, "files": len(upload.files), "bytes": size}
            work.note(principal, "upload", details)
            return Done(HTTPStatus.CREATED, UploadAnswer.of(upload), {"Location": f"/v1/uploads/{upload.upload_id}"})

        return await run_in_threadpool(partial(once, request, work, principal, key, content.encode(), do))


@router.get("/uploads/{upload_id}", operation_id="get_upload")
def get_upload(upload_id: Name, principal: Operator, work: Work) -> UploadAnswer:
    """Tell what came with an upload, never what is in it."""
    return UploadAnswer.of(_seen(work, principal, upload_id))


@router.delete(
    "/uploads/{upload_id}",
    operation_id="delete_upload",
    status_code=HTTPStatus.NO_CONTENT,
    responses=CONFLICT,
)
def delete_upload(upload_id: Name, principal: Operator, work: Work) -> None:
    """Remove the files of an upload, unless a job that has not ended needs them."""
    _seen(work, principal, upload_id)
    work.uploads.remove(upload_id)
    work.note(principal, "upload delete", {"upload": upload_id})


def _seen(work: LongWork, principal: Principal, upload_id: str) -> Upload:
    """An upload of one's own; to an admin, any."""
    upload = work.uploads.get(upload_id)
    if upload.user_id != principal.user_id and not principal.may(frozenset({Role.ADMIN})):
        raise UnknownNameError("there is no such upload", remedy="take its name from the answer to the upload")
    return upload
