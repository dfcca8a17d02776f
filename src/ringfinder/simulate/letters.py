"""What people write: own words, a form of a law office, a letter from the internet, a bought letter."""

from __future__ import annotations

import numpy as np

_OWN = (
    ("我买的时候", "当年", "前几年", "在银行办业务时", "朋友介绍我", "业务员上门", "家里老人"),
    ("说是存款", "说五年能取", "没讲清楚要交多少年", "以为有分红", "只说有保障", "让我签了字", "没有给我看条款"),
    ("现在家里要用钱", "收入少了", "身体不好", "孩子上学", "觉得不划算", "交不起了", "一直没人联系我"),
    ("想把钱拿回来", "要求退还", "希望给个说法", "请尽快处理", "想全部退掉", "少退一点也行", "请查一下"),
)
_FORM = (
    ("依据《保险法》第{0}条", "根据监管规定第{0}条", "按照保险销售管理办法第{0}条", "依照消费者权益保护法第{0}条"),
    ("贵司业务员在销售过程中存在隐瞒", "贵司工作人员承诺高额收益", "销售人员代签名", "未进行如实告知与双录"),
    ("严重侵害本人合法权益", "致使本人作出错误意思表示", "属于销售误导行为", "合同应属无效"),
    ("现要求全额退还已交保费", "请求全额退保并支付利息", "要求三日内全额退款", "责令全额退还保险费"),
    ("否则将向金融监管部门投诉", "并将依法追究责任", "如不处理将持续举报", "同时要求书面答复"),
)


def own_words(chance: np.random.Generator) -> str:
    """A complaint in somebody's own words."""
    return (
        "，".join(part[int(chance.integers(0, len(part)))] for part in _OWN)
        + f"，保单大概{int(chance.integers(1, 15))}年了。"
    )


class Template:
    """A letter that is sold many times, with a word changed here and there.

    Parameters
    ----------
    changes
        How many of its five sentences differ from one buyer to the next, on average.
    """

    def __init__(self, chance: np.random.Generator, changes: float = 0.6) -> None:
        self._changes = changes / len(_FORM)
        self._chosen = [int(chance.integers(0, len(part))) for part in _FORM]
        self._article = int(chance.integers(2, 180))
        self._tail = "".join(chr(int(code)) for code in chance.integers(0x5E00, 0x6B00, 12))

    def in_common(self, other: Template) -> int:
        """Sentences that two letters have in common."""
        return sum(mine == its for mine, its in zip(self._chosen, other._chosen, strict=True))

    def write(self, chance: np.random.Generator) -> str:
        """One copy."""
        chosen = [
            int(chance.integers(0, len(part))) if chance.random() < self._changes else usual
            for part, usual in zip(_FORM, self._chosen, strict=True)
        ]
        said = "，".join(part[place] for part, place in zip(_FORM, chosen, strict=True)).format(self._article)
        return f"尊敬的领导：{said}。案由{self._tail}。"


INTERNET = Template(np.random.default_rng(20240101), changes=0.3)
"""A letter that anybody can copy from a forum."""
