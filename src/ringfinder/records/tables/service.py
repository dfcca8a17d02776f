"""What the insurer did and learnt: visits, callbacks, claims, look-ups, registry, watchlist."""

from __future__ import annotations

from ringfinder.records.contract import Column, Table, choice, columns, key, of, ref, variant
from ringfinder.records.kinds import ColumnKind as K  # the declarations below read as a table
from ringfinder.records.tables.choices import VALUE_KINDS, YES_NO

VISITS = Table(
    "visits",
    ("来访", "来访登记"),
    columns(
        key("visit_id", "来访编号"),
        of(K.DATE, "visited_at", "来访时间", required=True),
        of(K.CODE, "branch_code", "机构代码", "来访机构", required=True),
        ref("person_id", "客户号"),
        of(K.INTEGER, "party_size", "来访人数", "人数"),
        of(K.TEXT, "demand", "诉求", "来访诉求"),
        ref("policy_no", "保单号"),
        of(K.PHONE, "spokesperson_phone", "代表电话", "代表人电话"),
    ),
    key=("visit_id",),
)

CALLBACKS = Table(
    "callbacks",
    ("回访", "回访记录"),
    columns(
        key("callback_id", "回访编号"),
        key("policy_no", "保单号"),
        of(K.DATE, "called_at", "回访时间", required=True),
        of(K.PHONE, "number", "回访号码", "拨打号码"),
        choice("answered_by_self", ("本人接听",), YES_NO),
        choice("signed_by_self", ("本人签名",), YES_NO),
        choice("knows_loss", ("知晓损失",), YES_NO),
        choice("letter_is_own", ("本人投诉", "信件本人所写"), YES_NO),
        choice("paid_a_fee", ("支付手续费", "付过费用"), YES_NO),
    ),
    key=("callback_id",),
)

CLAIMS = Table(
    "claims",
    ("理赔", "理赔记录"),
    columns(
        key("claim_id", "赔案号", "理赔号"),
        key("policy_no", "保单号"),
        of(K.DATE, "claimed_at", "报案时间", "理赔时间", required=True),
        of(K.CODE, "kind", "理赔类型"),
        of(K.MONEY, "amount", "赔付金额", "金额"),
    ),
    key=("claim_id",),
)

DATA_ACCESS = Table(
    "data_access",
    ("数据查询", "查询日志"),
    columns(
        key("policy_no", "保单号"),
        of(K.DATE, "accessed_at", "查询时间", required=True),
        Column("operator", K.CODE, ("操作员", "查询人"), required=True),
    ),
    key=("policy_no", "accessed_at", "operator"),
)

KNOWN_ATTRIBUTES = Table(
    "known_attributes",
    ("已知共用信息", "公共信息登记"),
    columns(
        choice("kind", ("类型",), VALUE_KINDS, required=True),
        variant("value", "kind", "值", "内容", required=True),
        choice(
            "class",
            ("类别", "用途"),
            {
                "branch": ("机构", "营业网点"),
                "agent": ("业务员", "代理人"),
                "employer": ("单位", "雇主"),
                "public": ("公共", "公共机构"),
                "placeholder": ("占位", "默认值"),
                "household": ("家庭",),
            },
            required=True,
        ),
        of(K.TEXT, "note", "备注"),
        of(K.DATE, "valid_to", "有效期至", "失效日期"),
    ),
    key=("kind", "value", "class"),
)

WATCHLIST = Table(
    "watchlist",
    ("关注名单", "黑名单"),
    columns(
        choice("kind", ("类型",), VALUE_KINDS, required=True),
        variant("value", "kind", "值", "内容", required=True),
        of(K.CODE, "source", "来源", required=True),
        of(K.DATE, "since", "起始日期"),
        of(K.DATE, "valid_to", "有效期至", "失效日期"),
        of(K.TEXT, "note", "备注"),
    ),
    key=("kind", "value", "source"),
)
