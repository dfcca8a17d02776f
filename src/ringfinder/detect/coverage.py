"""Which evidence the handed-over tables allow, and what is missing for the rest."""

from __future__ import annotations

from dataclasses import dataclass

from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Coverage


@dataclass(frozen=True)
class Need:
    """One kind of evidence and the columns of which at least one list must be there in full."""

    evidence: str
    zh: str
    en: str
    any_of: tuple[tuple[tuple[str, str], ...], ...]


_R = "surrender_requests"
NEEDS: tuple[Need, ...] = (
    Need("shared_phone", "共用电话", "shared phones", (((_R, "phone"),), (("complaints", "phone"),))),
    Need(
        "shared_address",
        "共用地址",
        "shared addresses",
        (((_R, "address"),), (("complaints", "sender_address"),)),
    ),
    Need("shared_email", "共用邮箱", "shared e-mails", (((_R, "email"),),)),
    Need("shared_payee", "共用收款账户", "shared payee accounts", (((_R, "payout_account"),),)),
    Need("delegates", "代办人", "delegates", (((_R, "delegate_id_no"),), ((_R, "delegate_phone"),))),
    Need("devices", "共用设备", "shared devices", (((_R, "device_id"),),)),
    Need(
        "senders",
        "寄件人",
        "senders of letters",
        ((("complaints", "sender_phone"),), (("complaints", "sender_address"),)),
    ),
    Need(
        "negotiated",
        "协议退保",
        "negotiated payments",
        (((_R, "kind"),), ((_R, "cash_value"), (_R, "requested_amount"))),
    ),
    Need("demand", "全额退保诉求", "demands for the full premium", ((("complaints", "demand"),),)),
    Need("takeover", "联系方式变更", "contact takeover", ((("contact_changes", "new_value"),),)),
    Need(
        "third_payee",
        "非本人收款",
        "payees who are not the applicant",
        (((_R, "payout_name"), ("persons", "name")),),
    ),
    Need("vesting", "佣金归属期退保", "surrender when commission vests", ((("policies", "issued_on"),),)),
    Need(
        "stranger_premium",
        "他人代缴保费",
        "premiums paid by strangers",
        ((("policies", "premium_payer_account"), ("persons", "bank_account")),),
    ),
    Need(
        "households",
        "家庭",
        "households",
        ((("persons", "phone"),), (("persons", "address"),), (("relations", "relation"),)),
    ),
    Need("one_person", "同一人多个客户号", "customer numbers of one person", ((("persons", "id_no"),),)),
    Need("agents", "业务员渠道", "the agents' own channel", ((("agents", "phone"),), (("agents", "id_no"),))),
    Need(
        "registry",
        "已知共用信息",
        "the registry of honestly shared values",
        ((("known_attributes", "value"),),),
    ),
)


def coverage(portfolio: Portfolio) -> tuple[Coverage, ...]:
    """On or off for every kind of evidence, with the reason."""
    return tuple(_covered(portfolio, need) for need in NEEDS)


def _covered(portfolio: Portfolio, need: Need) -> Coverage:
    for columns in need.any_of:
        if all(portfolio.has(table, column) for table, column in columns):
            given = ", ".join(f"{table}.{column}" for table, column in columns)
            return Coverage(need.evidence, on=True, zh=f"{need.zh}：依据 {given}", en=f"{need.en}: from {given}")
    wanted = [" + ".join(f"{table}.{column}" for table, column in columns) for columns in need.any_of]
    return Coverage(
        need.evidence,
        on=False,
        zh=f"{need.zh}：未启用，缺少 {' 或 '.join(wanted)}",
        en=f"{need.en}: off, {' or '.join(wanted)} was not handed over",
    )
