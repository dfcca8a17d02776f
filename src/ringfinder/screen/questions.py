"""Questions for the desk: what a good clerk would ask anyway, and never a reason to refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ringfinder.detect.signs import COMPLAINTS
from ringfinder.screen.held import Held
from ringfinder.screen.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages; tells nothing of other people, of scores or of rings."""

    name: str
    zh: str
    en: str


_CALLBACK = Question(
    "callback",
    "请用投保时留存的电话回访本人，确认退保是其本人意愿。",
    "Call the customer back on the phone on file since the policy was issued: is the surrender their own wish?",
)
_SIGNATURE = Question(
    "own_signature",
    "申请书上的签名是否本人亲笔？请当面或视频核对。",
    "Is the signature on the application the customer's own? Compare in person or by video.",
)
_LETTER = Question(
    "who_wrote",
    "投诉信或申请材料由谁起草？是否有人收取了费用？",
    "Who wrote the letter or the papers? Was a fee paid for it?",
)
_ACCOUNT = Question(
    "whose_account",
    "收款账户是否本人所有？户名与投保人不一致时请说明原因。",
    "Is the account the customer's own? If the name differs, why?",
)
_DELEGATE = Question(
    "delegate",
    "代办人与投保人是什么关系？请核对授权书原件与代办人证件。",
    "Who is the delegate to the customer? See the original authority and the delegate's ID.",
)
_CONTACT = Question(
    "contact_changed",
    "联系方式近期有变更：手机与银行卡是否仍由本人保管？",
    "The contact details changed lately: are phone and bank card still in the customer's own hands?",
)
_OPTIONS = Question(
    "options",
    "是否已说明退保损失，以及减额交清、保单贷款等其他选择？客户坚持的，依法办理。",
    "Were the loss and the other choices (paid-up, policy loan) explained? If the customer insists, process it.",
)


def questions_for(incoming: Incoming, held: Sequence[Held], signs: Mapping[str, int]) -> tuple[Question, ...]:
    """Questions that fit the papers; two are asked of everybody."""
    return tuple(_questions(incoming, held, signs))


def _questions(incoming: Incoming, held: Sequence[Held], signs: Mapping[str, int]) -> Iterator[Question]:
    yield _CALLBACK
    yield _SIGNATURE
    if signs["claim"] % COMPLAINTS or incoming.kind == "negotiated":
        yield _LETTER
    if signs["payee"] or any(one.column == "payout_account" and one.households for one in held):
        yield _ACCOUNT
    if any(name in incoming.cells for name in ("delegate_name", "delegate_phone", "delegate_id_no")):
        yield _DELEGATE
    if signs["takeover"]:
        yield _CONTACT
    yield _OPTIONS
