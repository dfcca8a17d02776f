"""What the demo calls things in Chinese and in English: causes of honest groups, and honest explanations in short."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.records.kinds import ColumnKind
from ringfinder.report.words import Words

CAUSES: Mapping[str, Words] = MappingProxyType(
    {
        "layoff": (
            "工厂裁员，大家留了人事科的联系方式",
            "a factory's layoff: people gave the personnel office's contacts",
        ),
        "village_clerk": ("村里的文书为老人代办", "a village clerk who files for old people"),
        "law_office": ("律师事务所为客户寄信", "a law office that writes for its clients"),
        "agent_day": ("业务员一天内代收几件", "an agent who took several requests in a day"),
        "successor": ("接手的业务员上门服务", "the successor of an agent who left"),
        "relative": ("一位亲戚替大家办手续", "a relative who does the paperwork for the others"),
        "dormitory": ("养老院或宿舍的住址和电话", "a care home or dormitory with one address and telephone"),
        "public_letter": ("各自照抄网上的信", "a letter that people copied from the internet"),
        "default_values": ("机构在空格里填了自己的电话", "a branch that typed its own number into empty fields"),
        "branch_line": ("机构代填了自己的第二条线路", "a branch's own second line"),
        "carrier_address": ("运营商营业厅的地址", "the address of a carrier's business hall"),
        "mis_selling": ("产品确有销售误导", "a product that really was mis-sold"),
        "group_payer": ("单位缴费、单位收款", "an employer who paid and is paid back"),
        "family": ("未登记亲属关系的一家人", "a family that nobody recorded as kin"),
        "upgrade": ("产品停售，业务员如实转保", "an agent who moves customers and says so"),
        "newcomer": ("新业务员的老朋友", "old friends of somebody who became an agent"),
        "web_default": ("网点替没有邮箱的人填了同一个", "a service point that types one mailbox for all"),
    }
)
"""By cause as `honest.csv` has it."""

EXPLANATIONS: Mapping[str, tuple[Words, tuple[str, ...]]] = MappingProxyType(
    {
        "family": (("亲友互助：户数 / 同姓最多", "family: households / of one surname"), ("units", "same_name")),
        "agents_service": (
            ("业务员代办：申请 / 留其电话", "agent's service: requests / its phone"),
            ("requests", "helped"),
        ),
        "crowd": (("单位代办：申请 / 有单位信息", "one office: requests / office's values"), ("requests", "shown")),
        "really_mis_sold": (
            ("确有误导：申请 / 用本人电话账户", "mis-sold: requests / own contacts"),
            ("requests", "own"),
        ),
        "chance": (("偶然：最常用者户数 / 预期", "chance: households / expected"), ("holders", "expected")),
    }
)
"""By hypothesis of the detector: what it is called in short, and the two numbers on which it stands or fails."""

REASONS: Mapping[ColumnKind, str] = MappingProxyType(
    {
        ColumnKind.DATE: "不是1950至2099年间的日期",
        ColumnKind.MONEY: "不是非负且至多两位小数的金额",
    }
)
"""Why a cell of a kind is refused, in Chinese; the files tell it in English."""
