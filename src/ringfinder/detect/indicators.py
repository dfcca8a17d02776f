"""The red flags, as sentences: the first paragraph of each docstring in Chinese, the second in English.

Every number in a sentence is a field of the evidence; ``{0}``, ``{1}`` … stand for shared values and
are filled, masked or not, when the sentence is shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

Indicator = Callable[[], None]

_TWO_PLACES, _NOBODY_COUNTS = 0.01, 1e-6

INDICATORS: dict[str, Indicator] = {}
"""All indicators by their stable name."""


def indicator(function: Indicator) -> Indicator:
    """Enter a function into `INDICATORS`; its docstring must hold both sentences."""
    templates(function)
    INDICATORS[function.__name__] = function
    return function


@cache
def templates(function: Indicator) -> tuple[str, str]:
    """The Chinese and the English sentence of an indicator."""
    paragraphs = [" ".join(part.split()) for part in inspect.cleandoc(function.__doc__ or "").split("\n\n")]
    if len(paragraphs) != 2:  # noqa: PLR2004 - one for each language
        raise TypeError(f"{function.__name__} needs a Chinese and an English sentence")
    return paragraphs[0], paragraphs[1]


def sentences(
    name: str, counts: Mapping[str, float], baseline: Mapping[str, float], places: int = 0
) -> tuple[str, str]:
    """Both sentences of an indicator with its numbers; the places of shared values stay open."""
    numbers = {key: written(number) for key, number in {**baseline, **counts}.items()}
    slots = [f"{{{place}}}" for place in range(places)]
    zh, en = templates(INDICATORS[name])
    named_zh, named_en = "、".join(slots), ", ".join(slots)
    return zh.format(named=named_zh, **numbers), en.format(named=named_en, **numbers)


def written(number: float) -> str:
    """A number as the sentences show it: whole, with two places, or with the first digit that is not 0."""
    if float(number).is_integer():
        return str(int(number))
    if abs(number) >= _TWO_PLACES:
        return f"{number:.2f}"
    return np.format_float_positional(number, precision=1, fractional=False, trim="-")


def expected_count(count: float) -> float:
    """What is expected, as exactly as it is told: 0.0003 is not 0, and below one in a million nobody counts."""
    if count >= _TWO_PLACES or count <= 0:
        return round(count, 2)
    return float(f"{max(count, _NOBODY_COUNTS):.1g}")


def _shared(kind_zh: str, kind_en: str, name: str) -> None:
    def sentence() -> None:
        """Hold the template of one kind."""

    sentence.__name__ = name
    sentence.__doc__ = (
        f"{{members}} 户互不相关的投保人共用 {{values}} 个{kind_zh}（{{named}}）；"
        f"全部申请中共有 {{holders}} 户使用，随机情况下本组预期 {{expected}} 户。\n\n"
        f"{{members}} unrelated households share {{values}} {kind_en} ({{named}}); "
        f"in all requests {{holders}} use them, and by chance {{expected}} of these would."
    )
    indicator(sentence)


SHARED_WORDS: dict[str, tuple[str, str]] = {
    "phone": ("电话", "phone(s)"),
    "address": ("地址", "address(es)"),
    "email": ("邮箱", "e-mail(s)"),
    "bank_account": ("账户", "account(s)"),
    "delegate": ("代办人", "delegate(s)"),
    "device": ("设备", "device(s)"),
    "ip": ("网络地址", "IP address(es)"),
}
"""How each linking kind is called in a sentence."""

for _kind, (_zh, _en) in SHARED_WORDS.items():
    _shared(_zh, _en, f"shared_{_kind}")


@indicator
def pressure() -> None:
    """{units} 户中有 {harmed} 户的申请带有施压索款的迹象（各项见下）；全部申请中这一比例为 {rate}。

    {harmed} of {units} households show signs of pressing for a refund (one by one below); among all requests
    the share is {rate}.
    """


@indicator
def commission() -> None:
    """{units} 户中有 {harmed} 户像是为套取佣金而投保、佣金归属后即退保；全部申请中这一比例为 {rate}。

    {harmed} of {units} households look as if policies were written for the commission and given up once it had
    vested; among all requests the share is {rate}.
    """


@indicator
def flow() -> None:
    """{households} 户从同一业务员的保单退保后，转投同一主管名下新入职的业务员；按常态预期为 {expected} 户。

    {households} households gave up policies of one agent and bought from newcomers of one manager; {expected} would
    be expected.
    """


@indicator
def same_agent() -> None:
    """{requests} 件申请中有 {shown} 件的保单出自同一业务员（{named}）；按其业务份额预期为 {expected} 件。

    {shown} of {requests} requests are about policies of one agent ({named}); by the size of that book {expected} would
    be expected.
    """


@indicator
def ex_agent() -> None:
    """{requests} 件申请中有 {shown} 件的保单出自已离职的同一业务员（{named}）；按其业务份额预期为 {expected} 件。

    {shown} of {requests} requests are about policies of one agent who has left ({named}); by the size of that book
    {expected} would be expected.
    """


@indicator
def same_branch() -> None:
    """{requests} 件申请中有 {shown} 件属于同一机构（{named}）；按其业务份额预期为 {expected} 件。

    {shown} of {requests} requests belong to one branch ({named}); by its share {expected} would be expected.
    """


@indicator
def same_letter() -> None:
    """{requests} 件申请中有 {shown} 件附有雷同的投诉信，共 {letters} 种模板；全部申请中有 {holders} 件使用这些模板，预期本组为 {expected} 件。

    {shown} of {requests} requests come with copies of {letters} letter(s); in all requests {holders} use them, so that
    {expected} would be expected here.
    """


@indicator
def burst() -> None:
    """{requests} 件申请中有 {shown} 件集中在 {days} 天内；若按常态分布，同样天数内预期为 {expected} 件。

    {shown} of {requests} requests fall within {days} days; by the usual flow {expected} would be expected in such a span.
    """


@indicator
def same_holding() -> None:
    """{requests} 件保单中有 {shown} 件在承保后 {least} 至 {most} 天退保；按全部申请预期为 {expected} 件。

    {shown} of {requests} policies were given up {least} to {most} days after issue; by all requests {expected} would be
    expected.
    """


@indicator
def search() -> None:
    """本次共比较了 {groups} 个候选组，其中最突出的一个仅凭偶然也会显得可疑，故予扣减。

    {groups} candidate groups were compared; the most striking of so many would look suspicious by chance alone, so
    that much is taken off.
    """


@indicator
def one_shared_thing() -> None:
    """最能说明问题的一个共用信息（{named}，{members} 户）不计分：善意的生活中也会共用一样东西。

    The one shared value that tells most ({named}, {members} households) does not count: honest life shares one thing too.
    """


@indicator
def harm_negotiated() -> None:
    """{requests} 件申请中有 {shown} 件为协议退保或要求超过现金价值；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests are negotiated or ask for more than the cash value;
    among all others the share is {rate}.
    """


@indicator
def harm_demand() -> None:
    """{requests} 件申请中有 {shown} 件伴有全额退保投诉；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests come with a complaint that demands the full premium;
    among all others the share is {rate}.
    """


@indicator
def harm_takeover() -> None:
    """{requests} 件申请中有 {shown} 件在申请前不久变更过联系方式；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests follow shortly after a change of contacts; among all others the share is {rate}.
    """


@indicator
def harm_third_payee() -> None:
    """{requests} 件申请中有 {shown} 件的收款人不是投保人；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests pay somebody who is not the applicant; among all others the share is {rate}.
    """


@indicator
def harm_callback() -> None:
    """回访时 {shown} 件申请的投保人表示信件非本人所写或曾付费给他人（共 {requests} 件）；其他申请中这一比例为 {rate}。

    Called back, the applicants of {shown} of {requests} requests said that the letter is not theirs or that they paid
    somebody; among all others the share is {rate}.
    """


@indicator
def harm_vesting() -> None:
    """{requests} 件申请中有 {shown} 件在承保后一年左右（佣金归属期）退保；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests come within about a year of issue, when commission vests;
    among all others the share is {rate}.
    """


@indicator
def harm_stranger_premium() -> None:
    """{requests} 件申请中有 {shown} 件的保费由他人账户缴纳；其他申请中这一比例为 {rate}。

    {shown} of {requests} policies were paid for from a stranger's account; among all others the share is {rate}.
    """


@indicator
def second_bite() -> None:
    """{requests} 件申请中有 {shown} 件在退保款付清之后又被投诉；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests were complained about after they had been paid; among all others the share is {rate}.
    """


@indicator
def collective_visit() -> None:
    """{shown} 位成员曾于同一天到同一网点集体来访，登记人数最多 {people} 人；3 人提示、4 人预警。

    {shown} members came to one branch on one day, up to {people} people at the counter; 3 are a warning, 4 an alarm.
    """


@indicator
def looked_up() -> None:
    """同一操作员在首件申请之前查询过 {shown} 件保单（共 {requests} 件）；按其查询份额预期为 {expected} 件。

    One operator looked at {shown} of {requests} policies before the first request; by that operator's share {expected}
    would be expected.
    """


@indicator
def watchlisted() -> None:
    """{values} 个共用信息列在关注名单上（{named}），共 {members} 户使用；仅此一项不构成预警。

    {values} shared value(s) stand on the watchlist ({named}), held by {members} households; this alone never flags.
    """


@indicator
def clean_requests() -> None:
    """{requests} 件申请中有 {shown} 件只要求现金价值、付至本人账户，且无投诉；其他申请中这一比例为 {rate}。

    {shown} of {requests} requests ask for the cash value alone, to the applicant's own account and without a complaint;
    among all others the share is {rate}.
    """


@indicator
def recorded_kin() -> None:
    """{applicants} 名投保人中有登记在册的亲属或同住家人，按 {units} 户计算。

    Some of the {applicants} applicants are recorded kin or share a home on file; they count as {units} households.
    """


@indicator
def own_letter() -> None:
    """回访时 {shown} 件申请的投保人确认信件为本人所写（共 {requests} 件）；其他申请中这一比例为 {rate}。

    Called back, the applicants of {shown} of {requests} requests said that the letter is their own; among all others the
    share is {rate}.
    """


@indicator
def earlier_claims() -> None:
    """{requests} 件保单中有 {shown} 件在退保前发生过理赔，可能确有困难；其他申请中这一比例为 {rate}。

    {shown} of {requests} policies had a claim before the request, so that there may be hardship; among all others the
    share is {rate}.
    """
