"""One sentence that says what a ring is: how many people, what they share, how fast."""

from __future__ import annotations

from collections import Counter

from ringfinder.records.rings import Ring

KINDS: dict[str, tuple[str, str, str]] = {
    "phone": ("部电话", "phone", "phones"),
    "address": ("个地址", "address", "addresses"),
    "email": ("个邮箱", "e-mail", "e-mails"),
    "bank_account": ("个收款账户", "payee account", "payee accounts"),
    "delegate": ("名代办人", "delegate", "delegates"),
    "device": ("台设备", "device", "devices"),
    "ip": ("个IP", "IP address", "IP addresses"),
    "waybill": ("组运单", "waybill run", "waybill runs"),
}
"""How each kind of shared value is counted in Chinese, and named in English."""


def summary(ring: Ring) -> tuple[str, str]:
    """Chinese and English, such as "17 unrelated people, 3 phones, 1 payee account, 41 days"."""
    counts = Counter(shared.key.kind for shared in ring.shared)
    days = (ring.last_at.date() - ring.first_at.date()).days + 1
    people = ring.units == ring.applicants
    zh = [f"{ring.units}{'名' if people else '户'}互不相关的投保人"]
    en = [f"{ring.units} unrelated {'people' if people else 'households'}"]
    for kind, (counted, one, many) in KINDS.items():
        number = counts.get(kind, 0)
        if number:
            zh.append(f"{number}{counted}")
            en.append(f"{number} {one if number == 1 else many}")
    zh.append(f"历时{days}天")
    en.append(f"{days} day" if days == 1 else f"{days} days")
    return "，".join(zh), ", ".join(en)
