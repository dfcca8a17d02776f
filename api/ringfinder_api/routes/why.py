"""Why a request, a person or a value is in a ring, or in none."""

from __future__ import annotations

from fastapi import APIRouter

from ringfinder.report.why import as_json, masker_of
from ringfinder_api.access.authentication import Here
from ringfinder_api.access.disclosure import Shown
from ringfinder_api.access.roles import Reader
from ringfinder_api.schemas.why import WhyAnswer, WhyQuestion

router = APIRouter(prefix="/v1", tags=["entities"])


@router.post("/why", operation_id="why")
def why(site: Here, caller: Reader, show: Shown, body: WhyQuestion) -> WhyAnswer:
    """Tell every value held, its class and holders, why it did or did not link, and the nearest ring.

    Who is bound to branches is told of requests there; of others that use a value, their number (`elsewhere`).
    The first question to a run takes as long as detection: until then the answer is 503 with `Retry-After`.
    """
    run = site.views.run(body.run)
    findings, notes = site.explainer.find(run.run_id, body.text, body.kind, caller.branches)
    show.tell(f"why in {run.run_id}", {"people": len(findings.people), "values": len(findings.values)})
    return WhyAnswer(
        run_id=run.run_id,
        notes=[{"zh": zh, "en": en} for zh, en in notes],
        findings=as_json(findings, masker_of(findings, reveal=show.reveal)),
    )
