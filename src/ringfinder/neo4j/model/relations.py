"""Relationship types of the graph."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.neo4j.model.declaration import Kind, Property, Relation, Triple

_USE = (
    Property("at", Kind.DAY, "首次", "day of the first such use"),
    Property(
        "counts",
        Kind.FLAG,
        "是否计入（家人、业务员、登记等不计）",
        "whether it counts; not those of agents, kin, the registry and own filed contacts",
    ),
)
_REQUEST = ("SurrenderRequest",)

USES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "CONTACT_BY": ("Phone", "Address", "Email"),
        "FROM_DEVICE": ("Device",),
        "FROM_IP": ("IpAddress",),
        "PAYS_TO": ("BankAccount",),
        "DELEGATE_PHONE": ("Phone",),
        "DELEGATED_TO": ("Delegate",),
        "CHANGED_TO": ("Phone", "Address", "Email", "BankAccount"),
        "COMPLAINT_FROM": ("Phone",),
        "LETTER_FROM": ("Phone", "Address"),
        "CALLED_BACK_ON": ("Phone",),
        "PREMIUM_FROM": ("BankAccount",),
    }
)
"""Ways in which a request uses a value, and the values that are used so."""

_WAYS = {
    "CONTACT_BY": ("申请所留联系方式", "a contact that the request states"),
    "FROM_DEVICE": ("提交申请的设备", "the device it was filed from"),
    "FROM_IP": ("提交申请的IP", "the IP address it was filed from"),
    "PAYS_TO": ("收款账户", "the account that is to be paid"),
    "DELEGATE_PHONE": ("代办人电话", "the delegate's phone"),
    "DELEGATED_TO": ("代办人", "who files for the applicant"),
    "CHANGED_TO": ("申请前不久变更为", "a contact that was changed to this shortly before"),
    "COMPLAINT_FROM": ("投诉人电话", "the phone of a complaint that goes with it"),
    "LETTER_FROM": ("投诉信寄件人", "sender of a complaint that goes with it"),
    "CALLED_BACK_ON": ("回访号码", "the number of a callback around it"),
    "PREMIUM_FROM": ("缴费账户", "the account that paid the premium"),
}

_FACTS = (
    Relation("APPLIED_FOR", ("Person",), _REQUEST, "提出申请", "made the request"),
    Relation("SURRENDERS", _REQUEST, ("Policy",), "退保的保单", "the policy it is about"),
    Relation("OWNS", ("Person",), ("Policy",), "投保", "took out the policy"),
    Relation("SOLD_BY", ("Policy",), ("Agent",), "销售业务员", "who sold it"),
    Relation("REPLACES", ("Policy",), ("Policy",), "转保自", "the policy it replaces"),
    Relation("AT_BRANCH", ("SurrenderRequest", "Policy", "Agent", "Visit"), ("Branch",), "所属机构", "its branch"),
    Relation("MANAGED_BY", ("Agent",), ("Agent",), "主管", "the manager"),
    Relation("AGENT_PHONE", ("Agent",), ("Phone",), "业务员本人电话", "a phone of the agent's own"),
    Relation("ACTS_AS", ("Agent", "Person"), ("Delegate",), "即此代办人", "is this delegate, by ID or phone"),
    Relation("MEMBER_OF", ("Person",), ("Household",), "属于此户", "belongs to the household"),
    Relation(
        "RELATED_TO", ("Person",), ("Person",), "登记的亲属关系", "recorded kinship",
        (Property("relation", Kind.TEXT, "关系", "relation"),),
    ),
    Relation(
        "FILED", ("Person",), ("Phone", "Address", "Email", "BankAccount"),
        "长期预留的联系方式", "a contact on file for long before any request",
    ),
    *(Relation(name, _REQUEST, ends, *_WAYS[name], _USE) for name, ends in USES.items()),
    Relation("COMPLAINED", ("Person",), ("Complaint",), "提出投诉", "made the complaint"),
    Relation("ABOUT", ("Complaint", "Visit"), ("Policy",), "涉及保单", "the policy it names"),
    Relation("GOES_WITH", ("Complaint",), _REQUEST, "随附的申请", "the request it goes with"),
    Relation("COPY_OF", ("Complaint",), ("TextCluster",), "雷同信函", "the template it was written from"),
    Relation("SENT_UNDER", ("Complaint",), ("WaybillRun",), "运单号段", "the run of waybill numbers"),
    Relation("SENT_FROM", ("Complaint",), ("Phone", "Address"), "寄件电话或地址", "phone or address of the sender"),
    Relation("WRITTEN_WITH", ("Complaint",), ("Phone",), "投诉所留电话", "the phone it states"),
    Relation("CAME", ("Person",), ("Visit",), "来访", "came to the branch"),
    Relation("SPOKEN_FOR_BY", ("Visit",), ("Phone",), "代表人电话", "phone of who spoke"),
)  # fmt: skip

_RESULTS = (
    Relation(
        "IN_RING", _REQUEST, ("Ring",), "属于线索", "is a member request of the ring",
        (
            Property("role", Kind.TEXT, "角色", "role"),
            Property("weight", Kind.REAL, "归属强度", "how strongly it belongs, 0 to 1"),
            Property("since", Kind.WHOLE, "自第几次运行", "number of the run since which it is in it"),
        ),
    ),
    Relation(
        "SHARES", ("Ring",), ("Phone", "Address", "Email", "BankAccount", "Device", "IpAddress", "Delegate"),
        "成员共用的信息", "a value that links members",
        (
            Property("members", Kind.WHOLE, "线索内使用它的户数", "households of the ring that use it"),
            Property("holders", Kind.WHOLE, "全部使用它的户数", "all households whose uses count"),
            Property("weight", Kind.REAL, "属于团伙的概率", "probability that it is a ring's"),
            Property("first_at", Kind.MOMENT, "首次使用", "first use"),
            Property("last_at", Kind.MOMENT, "最近使用", "last use"),
            Property("without_score", Kind.REAL, "去掉它后的评分", "score of the ring without it"),
            Property("without_units", Kind.WHOLE, "去掉它后仍相连的户数", "households that hang together without it"),
            Property("central", Kind.REAL, "中介中心度", "its share of the shortest paths, 0 to 1"),
        ),
    ),
    Relation(
        "INVOLVES", ("Ring",), ("Phone", "Address", "Email", "BankAccount", "Delegate", "Agent"),
        "相关人员", "somebody around the ring who is no applicant in it",
        (
            Property("role", Kind.TEXT, "角色", "role"),
            Property("requests", Kind.WHOLE, "涉及申请数", "requests of the ring"),
        ),
    ),
    Relation(
        "LINKED_TO", ("Ring",), ("Ring",), "关联线索", "passes clients, contacts or letters",
        (Property("members", Kind.WHOLE, "出示对方信息的申请数", "requests that show a value of the other"),),
    ),
    Relation("HAS_EVIDENCE", ("Ring",), ("Evidence",), "依据", "a term of its score"),
    Relation("TESTED", ("Ring",), ("Hypothesis",), "检验过的正当解释", "an honest explanation that was tested"),
    Relation("FOUND_IN", ("Ring",), ("Run",), "发现于", "the run that shows it"),
)  # fmt: skip

RELATIONS: Mapping[str, Relation] = MappingProxyType({one.name: one for one in (*_FACTS, *_RESULTS)})
"""Every relationship type by name, in the order in which they are loaded."""

TRIPLES: tuple[Triple, ...] = tuple(
    Triple(start, relation.name, end)
    for relation in RELATIONS.values()
    for start in relation.starts
    for end in relation.ends
)
"""Every allowed combination of labels and type."""
