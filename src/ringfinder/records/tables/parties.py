"""People: customers, how they can be reached, who is kin to whom, and agents."""

from __future__ import annotations

from ringfinder.records.contract import Table, choice, columns, key, of, ref, variant
from ringfinder.records.kinds import ColumnKind as K  # the declarations below read as a table
from ringfinder.records.tables.choices import CONTACT_FIELDS

PERSONS = Table(
    "persons",
    ("客户", "客户信息", "人员"),
    columns(
        key("person_id", "客户号", "客户编号"),
        of(K.NAME, "name", "姓名", "客户姓名"),
        of(K.ID_NO, "id_no", "证件号码", "身份证号", "身份证号码"),
        of(K.DATE, "birth_date", "出生日期", "生日"),
        choice("gender", ("性别",), {"M": ("男", "男性", "m"), "F": ("女", "女性", "f")}),
        of(K.PHONE, "phone", "联系电话", "手机号", "电话"),
        of(K.ADDRESS, "address", "联系地址", "通讯地址", "地址"),
        of(K.EMAIL, "email", "电子邮箱", "邮箱"),
        of(K.BANK_ACCOUNT, "bank_account", "银行账号", "银行卡号", "账号"),
        of(K.DATE, "contacts_as_of", "联系方式日期", "联系方式截至日期"),
        choice(
            "vulnerable",
            ("特殊客群", "弱势标识"),
            {"elderly": ("老年", "老年人"), "illiterate": ("不识字",), "ill": ("患病",), "other": ("其他",)},
        ),
    ),
    key=("person_id",),
)

CONTACTS = Table(
    "contacts",
    ("联系方式", "联系方式历史"),
    columns(
        key("person_id", "客户号", "客户编号"),
        choice("field", ("类型", "联系方式类型", "字段"), CONTACT_FIELDS, required=True),
        variant("value", "field", "值", "联系方式", "内容", required=True),
        of(K.DATE, "since", "起始日期", "生效日期"),
        of(K.DATE, "until", "终止日期", "失效日期"),
    ),
    key=("person_id", "field", "value", "since"),
)

CONTACT_CHANGES = Table(
    "contact_changes",
    ("联系方式变更", "客户资料变更", "保全变更"),
    columns(
        key("change_id", "变更编号", "变更号", "保全号"),
        key("person_id", "客户号", "客户编号"),
        choice("field", ("变更项目", "变更字段", "字段"), CONTACT_FIELDS, required=True),
        of(K.DATE, "changed_at", "变更时间", "变更日期", required=True),
        variant("old_value", "field", "变更前", "原值"),
        variant("new_value", "field", "变更后", "新值"),
        of(K.CODE, "channel", "变更渠道", "渠道"),
        of(K.CODE, "operator", "操作员", "经办人"),
    ),
    key=("change_id",),
)

RELATIONS = Table(
    "relations",
    ("关系", "客户关系"),
    columns(
        key("person_id", "客户号", "客户编号"),
        key("related_person_id", "关联客户号", "关系人客户号"),
        choice(
            "relation",
            ("关系", "关系类型"),
            {
                "spouse": ("配偶",),
                "parent": ("父母",),
                "child": ("子女",),
                "sibling": ("兄弟姐妹",),
                "employer": ("雇主", "单位"),
                "other": ("其他",),
            },
        ),
    ),
    key=("person_id", "related_person_id", "relation"),
)

AGENTS = Table(
    "agents",
    ("业务员", "代理人", "业务员信息"),
    columns(
        key("agent_no", "业务员工号", "工号", "业务员代码"),
        of(K.NAME, "name", "姓名", "业务员姓名"),
        of(K.ID_NO, "id_no", "证件号码", "身份证号"),
        of(K.PHONE, "phone", "联系电话", "手机号"),
        of(K.CODE, "branch_code", "机构代码", "所属机构"),
        ref("manager_no", "主管工号", "上级工号"),
        of(K.DATE, "hired_on", "入职日期", "入司日期"),
        of(K.DATE, "left_on", "离职日期", "离司日期"),
        of(K.CODE, "licence_no", "执业证号", "资格证号"),
    ),
    key=("agent_no",),
)
