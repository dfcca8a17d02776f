"""What can be wrong with a bundle, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ringfinder.report.words import Words
from ringfinder.report.written import visible


class Flaw(StrEnum):
    """One way in which a bundle is not as it was signed."""

    CHANGED = "changed"
    MISSING = "missing"
    EXTRA = "extra"
    UNSAFE = "unsafe_name"
    LINK = "link"
    SPECIAL = "special_file"
    TWICE = "twice"
    ALIKE = "alike"
    PACKED = "packed"
    BROKEN = "broken"
    NO_ZIP = "no_zip"
    COMMENT = "comment"
    BYTES = "other_bytes"
    TOO_LARGE = "too_large"
    NO_MANIFEST = "no_manifest"
    BAD_MANIFEST = "bad_manifest"
    NO_SIGNATURE = "no_signature"
    BAD_SIGNATURE = "bad_signature"
    NOT_SIGNED = "not_signed"
    OTHER_KEY = "other_key"


SENTENCES: Mapping[Flaw, Words] = MappingProxyType(
    {
        Flaw.CHANGED: ("{0}：内容与清单不符", "{0}: not the content that the manifest names"),
        Flaw.MISSING: ("{0}：缺失", "{0}: missing"),
        Flaw.EXTRA: ("{0}：清单中没有", "{0}: not in the manifest"),
        Flaw.UNSAFE: ("{0}：不允许的文件名", "{0}: a name that no file of a bundle may have"),
        Flaw.LINK: ("{0}：是链接，不是文件", "{0}: a link, not a file"),
        Flaw.SPECIAL: ("{0}：不是普通文件", "{0}: not a plain file"),
        Flaw.TWICE: ("{0}：在压缩包中出现两次", "{0}: twice in the ZIP"),
        Flaw.ALIKE: ("{0}：在部分系统上是同一个文件名", "{0}: one name on some systems"),
        Flaw.PACKED: ("{0}：经过压缩或加密，并非原样写入", "{0}: compressed or encrypted, not as it was written"),
        Flaw.BROKEN: ("{0}：在压缩包中已损坏", "{0}: damaged in the ZIP"),
        Flaw.NO_ZIP: ("不是 ZIP 文件，或已被截断、损坏", "no ZIP, or one that was cut off or damaged"),
        Flaw.COMMENT: ("压缩包带有注释", "the ZIP has a comment"),
        Flaw.BYTES: (
            "压缩包含有不属于任何文件的字节，或条目被改动",
            "the ZIP has bytes that belong to no file, or entries that were changed",
        ),
        Flaw.TOO_LARGE: ("过大，不可能是报告包", "too large for a bundle"),
        Flaw.NO_MANIFEST: ("缺少 manifest.json", "manifest.json is missing"),
        Flaw.BAD_MANIFEST: ("manifest.json 无法识别：{0}", "manifest.json cannot be read: {0}"),
        Flaw.NO_SIGNATURE: ("缺少 signature.json", "signature.json is missing"),
        Flaw.BAD_SIGNATURE: ("signature.json 无法识别：{0}", "signature.json cannot be read: {0}"),
        Flaw.NOT_SIGNED: (
            "签名与 manifest.json 不符：清单被改动，或签名属于另一份",
            "the signature is not of this manifest.json: it was changed, or the signature is another bundle's",
        ),
        Flaw.OTHER_KEY: ("由另一把密钥签名：{0}", "signed with another key: {0}"),
    }
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and with what (a file's name, or a reason)."""

    flaw: Flaw
    name: str = ""

    def words(self) -> Words:
        """The sentence in Chinese and English."""
        shown = visible(self.name.encode("utf-8", "replace").decode("utf-8"))
        zh, en = SENTENCES[self.flaw]
        return zh.format(shown), en.format(shown)
