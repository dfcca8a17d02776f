"""The answer to a screening: in full for whoever may see rings, as questions alone for the desk."""

from __future__ import annotations

from typing import Any

from ringfinder.report.masking import Masker
from ringfinder.report.why import reason_as_json
from ringfinder.screen.screener import Screening

CAUTION = (
    "初步结果，仅供人工核查；不得据此拒绝、拖延或改变退保的办理。被提示的投保人往往是受害者。",
    (
        "Provisional, for a person to check; never a reason to refuse, delay or change a surrender. "
        "A policyholder who is pointed out is often a victim."
    ),
)


def masker_of(found: Screening, *, reveal: bool = False) -> Masker:
    """Names for every value of the answer."""
    return Masker((key for reason in found.reasons for key in reason.values), reveal=reveal)


def screening_as_json(found: Screening, masker: Masker) -> dict[str, Any]:
    """Everything, values masked or not."""
    return {
        **desk_as_json(found),
        "way": found.way,
        "rings": list(found.rings),
        "score": found.score,
        "score_before": found.score_before,
        "tier": found.tier.value if found.tier else None,
        "tier_before": found.tier_before.value if found.tier_before else None,
        "q_value": found.q_value,
        "households": found.households,
        "reasons": [reason_as_json(reason, masker) for reason in found.reasons],
        "unknown": list(found.unknown),
        "looked": found.looked,
        "of": found.of,
        "rescored_at": found.rescored_at,
    }


def desk_as_json(found: Screening) -> dict[str, Any]:
    """Questions for the customer; nothing of a score, a ring or anybody else."""
    return {
        "request_id": found.request_id,
        "run": found.run_id,
        "provisional": True,
        "caution": {"zh": CAUTION[0], "en": CAUTION[1]},
        "questions": [{"name": one.name, "zh": one.zh, "en": one.en} for one in found.questions],
    }
