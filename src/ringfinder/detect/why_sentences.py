"""Why a value did or did not link, what a request shows, what it lacks for a ring: sentences in two languages.

Every number in a sentence is a field of the reason; ``{named}`` stands for values and is filled, masked or
not, when the sentence is shown; dates and ids of rings are the texts of the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.detect.indicators import written
from ringfinder.records.findings import Reason
from ringfinder.records.rings import AttributeKey

REMARKS: Mapping[str, tuple[str, str]] = {
    "masked": ("原值打了星号，只供显示，不用于关联。", "It is written with stars: kept for display, never linked."),
    "placeholder": (
        "这是占位值，不用于关联。",
        "It is a placeholder that people type to fill a field; it does not link.",
    ),
    "check_failed": (
        "证件校验位或生日不符，不用于关联。",
        "Its check digit or birth date does not agree; it does not link.",
    ),
    "spreadsheet": ("数字被电子表格损坏，不用于关联。", "A spreadsheet lost some of its digits; it does not link."),
    "city_only": ("只写到城市，不用于关联。", "It names no place inside a city; it does not link."),
    "damaged": ("不是有效的值，不用于关联。", "It is no value of its kind; it does not link."),
}
"""Why a cell has no normal form, the first that holds."""

_CLAIM_MONEY = (
    ("只要求现金价值", "asks for the cash value alone"),
    ("要求略高于现金价值", "asks for somewhat more than the cash value"),
    ("要求退回大部分保费", "asks for most of the premium"),
)
_CLAIM_COMPLAINT = (
    ("无投诉", "no complaint"),
    ("有投诉", "a complaint"),
    ("投诉要求全额退保", "a complaint that demands the full premium"),
)
_SIGNS: dict[str, tuple[str, str]] = {
    **{
        f"claim_{money * 3 + complaint}": (f"{a[0]}，{b[0]}", f"{a[1]}, with {b[1]}")
        for money, a in enumerate(_CLAIM_MONEY)
        for complaint, b in enumerate(_CLAIM_COMPLAINT)
    },
    "takeover_0": ("申请前不久未变更联系方式", "no contact was changed shortly before"),
    "takeover_1": ("申请前不久变更过联系方式", "a contact was changed shortly before"),
    "payee_0": ("收款人不是无关第三人", "the payee is no stranger"),
    "payee_1": ("收款人是户外第三人", "the payee is a stranger to the household"),
    "callback_0": ("未作回访或回访未问及", "no callback told anything"),
    "callback_1": ("回访确认信件为本人所写", "called back, they said that the letter is their own"),
    "callback_2": ("回访称信件非本人所写或曾付费给他人", "called back, they said that somebody else is behind it"),
    "held_0": ("在犹豫期内退保", "given up within cooling-off"),
    "held_1": ("承保后不久退保，佣金尚未归属", "given up soon, before commission had vested"),
    "held_2": ("在佣金归属期退保", "given up when commission had just vested"),
    "held_3": ("持有较长时间后退保", "given up after a longer time"),
    "held_4": ("承保日期不明", "the day of issue is not known"),
    "premium_0": ("保费不是由他人账户缴纳", "no stranger paid the premium"),
    "premium_1": ("保费由户外他人账户缴纳", "a stranger to the household paid the premium"),
}

REASONS: Mapping[str, tuple[str, str]] = {
    **{f"unusable_{name}": said for name, said in REMARKS.items()},
    **{
        name: (
            f"{zh}：团伙成员中 {{ring}}% 如此，其他人中 {{others}}%（{{nats}} 奈特）。",
            f"{en[0].upper()}{en[1:]}: so do {{ring}}% of ring members and {{others}}% of all others ({{nats}} nats).",
        )
        for name, (zh, en) in _SIGNS.items()
    },
    # Values, in the order in which they are sifted.
    "unused": ("没有任何申请使用此值。", "No request uses it."),
    "ip": (
        "网络地址从不形成线索：{households} 户、{requests} 件申请使用。",
        "An IP address never founds a ring: {households} household(s) use it in {requests} request(s).",
    ),
    "registry": (
        "列在善意共用登记表上，不用于关联；共 {households} 户使用。",
        "It stands on the registry of honestly shared values and does not link; {households} household(s) use it.",
    ),
    "registry_until": (
        "使用时列在善意共用登记表上（至 {until}），不用于关联；共 {households} 户使用。",
        (
            "When it was used it stood on the registry of honestly shared values (until {until}) and does not link; "
            "{households} household(s) use it."
        ),
    ),
    "agent": (
        "是在职业务员本人的电话或证件，不用于关联；共 {households} 户使用。",
        "It is the phone or ID of an agent in post and does not link; {households} household(s) use it.",
    ),
    "agent_until": (
        "使用时是在职业务员（至 {until}）本人的电话或证件，不用于关联；共 {households} 户使用。",
        (
            "When it was used it was the phone or ID of an agent in post (until {until}) and does not link; "
            "{households} household(s) use it."
        ),
    ),
    "one_household": (
        "只有 {households} 户使用（{requests} 件申请），无从关联。",
        "Only {households} household uses it, in {requests} request(s): there is nobody to link to.",
    ),
    "none_left": (
        "{households} 户中，除在职业务员或登记表期内的使用外不足两户，无从关联。",
        "Of {households} household(s), fewer than two are left without uses by an agent in post or on the registry.",
    ),
    "junk": (
        "像是为填满栏位而随手输入的值，不用于关联；共 {households} 户使用。",
        "It looks typed to fill a field and does not link; {households} household(s) use it.",
    ),
    "names_institution": (
        "地址写明是公共机构，不用于关联；共 {households} 户使用。",
        "The address names an institution and does not link; {households} household(s) use it.",
    ),
    "filed_by_many": (
        "有 {filed} 名客户长期留存此值，超过一户的上限 {most} 人，不用于关联。",
        "{filed} customers have had it on file for long, more than the {most} of a household: it does not link.",
    ),
    "counter": (
        "{uses} 次使用中有 {shown} 次在柜面，是网点设备，不用于关联。",
        "{shown} of {uses} uses are at counters: a branch's device does not link.",
    ),
    "own_filed": (
        "是本户长期留存的值，本户不凭它关联；共 {households} 户使用。",
        "It is the household's own value, on file for long: it does not link this household; {households} household(s) use it.",
    ),
    "kin": (
        "代办人是本户的人，不用于关联；共 {households} 户由其代办。",
        "The delegate is of the applicant's own household and does not link; {households} household(s) have the same one.",
    ),
    "own_elsewhere": (
        "除以此为自家留存值的户外，只有一户使用，无从关联；共 {households} 户使用。",
        "Apart from those whose own filed value it is, only one household uses it: {households} household(s) in all.",
    ),
    "spreads": (
        "{of} 件使用它的申请中有 {shown} 件同时留有机构的信息，视为机构的值，不用于关联。",
        "{shown} of {of} requests that use it also show an institution's value: it counts as the institution's.",
    ),
    "no_door": (
        "地址没有门牌号，不能形成线索；共 {households} 户使用。",
        "An address without a door number never founds a ring; {households} household(s) use it.",
    ),
    "judged_honest": (
        (
            "判断为善意共用（属于团伙的概率 {probability}）：{households} 户中约 {harmed} 户带有施压索款的迹象，全体比例为 {usual}；"
            "用户的表现 {users} 奈特，类型 {kind} 奈特，形态 {shape} 奈特。"
        ),
        (
            "Judged to be shared honestly (probability {probability}): of {households} households about {harmed} look pressed "
            "for a refund, where the usual share is {usual}; users {users} nats, kind {kind}, shape {shape}."
        ),
    ),
    "linked": (
        (
            "有关联（属于团伙的概率 {probability}）：{households} 户中约 {harmed} 户带有施压索款的迹象，全体比例为 {usual}；"
            "用户的表现 {users} 奈特，类型 {kind} 奈特，形态 {shape} 奈特。"
        ),
        (
            "It links (probability {probability}): of {households} households about {harmed} look pressed for a refund, where "
            "the usual share is {usual}; users {users} nats, kind {kind}, shape {shape}."
        ),
    ),
    "also_left_out": (
        "另有 {uses} 次使用不计：本户自有 {own} 次，在职业务员 {agent} 次，登记表 {registry} 次。",
        "{uses} use(s) do not count: {own} of the household's own, {agent} of an agent in post, {registry} on the registry.",
    ),
    "on_file": ("{filed} 名客户长期留存此值。", "{filed} customer(s) have had it on file for long."),
    # Household and context.
    "household": (
        "按 {persons} 个人、{numbers} 个客户号计为一户，共 {requests} 件申请。",
        "{persons} person(s) with {numbers} customer number(s) count as one household, with {requests} request(s).",
    ),
    "no_request": ("没有可查的退保申请。", "There is no surrender request to look at."),
    "looks": (
        "各项迹象合计 {signs} 奈特，加上信件与业务员的背景 {context} 奈特：像被施压索款的概率 {look}；全体平均 {usual}。",
        (
            "All signs make {signs} nats, letter and agent add {context}: the chance that it looks pressed for a refund is "
            "{look}; the mean of all is {usual}."
        ),
    ),
    "looks_commission": (
        "套取佣金的迹象合计 {signs} 奈特：概率 {look}；全体平均 {usual}。",
        "Signs of a policy written for the commission make {signs} nats: a chance of {look}; the mean of all is {usual}.",
    ),
    "letter": (
        "投诉信与另外 {others} 人的雷同，其中 {listed} 人在已列出的线索中。",
        "{others} other(s) hold copies of the same letter, {listed} of them in listed rings.",
    ),
    "no_letter": ("没有与他人雷同的投诉信。", "There is no letter that others hold too."),
    "book": (
        "保单出自业务员 {named}：其名下另有 {others} 人退保，其中 {listed} 人在已列出的线索中。",
        "The policy is from the book of agent {named}: {others} other(s) of that book gave up theirs, {listed} of them in listed rings.",
    ),
    "flow": (
        "属于一条客户流向：{households} 户从同一业务员转投同一主管的新人，预期 {expected} 户（{surprise} 奈特）。",
        (
            "It is part of a flow: {households} households went from one agent to newcomers of one manager, {expected} "
            "expected ({surprise} nats)."
        ),
    ),
    # The nearest ring and what was missing.
    "in_ring": (
        "在线索 {ring} 中：{units} 户，评分 {score}，错误发现率 {q}。",
        "It is in ring {ring}: {units} households, score {score}, false-discovery rate {q}.",
    ),
    "in_group": (
        "在一个未列出的候选组中：{units} 户，总分 {total}。",
        "It is in a candidate group that is not listed: {units} household(s), total {total}.",
    ),
    "in_none": (
        "不在任何组中：{values} 个值中有 {linking} 个可以关联。",
        "It is in no group: {linking} of {values} value(s) could link.",
    ),
    "by_values": ("因共用 {named} 而属于该组。", "It belongs by {named}."),
    "by_flow": ("因同一条客户流向而属于该组。", "It belongs by a flow of clients."),
    "by_fit": (
        "没有共用值，按契合度并入（{odds} 奈特）：{parts}。",
        "It shares nothing and was attached by its fit ({odds} nats): {parts}.",
    ),
    "too_small": (
        "该组只有 {units} 户，至少需要 {least} 户。",
        "The group has {units} household(s); {least} are needed.",
    ),
    "total_low": (
        "该组总分为 {total}，须高于 0：{parts}。",
        "The total of the group is {total} and must be above 0: {parts}.",
    ),
    "score_low": (
        "评分 {score}，高于 0 才是预警。",
        "The score is {score}; an alert needs more than 0.",
    ),
    "q_high": (
        "错误发现率 {q}，高于上限 {limit}。",
        "The false-discovery rate {q} is above the limit {limit}.",
    ),
    "nearest": (
        "最接近的组 {ring}（{units} 户）：契合度 {odds} 奈特，须高于 0：{parts}。",
        "The nearest group {ring} ({units} households) fits by {odds} nats, which must be above 0: {parts}.",
    ),
    "not_looked_at": (
        "该组没有两件以上申请出自这一业务员或使用这一信件，因此检测时未作比较。",
        "Detection did not compare them: fewer than two of its requests are from this agent's book or have this letter.",
    ),
    "shares_unlinked": (
        "与该组共用 {named}，但不能凭它关联（见各值的理由）。",
        "It shares {named} with the group, which does not link (see the reason of each value).",
    ),
}
"""Chinese and English of every reason by its name."""

PARTS: Mapping[str, tuple[str, str]] = {
    "size": ("规模", "size"),
    "harm": ("迹象", "harm"),
    "agent": ("业务员与机构", "agent and branch"),
    "letter": ("信件", "letter"),
    "time": ("时间", "time"),
    "held": ("持有时长", "time held"),
    "pressure": ("施压", "pressure"),
    "commission": ("佣金", "commission"),
    "flow": ("流向", "flow"),
    "sharing": ("共用", "sharing"),
    "branch": ("机构", "branch"),
    "search": ("搜索扣减", "search"),
}
"""What the parts of odds and of a total are called."""


def reason(
    name: str,
    counts: Mapping[str, float] | None = None,
    weight: float | None = None,
    values: tuple[AttributeKey, ...] = (),
    texts: Mapping[str, str] | None = None,
    parts: Mapping[str, float] | None = None,
) -> Reason:
    """A reason with both sentences; `parts` are told one by one and become counts too."""
    numbers = {key: round(float(number), 4) for key, number in (counts or {}).items()}
    told = {key: round(float(number), 4) for key, number in (parts or {}).items()}
    shown = {key: written(number) for key, number in numbers.items()}
    slots = [f"{{{place}}}" for place in range(len(values))]
    zh, en = REASONS[name]
    fields = {**shown, **(texts or {})}
    return Reason(
        name,
        {**numbers, **{f"part_{key}": number for key, number in told.items()}},
        zh.format(named="、".join(slots), parts=_parts(told, 0, "，"), **fields),
        en.format(named=", ".join(slots), parts=_parts(told, 1, ", "), **fields),
        None if weight is None else round(float(weight), 4),
        values,
        dict(texts or {}),
    )


def _parts(parts: Mapping[str, float], language: int, comma: str) -> str:
    return comma.join(
        f"{PARTS[name][language]} {'+' if number > 0 else ''}{written(number)}" for name, number in parts.items()
    )
