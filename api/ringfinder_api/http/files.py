"""Answers that are files: in the form that the caller asks for, to be saved and not shown."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Request, Response

from ringfinder_api.lists.sheets import Sheet, as_csv, as_xlsx

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Form = Literal["json", "csv", "xlsx"]

Responses = dict[int | str, dict[str, Any]]


def sheets(declared: Responses) -> Responses:
    """What a route declares whose list may be had as a sheet, added to what it declares by itself."""
    content = {
        "text/csv": {"schema": {"type": "string"}},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    }
    return {**declared, 200: {**declared.get(200, {}), "content": content}}


def file(media: str) -> Responses:
    """What a route declares that answers a file."""
    return {200: {"content": {media: {"schema": {"type": "string"}}}}}


def form_of(asked: Form | None, request: Request) -> Form:
    """The form of an answer: as `format` says, else the first one of `Accept` that we know."""
    if asked is not None:
        return asked
    for one in request.headers.get("accept", "").split(","):
        media = one.partition(";")[0].strip().lower()
        if media == "text/csv":
            return "csv"
        if media == XLSX:
            return "xlsx"
        if media in ("application/json", "*/*", "application/*"):
            return "json"
    return "json"


def sheet_answer(sheet: Sheet, form: Form) -> Response:
    """A sheet as a file to be saved."""
    body, media = (as_csv(sheet), CSV) if form == "csv" else (as_xlsx(sheet), XLSX)
    return download(body, f"{sheet.name}.{form}", media)


def download(body: bytes, name: str, media: str) -> Response:
    """A file that browsers save and do not show.

    Parameters
    ----------
    name
        Made by us: it goes into a header as it is.
    """
    if not name.isascii() or not name.replace("-", "").replace(".", "").isalnum():
        raise ValueError("the name of a file to save has characters that a header may not hold")
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
