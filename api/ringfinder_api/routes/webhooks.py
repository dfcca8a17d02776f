"""Webhooks: other systems that are told of rings and runs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response

from ringfinder.identity import Principal, Role
from ringfinder.jobs.idempotency import Reservation
from ringfinder.jobs.names import WEBHOOK
from ringfinder_api.access.authentication import Work
from ringfinder_api.access.roles import roles
from ringfinder_api.http.links import links, made
from ringfinder_api.http.once import Done, Key, once
from ringfinder_api.schemas.work import Name, NewWebhookAnswer, WebhookAnswer, WebhookList, WebhookRequest

router = APIRouter(prefix="/v1", tags=["webhooks"])
Admin = Annotated[Principal, roles(Role.ADMIN)]

_NEW = {"webhook_id": "/webhook/webhook_id"}


@router.post(
    "/webhooks",
    operation_id="register_webhook",
    status_code=HTTPStatus.CREATED,
    response_model=NewWebhookAnswer,
    responses=made(
        HTTPStatus.CREATED.value,
        "In force; its secret is shown once.",
        webhook=("get_webhook", _NEW),
        revoke=("revoke_webhook", _NEW),
    ),
)
def register_webhook(request: Request, body: WebhookRequest, principal: Admin, work: Work, key: Key = None) -> Response:
    """Tell a receiver of new rings, changed rings or finished runs; its secret is shown here and never again."""

    def do(held: Reservation | None) -> Done:
        name = held.name(WEBHOOK) if held else ""
        hook, secret = work.webhooks.register(principal.user_id, body.url, body.events, webhook_id=name)
        answer = NewWebhookAnswer(webhook=WebhookAnswer.of(hook), secret=secret)
        return Done(HTTPStatus.CREATED, answer, {"Location": f"/v1/webhooks/{hook.webhook_id}"})

    return once(request, work, principal, key, body.model_dump_json().encode(), do)


@router.get(
    "/webhooks",
    operation_id="list_webhooks",
    responses=links(webhook=("get_webhook", {"webhook_id": "/items/0/webhook_id"})),
)
def list_webhooks(principal: Admin, work: Work) -> WebhookList:
    """List the webhooks that are in force, and how their deliveries stand."""
    del principal
    return WebhookList(items=[WebhookAnswer.of(hook) for hook in work.webhooks.listed()])


@router.get("/webhooks/{webhook_id}", operation_id="get_webhook")
def get_webhook(webhook_id: Name, principal: Admin, work: Work) -> WebhookAnswer:
    """Show one webhook."""
    del principal
    return WebhookAnswer.of(work.webhooks.get(webhook_id))


@router.delete("/webhooks/{webhook_id}", operation_id="revoke_webhook", status_code=HTTPStatus.NO_CONTENT)
def revoke_webhook(webhook_id: Name, principal: Admin, work: Work) -> None:
    """Tell a receiver nothing any more; what waits for it is given up."""
    work.webhooks.revoke(principal.user_id, webhook_id)
