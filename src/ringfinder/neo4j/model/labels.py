"""Labels of the graph, with their properties."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.neo4j.model.declaration import Kind, Label, Property

_TEXT, _WHOLE, _REAL, _FLAG, _DAY, _MOMENT, _TEXTS = (
    Kind.TEXT,
    Kind.WHOLE,
    Kind.REAL,
    Kind.FLAG,
    Kind.DAY,
    Kind.MOMENT,
    Kind.TEXTS,
)

STAMPS = (
    Property("run", Kind.TEXT, "最后见到它的运行", "run of detection that last saw it"),
    Property("sync", Kind.WHOLE, "最后写入或确认它的同步序号", "number of the sync that last wrote or confirmed it"),
)
"""What the loader writes on every node and relationship."""

EXTRA_LABELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Public": (
            "正当共用：登记在册、机构地址或柜面设备",
            "shared honestly: on the registry, of an institution, or a counter's device",
        ),
        "Hub": ("连接众多节点，展开前请三思", "has so many neighbours that Browser should not expand it"),
        "Flagged": (
            "属于预警线索（供人工核查，不是结论）",
            "part of an alert ring: a lead for people, never a verdict",
        ),
        "OrganiserCandidate": ("疑似组织者（待核实）", "may organise a ring; to be verified"),
    }
)
"""Labels for style and filters, beside the one that says what a node is."""

_ROW = Property("row", _TEXT, "出处：文件与行号", "where it was handed over: file and line")


def _value(name: str, zh: str, en: str, kind: str) -> Label:
    return Label(
        name,
        zh,
        en,
        kind,
        (
            Property(
                "value", _TEXT, "原值（仅在不遮蔽同步时）", "its normal form; only where synced unmasked", personal=True
            ),
            Property("value_class", _TEXT, "类别（open 方可成链）", "its class; only an open one may link"),
            Property("households", _WHOLE, "以计数方式使用它的互不相关户数", "unrelated households whose uses count"),
            Property("requests", _WHOLE, "使用它的申请数（全部）", "all requests that use it, counted or not"),
            Property("first_at", _DAY, "首次使用", "first use"),
            Property("last_at", _DAY, "最近使用", "last use"),
            Property("no_door", _FLAG, "地址没有门牌", "an address without a door number"),
        ),
    )


_VALUES = (
    _value("Phone", "电话", "a phone number", "phone"),
    _value("Address", "地址", "an address", "address"),
    _value("Email", "邮箱", "an e-mail address", "email"),
    _value("BankAccount", "银行账户", "an account that is paid to or paid from", "bank_account"),
    _value("Device", "设备", "a device that requests were filed from", "device"),
    _value("IpAddress", "IP地址", "an IP address; it never founds a ring", "ip"),
    _value("Delegate", "代办人", "somebody who files for others, by ID or, failing that, by phone", "delegate"),
)

VALUE_LABELS: Mapping[str, str] = MappingProxyType({label.keyed_by: label.name for label in _VALUES})
"""Label of each kind of value."""

_PAPERS = (
    Label(
        "SurrenderRequest",
        "退保申请",
        "a request to surrender",
        "request",
        (
            Property("request_id", _TEXT, "申请号", "its number", indexed=True),
            Property("applied_at", _MOMENT, "申请时间", "when it was made"),
            Property("kind", _TEXT, "退保类型", "kind"),
            Property("channel", _TEXT, "渠道", "channel"),
            Property("status", _TEXT, "状态", "status"),
            Property("cash_value", _WHOLE, "现金价值（分）", "cash value, fen"),
            Property("requested_amount", _WHOLE, "申请金额（分）", "amount asked for, fen"),
            Property("agreed_amount", _WHOLE, "协议金额（分）", "amount agreed, fen"),
            Property("paid_amount", _WHOLE, "实付金额（分）", "amount paid, fen"),
            Property("paid_at", _MOMENT, "付款时间", "when it was paid"),
            Property("held_days", _WHOLE, "承保至申请的天数", "days from issue to request"),
            Property("harm", _TEXTS, "损害迹象", "signs of harm, by name"),
            Property(
                "callback",
                _TEXT,
                "回访结果：own 本人来信，behind 另有他人",
                "callback: own letter, or somebody behind it",
            ),
            Property(
                "household", _TEXT, "所属户的键", "key of the household; unrelated ones are counted by it", indexed=True
            ),
            _ROW,
        ),
    ),
    Label(
        "Complaint",
        "投诉",
        "a complaint; its text is not loaded",
        "complaint",
        (
            Property("complaint_id", _TEXT, "投诉编号", "its number", indexed=True),
            Property("received_at", _MOMENT, "受理时间", "when it came"),
            Property("source", _TEXT, "来源", "how it came"),
            Property("category", _TEXT, "类别", "category"),
            Property("demand", _TEXT, "诉求", "what it demands"),
            Property("outcome", _TEXT, "处理结果", "outcome"),
            Property("closed_at", _MOMENT, "结案时间", "when it was closed"),
            Property("paid_extra", _WHOLE, "额外赔付（分）", "paid beyond the surrender, fen"),
            Property("regulator_ref", _TEXT, "监管转办号", "reference of the regulator"),
            _ROW,
        ),
    ),
    Label(
        "TextCluster",
        "雷同信函",
        "near-identical letters of at least two complaints",
        "text",
        (
            Property("complaints", _WHOLE, "投诉数", "complaints written from it"),
            Property("applicants", _WHOLE, "投诉人数", "persons who sent it"),
            Property("first_at", _DAY, "首封", "first letter"),
            Property("last_at", _DAY, "末封", "last letter"),
        ),
    ),
    Label(
        "WaybillRun",
        "连号运单",
        "a hundred consecutive waybill numbers that several complaints came under",
        "waybill",
        (Property("complaints", _WHOLE, "投诉数", "complaints under it"),),
    ),
    Label(
        "Visit",
        "来访",
        "a visit to a branch; what was said is not loaded",
        "visit",
        (
            Property("visit_id", _TEXT, "来访编号", "its number", indexed=True),
            Property("visited_at", _MOMENT, "来访时间", "when"),
            Property("party_size", _WHOLE, "来访人数", "people who came together"),
            Property("demand_key", _TEXT, "诉求的键", "the same for the same demand"),
            _ROW,
        ),
    ),
    Label(
        "Policy",
        "保单",
        "a policy",
        "policy",
        (
            Property("policy_no", _TEXT, "保单号", "its number", indexed=True),
            Property("product_code", _TEXT, "产品代码", "product"),
            Property("product_type", _TEXT, "产品类型", "kind of product"),
            Property("channel", _TEXT, "销售渠道", "channel it was sold through"),
            Property("issued_on", _DAY, "承保日期", "day of issue"),
            Property("ended_on", _DAY, "终止日期", "day it ended"),
            Property("status", _TEXT, "状态", "status"),
            Property("premium_paid", _WHOLE, "已交保费（分）", "premium paid, fen"),
            Property("annual_premium", _WHOLE, "年交保费（分）", "premium a year, fen"),
            Property("cash_value", _WHOLE, "现金价值（分）", "cash value, fen"),
            Property("commission_paid", _WHOLE, "已付佣金（分）", "commission paid, fen"),
            Property("claims", _WHOLE, "理赔次数", "claims made on it"),
        ),
    ),
)

_PARTIES = (
    Label(
        "Person",
        "投保人",
        "a customer; several customer numbers with one ID are one person; no name is loaded",
        "person",
        (
            Property("person_id", _TEXT, "客户号（最小的一个）", "customer number, the first of several", indexed=True),
            Property("customer_numbers", _TEXTS, "全部客户号", "all customer numbers"),
            Property("household", _TEXT, "所属户的键", "key of the household"),
            Property("vulnerable", _TEXT, "特殊客群", "vulnerable group, where marked"),
            Property(
                "merged_softly",
                _FLAG,
                "按姓名、生日、电话合并（可逆）",
                "merged by name, birth date and phone, not by ID",
            ),
        ),
    ),
    Label(
        "Household",
        "户",
        "two or more persons tied by long-filed contacts or recorded kinship",
        "household",
        (Property("persons", _WHOLE, "人数", "persons"),),
    ),
    Label(
        "Agent",
        "业务员",
        "an agent of the insurer",
        "agent",
        (
            Property("agent_no", _TEXT, "工号", "number", indexed=True),
            Property("hired_on", _DAY, "入职日期", "hired on"),
            Property("left_on", _DAY, "离职日期", "left on"),
        ),
    ),
    Label(
        "Branch",
        "机构",
        "a branch",
        "branch",
        (Property("branch_code", _TEXT, "机构代码", "code", indexed=True),),
    ),
)

_RESULTS = (
    Label(
        "Ring",
        "线索",
        "a candidate group: a lead for people to check, never a verdict",
        "ring_id",
        (
            Property("ring_id", _TEXT, "线索编号", "its lasting id"),
            Property("tier", _TEXT, "层级：alert 预警，review 待复核", "alert or review", indexed=True),
            Property("score", _REAL, "评分（奈特）", "score, nats", indexed=True),
            Property("q_value", _REAL, "错误发现率", "false-discovery rate"),
            Property("kind", _TEXT, "类型", "kind"),
            Property("requests", _WHOLE, "申请数", "member requests"),
            Property("applicants", _WHOLE, "投保人数", "applicants"),
            Property("units", _WHOLE, "互不相关的户数", "unrelated households"),
            Property("first_at", _MOMENT, "首次申请", "first request"),
            Property("last_at", _MOMENT, "最近申请", "last request"),
            Property("at_risk", _WHOLE, "风险敞口（分）", "at risk, fen"),
            Property("requested", _WHOLE, "超出现金价值的申请额（分）", "asked beyond cash value, fen"),
            Property("agreed", _WHOLE, "超出现金价值的协议额（分）", "agreed beyond cash value, fen"),
            Property("paid", _WHOLE, "超出现金价值的已付额（分）", "paid beyond cash value, fen"),
            Property("lineage", _TEXT, "与上次运行相比", "what became of it since the run before"),
            Property("before", _TEXTS, "前身线索", "rings of the run before that it comes from"),
            Property("first_run", _WHOLE, "首次出现的运行", "number of the run that first had it"),
            Property("summary_zh", _TEXT, "摘要（中文）", "one sentence, Chinese"),
            Property("summary_en", _TEXT, "摘要（英文）", "one sentence, English"),
            Property("url", _TEXT, "服务中的地址", "its address in the service"),
        ),
        hashed=False,
    ),
    Label(
        "Evidence",
        "依据",
        "one term of a ring's score, as a sentence with its rows; values in it are masked",
        "evidence",
        (
            Property("indicator", _TEXT, "指标", "name of the red flag"),
            Property("rank", _WHOLE, "次序", "place, the weightiest first"),
            Property("weight", _REAL, "分量（奈特）", "what it adds to the score, nats"),
            Property("zh", _TEXT, "句子（中文）", "the sentence, Chinese"),
            Property("en", _TEXT, "句子（英文）", "the sentence, English"),
            Property("rows", _TEXTS, "出处（至多二十行）", "rows behind it, at most twenty: file and line"),
            Property("row_count", _WHOLE, "全部行数", "how many rows stand behind it"),
        ),
        hashed=False,
    ),
    Label(
        "Hypothesis",
        "正当解释",
        "an honest explanation that was tested",
        "hypothesis",
        (
            Property("name", _TEXT, "名称", "name"),
            Property("ruled_out", _FLAG, "已排除", "whether it was ruled out"),
            Property("zh", _TEXT, "句子（中文）", "the sentence, Chinese"),
            Property("en", _TEXT, "句子（英文）", "the sentence, English"),
        ),
        hashed=False,
    ),
    Label(
        "Run",
        "运行",
        "a run of detection",
        "run_id",
        (
            Property("run_id", _TEXT, "编号", "its id"),
            Property("number", _WHOLE, "序号", "its number", indexed=True),
            Property("finished_at", _MOMENT, "完成时间（UTC）", "when it was done, UTC"),
            Property("as_of", _MOMENT, "截至", "events up to then"),
            Property("settings_hash", _TEXT, "设置", "hash of the settings"),
            Property("requests", _WHOLE, "申请数", "requests looked at"),
            Property("alert_rings", _WHOLE, "预警线索数", "alert rings"),
            Property("review_rings", _WHOLE, "待复核线索数", "review rings"),
            Property("faded", _TEXTS, "消退的线索", "rings that were gone in it"),
            Property("current", _FLAG, "是否当前运行", "whether the graph shows this run"),
        ),
        hashed=False,
    ),
    Label(
        "Projection",
        "投影",
        "one node that says what the graph holds, and how",
        "projection",
        (
            Property("state", _TEXT, "loading 写入中，complete 完成", "loading, or complete"),
            Property("scope", _TEXT, "范围", "flagged, linked or all"),
            Property("masked", _FLAG, "是否遮蔽", "whether values are masked"),
            Property("key_id", _TEXT, "密钥编号", "id of the secret that keys are made with"),
            Property("model", _TEXT, "图模型的哈希", "hash of this declaration"),
            Property("content", _TEXT, "内容的哈希", "hash of what was loaded"),
            Property("owner", _TEXT, "正在同步的进程", "who syncs"),
            Property("touched_at", _MOMENT, "最近写入时间（UTC）", "last sign of life of a sync, UTC"),
        ),
        hashed=False,
    ),
)

LABELS: Mapping[str, Label] = MappingProxyType(
    {label.name: label for label in (*_PAPERS, *_PARTIES, *_VALUES, *_RESULTS)}
)
"""Every label by name, in the order in which nodes are loaded."""

HELD_LABELS: tuple[str, ...] = tuple(name for name in LABELS if name != "Projection")
"""Labels of what the graph holds; the `Projection` node tells of it."""
