"""Surrender requests, the policies behind them and the complaints around them."""

from __future__ import annotations

from ringfinder.records.contract import Table, choice, columns, key, of, ref
from ringfinder.records.kinds import ColumnKind as K  # the declarations below read as a table

SURRENDER_REQUESTS = Table(
    "surrender_requests",
    ("退保申请", "退保申请表", "退保明细"),
    columns(
        key("request_id", "申请号", "退保申请号", "受理号"),
        key("policy_no", "保单号", "保单号码"),
        key("applicant_id", "投保人客户号", "投保人编号", "客户号"),
        of(K.DATE, "applied_at", "申请时间", "退保申请时间", "申请日期", required=True),
        choice(
            "kind",
            ("退保类型", "申请类型"),
            {
                "surrender": ("退保", "正常退保", "普通退保"),
                "cooling_off": ("犹豫期退保", "犹豫期"),
                "negotiated": ("协议退保", "全额退保"),
                "partial": ("部分退保", "部分领取"),
            },
        ),
        choice(
            "channel",
            ("申请渠道", "受理渠道", "退保渠道"),
            {
                "counter": ("柜面", "柜台"),
                "app": ("APP", "手机APP"),
                "online": ("网上", "线上", "官网"),
                "phone": ("电话", "电话受理"),
                "hotline": ("热线", "客服热线"),
                "mail": ("邮寄", "信函"),
                "agent": ("业务员代办", "代理人"),
                "referral": ("转办", "监管转办"),
            },
        ),
        of(K.CODE, "branch_code", "机构代码", "分公司代码", "机构"),
        of(K.MONEY, "cash_value", "现金价值", "退保现金价值"),
        of(K.MONEY, "requested_amount", "申请金额", "诉求金额"),
        of(K.MONEY, "agreed_amount", "协议金额", "同意金额"),
        of(K.MONEY, "paid_amount", "实付金额", "退保金额"),
        of(K.DATE, "paid_at", "付款时间", "支付时间"),
        of(K.CODE, "status", "状态", "申请状态"),
        of(K.TEXT, "reason", "退保原因", "原因"),
        of(K.BANK_ACCOUNT, "payout_account", "收款账号", "退款账号", "给付账号"),
        of(K.NAME, "payout_name", "收款人姓名", "户名", "收款户名"),
        of(K.PHONE, "phone", "联系电话", "申请人电话", "手机号"),
        of(K.ADDRESS, "address", "联系地址", "通讯地址", "地址"),
        of(K.EMAIL, "email", "电子邮箱", "邮箱"),
        of(K.NAME, "delegate_name", "代办人姓名", "代办人"),
        of(K.ID_NO, "delegate_id_no", "代办人证件号", "代办人证件号码", "代办人身份证号"),
        of(K.PHONE, "delegate_phone", "代办人电话", "代办人手机"),
        of(K.DEVICE, "device_id", "设备号", "设备标识"),
        of(K.IP, "ip", "IP地址", "IP"),
        of(K.CODE, "operator", "操作员", "受理人", "经办人"),
        ref("complaint_id", "投诉编号", "关联投诉号"),
        choice(
            "desk_outcome",
            ("挽留结果", "劝退结果"),
            {"persuaded": ("挽留成功",), "insisted": ("坚持退保",), "withdrawn": ("撤回", "撤销")},
        ),
        of(K.DATE, "desk_outcome_at", "挽留时间", "挽留结果时间"),
    ),
    key=("request_id",),
)

POLICIES = Table(
    "policies",
    ("保单", "保单信息"),
    columns(
        key("policy_no", "保单号", "保单号码"),
        key("applicant_id", "投保人客户号", "投保人编号", "客户号"),
        ref("insured_id", "被保险人客户号", "被保人客户号"),
        of(K.CODE, "product_code", "产品代码", "险种代码"),
        of(K.CODE, "product_type", "产品类型", "险种类型"),
        choice(
            "channel",
            ("销售渠道", "渠道"),
            {
                "agency": ("个险", "代理人", "营销员"),
                "bancassurance": ("银保", "银行保险"),
                "broker": ("经代", "经纪"),
                "online": ("网销", "互联网"),
                "telesales": ("电销",),
                "group": ("团险", "团体"),
            },
        ),
        of(K.CODE, "branch_code", "机构代码", "分公司代码", "机构"),
        ref("agent_no", "业务员工号", "代理人编号", "业务员代码"),
        of(K.DATE, "issued_on", "承保日期", "签单日期", "生效日期"),
        of(K.MONEY, "premium_paid", "已交保费", "累计保费"),
        of(K.MONEY, "annual_premium", "年交保费", "期交保费"),
        of(K.MONEY, "cash_value", "现金价值"),
        of(K.MONEY, "sum_insured", "保额", "基本保额"),
        of(K.BANK_ACCOUNT, "premium_payer_account", "缴费账号", "交费账号", "扣款账号"),
        of(K.MONEY, "commission_paid", "已付佣金", "佣金"),
        ref("replaces_policy_no", "被替换保单号", "转保原保单号"),
        of(K.CODE, "status", "保单状态", "状态"),
        of(K.DATE, "ended_on", "终止日期", "保单终止日期"),
    ),
    key=("policy_no",),
)

COMPLAINTS = Table(
    "complaints",
    ("投诉", "投诉件", "投诉明细"),
    columns(
        key("complaint_id", "投诉编号", "投诉号"),
        of(K.DATE, "received_at", "受理时间", "投诉时间", "收件时间", required=True),
        ref("applicant_id", "投保人客户号", "客户号"),
        ref("policy_no", "保单号", "保单号码"),
        choice(
            "source",
            ("投诉来源", "来源"),
            {
                "regulator": ("监管转办", "监管", "12378"),
                "hotline": ("热线", "客服热线"),
                "web": ("网络", "官网"),
                "letter": ("信函", "来信"),
                "visit": ("来访", "上访"),
                "media": ("媒体",),
            },
        ),
        choice(
            "category",
            ("投诉类别", "类别"),
            {"product": ("产品",), "service": ("服务",), "claim": ("理赔",), "sales": ("销售",)},
        ),
        choice(
            "demand",
            ("诉求", "投诉诉求"),
            {
                "full_refund": ("全额退保", "全额退款"),
                "partial_refund": ("部分退款",),
                "apology": ("道歉",),
                "investigation": ("查处", "调查"),
                "other": ("其他",),
            },
        ),
        of(K.TEXT, "text", "投诉内容", "正文"),
        of(K.PHONE, "phone", "联系电话", "投诉人电话"),
        of(K.NAME, "sender_name", "寄件人", "寄件人姓名"),
        of(K.PHONE, "sender_phone", "寄件人电话"),
        of(K.ADDRESS, "sender_address", "寄件地址", "寄件人地址"),
        of(K.WAYBILL, "waybill_no", "运单号", "快递单号"),
        ref("regulator_ref", "监管转办号", "转办编号"),
        of(K.MONEY, "paid_extra", "额外赔付", "通融金额"),
        of(K.DATE, "closed_at", "结案时间", "办结时间"),
        choice(
            "outcome",
            ("处理结果", "结案结果"),
            {
                "negotiated": ("协商",),
                "upheld": ("成立",),
                "rejected": ("不成立",),
                "withdrawn": ("撤诉", "撤回"),
            },
        ),
    ),
    key=("complaint_id",),
)
