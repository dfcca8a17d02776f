"""Webhooks: other systems that are told of rings and runs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from ringfinder.identity import Principal, Role
from ringfinder.jobs.idempotency import Reservation
from ringfinder.jobs.names import WEBHOOK
from ringfinder_api.long_work import LongWork, long_work
from ringfinder_api.once import Done, Key, once
from ringfinder_api.refused import problems
from ringfinder_api.schemas_jobs import Name, NewWebhookAnswer, WebhookAnswer, WebhookList, WebhookRequest
from ringfinder_api.security import roles

router = APIRouter(tags=["webhooks"])
Work = Annotated[LongWork, Depends(long_work)]
Admin = Annotated[Principal, Depends(roles(Role.ADMIN))]


@router.post(
    "/webhooks",
    operation_id="register_webhook",
    status_code=HTTPStatus.CREATED,
    response_model=NewWebhookAnswer,
    responses=problems(HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY),
)
def register_webhook(request: Request, body: WebhookRequest, principal: Admin, work: Work, key: Key = None) -> Response:
    """Tell a receiver of new rings, changed rings or finished runs; its secret is shown here and never again."""

    def do(held: Reservation | None) -> Done:
        name = held.name(WEBHOOK) if held else ""
        hook, secret = work.webhooks.register(principal.user_id, body.url, body.events, webhook_id=name)
        answer = NewWebhookAnswer(webhook=WebhookAnswer.of(hook), secret=secret)
        return Done(HTTPStatus.CREATED, answer, {"Location": f"/v1/webhooks/{hook.webhook_id}"})

    return once(request, work, principal, key, body.model_dump_json().encode(), do)


@router.get("/webhooks", operation_id="list_webhooks", responses=problems())
def list_webhooks(principal: Admin, work: Work) -> WebhookList:
    """List the webhooks that are in force, and how their deliveries stand."""
    del principal
    return WebhookList(items=[WebhookAnswer.of(hook) for hook in work.webhooks.listed()])


@router.get(
    "/webhooks/{webhook_id}",
    operation_id="get_webhook",
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
def get_webhook(webhook_id: Name, principal: Admin, work: Work) -> WebhookAnswer:
    """Show one webhook."""
    del principal
    return WebhookAnswer.of(work.webhooks.get(webhook_id))


@router.delete(
    "/webhooks/{webhook_id}",
    operation_id="revoke_webhook",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY),
)
def revoke_webhook(webhook_id: Name, principal: Admin, work: Work) -> None:
    """Tell a receiver nothing any more; what waits for it is given up."""
    work.webhooks.revoke(principal.user_id, webhook_id)
