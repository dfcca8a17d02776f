"""The red flags, as sentences: the first paragraph of each docstring in Chinese, the second in English.

Every number in a sentence is a field of the evidence; ``{0}``, ``{1}`` … stand for shared values and
are filled, masked or not, when the sentence is shown.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping

Indicator = Callable[[], None]

INDICATORS: dict[str, Indicator] = {}
"""All indicators by their stable name."""


def indicator(function: Indicator) -> Indicator:
    """Enter a function into `INDICATORS`; its docstring must hold both sentences."""
    templates(function)
    INDICATORS[function.__name__] = function
    return function


def templates(function: Indicator) -> tuple[str, str]:
    """The Chinese and the English sentence of an indicator."""
    paragraphs = [" ".join(part.split()) for part in inspect.cleandoc(function.__doc__ or "").split("\n\n")]
    if len(paragraphs) != 2:  # noqa: PLR2004 - one for each language
        raise TypeError(f"{function.__name__} needs a Chinese and an English sentence")
    return paragraphs[0], paragraphs[1]


def sentences(name: str, counts: Mapping[str, float], baseline: Mapping[str, float], places: int) -> tuple[str, str]:
    """Both sentences of an indicator with its numbers; the places of shared values stay open."""
    numbers = {key: written(number) for key, number in {**baseline, **counts}.items()}
    slots = [f"{{{place}}}" for place in range(places)]
    zh, en = templates(INDICATORS[name])
    named_zh, named_en = "、".join(slots), ", ".join(slots)
    return zh.format(named=named_zh, **numbers), en.format(named=named_en, **numbers)


def written(number: float) -> str:
    """A number as the sentences show it: whole, or with two places."""
    return str(int(number)) if float(number).is_integer() else f"{number:.2f}"


def _shared(kind_zh: str, kind_en: str, name: str) -> None:
    def sentence() -> None:
        """Hold the template of one kind."""

    sentence.__name__ = name
    sentence.__doc__ = (
        f"{{members}} 名互不相关的投保人共用 {{values}} 个{kind_zh}（{{named}}）；"
        f"这些{kind_zh}在全部退保申请中共有 {{holders}} 户使用。\n\n"
        f"{{members}} unrelated applicants share {{values}} {kind_en} ({{named}}); "
        f"in all requests {{holders}} households use them."
    )
    indicator(sentence)


SHARED_WORDS: dict[str, tuple[str, str]] = {
    "phone": ("电话", "phone(s)"),
    "address": ("地址", "address(es)"),
    "email": ("邮箱", "e-mail(s)"),
    "bank_account": ("收款账户", "payee account(s)"),
    "delegate": ("代办人", "delegate(s)"),
    "device": ("设备", "device(s)"),
    "ip": ("网络地址", "IP address(es)"),
}
"""How each linking kind is called in a sentence."""

for _kind, (_zh, _en) in SHARED_WORDS.items():
    _shared(_zh, _en, f"shared_{_kind}")


@indicator
def harm_negotiated() -> None:
    """{requests} 件申请中有 {shown} 件为协议退保或要求超过现金价值；全部申请中这一比例为 {rate}。

    {shown} of {requests} requests are negotiated or ask for more than the cash value;
    among all requests the share is {rate}.
    """


@indicator
def harm_demand() -> None:
    """{requests} 件申请中有 {shown} 件伴有全额退保投诉；全部申请中这一比例为 {rate}。

    {shown} of {requests} requests come with a complaint that demands the full premium;
    among all requests the share is {rate}.
    """


@indicator
def harm_takeover() -> None:
    """{requests} 件申请中有 {shown} 件在申请前不久变更过联系方式；全部申请中这一比例为 {rate}。

    {shown} of {requests} requests follow shortly after a change of contacts; among all requests the share is {rate}.
    """


@indicator
def harm_third_payee() -> None:
    """{requests} 件申请中有 {shown} 件的收款人不是投保人；全部申请中这一比例为 {rate}。

    {shown} of {requests} requests pay somebody who is not the applicant; among all requests the share is {rate}.
    """


@indicator
def harm_vesting() -> None:
    """{requests} 件申请中有 {shown} 件在承保后一年左右（佣金归属期）退保；全部申请中这一比例为 {rate}。

    {shown} of {requests} requests come within about a year of issue, when commission vests;
    among all requests the share is {rate}.
    """


@indicator
def harm_stranger_premium() -> None:
    """{requests} 件申请中有 {shown} 件的保费由他人账户缴纳；全部申请中这一比例为 {rate}。

    {shown} of {requests} policies were paid for from a stranger's account; among all requests the share is {rate}.
    """


@indicator
def burst() -> None:
    """{requests} 件申请集中在 {days} 天内；若按常态分布，同样天数内预期只有 {expected} 件。

    {requests} requests fall within {days} days; spread evenly {expected} would be expected in such a span.
    """
