"""Listed sets that several tables share, with their Chinese spellings."""

from __future__ import annotations

YES_NO: dict[str, tuple[str, ...]] = {"y": ("是", "有", "true", "1"), "n": ("否", "无", "没有", "false", "0")}
CONTACT_FIELDS: dict[str, tuple[str, ...]] = {
    "phone": ("电话", "手机", "手机号", "联系电话"),
    "address": ("地址", "联系地址", "通讯地址"),
    "email": ("邮箱", "电子邮箱"),
    "bank_account": ("银行账号", "银行卡", "账户"),
}
VALUE_KINDS: dict[str, tuple[str, ...]] = {
    **CONTACT_FIELDS,
    "device": ("设备",),
    "ip": ("IP地址",),
    "id_no": ("证件号码", "身份证"),
    "waybill": ("运单号",),
}
