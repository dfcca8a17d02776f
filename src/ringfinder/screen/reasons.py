"""Why a request would stand where it does: each part with its counts and what they are compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ringfinder.detect.signs import COMMISSION, COMPLAINTS, HELD_UNKNOWN, PRESSURE
from ringfinder.index.files import Files
from ringfinder.records.findings import Reason
from ringfinder.records.rings import AttributeKey
from ringfinder.screen.held import Held
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.newcomer import Newcomer
from ringfinder.screen.place import Place

_KINDS_ZH: Mapping[str, str] = {
    "phone": "电话",
    "address": "地址",
    "email": "邮箱",
    "bank_account": "收款账号",
    "delegate": "代办人",
    "device": "设备",
    "ip": "网络地址",
}
_STANDING: Mapping[str, tuple[str, str]] = {
    "own": ("是本户留存的信息", "is on file with the applicant's own household"),
    "registry_or_agent": ("是机构或在职业务员的公开信息", "belongs to the insurer's registry or an agent in post"),
    "filed": ("长期由多位客户留存", "has been on file with more persons than a household has"),
    "institution": ("属于机构或公共场所", "belongs to an institution or a public place"),
    "junk": ("只是填充内容", "was typed to fill a field"),
    "counter": ("是柜面设备", "is a device at a counter"),
}
_SIGNS: Mapping[str, tuple[str, str]] = {
    "claim": ("所要求的金额与投诉", "what is asked for, and the complaint"),
    "takeover": ("近期变更联系方式", "contacts changed shortly before"),
    "payee": ("收款人不是投保人", "the payee is not the applicant"),
    "callback": ("回访结果", "what was said on a callback"),
    "held": ("持有保单的时间", "how long the policy was held"),
    "premium": ("保费由他人账户支付", "the premium came from a stranger's account"),
}
_LITTLE = 0.05
_SURE = 0.99


def reasons_for(
    index: Files, learnt: Learnt, held: Sequence[Held], newcomer: Newcomer, found: Place
) -> tuple[Reason, ...]:
    """Every reason, those for a ring first."""
    reasons = [
        *_of_values(learnt, held),
        *_of_signs(learnt, newcomer.signs),
        *_of_context(index, learnt, newcomer.categories),
        *_of_place(found),
    ]
    return tuple(sorted(reasons, key=lambda one: -(one.weight or 0.0)))


def _of_values(learnt: Learnt, held: Sequence[Held]) -> Iterator[Reason]:
    for one in held:
        zh = _KINDS_ZH[one.kind]
        en = one.kind.replace("_", " ")
        key = (AttributeKey(one.kind, one.text),)
        if one.standing != "open":
            said = _STANDING[one.standing]
            yield Reason(
                f"not_linking_{one.standing}",
                {},
                f"{zh} {{0}} {said[0]}，不作关联。",
                f"The {en} {{0}} {said[1]}: it does not link.",
                values=key,
            )
        elif one.households:
            counts = {"households": float(one.households), "all": float(learnt.units), "probability": one.probability}
            share = _percent(one.probability)
            share_zh = share.replace("over 99 %", "99% 以上")
            others = "1 other household" if one.households == 1 else f"{one.households:,} other households"
            if one.founds:
                verdict = f"按使用者的情况，{share_zh} 可能属于团伙", f"by what its users show, {share} likely a ring's"
            else:
                verdict = f"属于团伙的可能性 {share_zh}，不足以关联", f"{share} likely a ring's: too little to link"
            yield Reason(
                "shared_value",
                counts,
                f"{zh} {{0}} 另有 {one.households} 户使用（共 {learnt.units:,} 户）；{verdict[0]}。",
                f"The {en} {{0}} is used by {others} (of {learnt.units:,}); {verdict[1]}.",
                values=key,
            )


def _percent(share: float) -> str:
    """A share that is never told as certain."""
    return "over 99 %" if share > _SURE else f"{share:.0%}"


def _of_signs(learnt: Learnt, signs: Mapping[str, int]) -> Iterator[Reason]:
    for name in (*PRESSURE, *COMMISSION):
        category = signs[name]
        weight = float(learnt.ratios[name][category])
        if abs(weight) < _LITTLE or (name == "held" and category == HELD_UNKNOWN):
            continue
        ring, others = (float(side[name][category]) for side in (learnt.profile.ring, learnt.profile.others))
        zh, en = _SIGNS[name]
        shown = _shown(name, category)
        yield Reason(
            f"sign_{name}",
            {"category": float(category), "ring_share": ring, "others_share": others},
            f"{zh}：{shown[0]}；团伙成员中占 {ring:.1%}，其他人中占 {others:.1%}。",
            f"{en[0].upper()}{en[1:]}: {shown[1]}; shown by {ring:.1%} of ring members and {others:.1%} of others.",
            weight,
        )


_MONEY = (
    ("按现金价值", "the cash value"),
    ("略高于现金价值", "somewhat more"),
    ("接近全额保费", "most of the premium"),
)
_COMPLAINT = (
    ("无投诉", "no complaint"),
    ("有投诉", "a complaint"),
    ("投诉要求全额退款", "a complaint for everything"),
)
_CALLED = (
    ("未回访", "none was made"),
    ("本人确认", "the letter is their own"),
    ("他人代写或收费", "somebody else is behind it"),
)
_HELD = (
    ("犹豫期内", "within the cooling-off period"),
    ("佣金尚未到账", "before commission is paid"),
    ("佣金到账后不久", "soon after commission has vested"),
    ("较长", "long"),
    ("未知", "unknown"),
)


def _shown(name: str, category: int) -> tuple[str, str]:
    """What a category means, in both languages."""
    if name == "claim":
        first, second = _MONEY[category // COMPLAINTS], _COMPLAINT[category % COMPLAINTS]
        return f"{first[0]}，{second[0]}", f"{first[1]}, {second[1]}"
    if name == "callback":
        return _CALLED[category]
    if name == "held":
        return _HELD[category]
    return ("是", "yes") if category else ("否", "no")


def _of_context(index: Files, learnt: Learnt, categories: Mapping[str, int]) -> Iterator[Reason]:
    for family, zh, en in (("letter", "同样的投诉信", "the same letter"), ("agent", "同一业务员", "the same agent")):
        category = categories.get(f"{family}0", -1)
        if category < 0:
            continue
        total = float(index.array(f"belief.{family}")[category])
        others = int(index.array(f"count.{family}")[category])
        if not others:
            continue
        weight = learnt.context({family: category})
        yield Reason(
            f"context_{family}",
            {"others": float(others), "believed": total, "usual": learnt.rate},
            f"{zh}另有 {others} 件申请，其中约 {total:.1f} 件被认为属于团伙（平均 {learnt.rate:.1%}）。",
            f"{others} other cases have {en}, of which about {total:.1f} are taken for ring members "
            f"({learnt.rate:.1%} on average).",
            weight,
        )


def _of_place(found: Place) -> Iterator[Reason]:
    if found.way == "fits" and found.after:
        yield Reason(
            "fits",
            {"nats": found.weight, "households": float(found.after.units)},
            f"未共用信息，但业务员、投诉信、时间与迹象和一个 {found.after.units - 1} 户的团组相符"
            f"（{found.weight:.1f} 奈特）。",
            f"It shares no value, but agent, letter, time and signs fit a group of {found.after.units - 1} households "
            f"({found.weight:.1f} nats).",
            found.weight,
        )
    if found.before is not None and found.after:
        gain = found.after.score - found.before
        yield Reason(
            "score_moves",
            {"before": found.before, "after": found.after.score, "households": float(found.after.units)},
            f"加入后团组的得分由 {found.before:.1f} 变为 {found.after.score:.1f}（{found.after.units} 户）。",
            f"With it the group's score goes from {found.before:.1f} to {found.after.score:.1f} "
            f"({found.after.units} households).",
            gain,
        )
