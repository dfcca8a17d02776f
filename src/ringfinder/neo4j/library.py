"""The Cypher library: files that run as they are in Browser, with a header that says what each is for.

A file is a header of `// name: value` lines, the `:param` lines that Browser needs, and one statement.
The packaged files come first; a site's own folder may add more.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError

FOLDER_VARIABLE = "RINGFINDER_CYPHER"
"""A site's own folder of files, laid out like `cypher/`."""

_CHECKOUT = Path(__file__).resolve().parents[3] / "cypher"
_CATEGORIES = ("patterns", "investigate", "analysis")
_HEADER = re.compile(r"//\s*([a-z_]+):\s*(.*)")
_PARAM = re.compile(r"([a-z_][a-z0-9_]*)\s+([A-Z ]+?)\s*=\s*(.*?)\s+—\s+(.*)")
_PARAM_LINE = re.compile(r":param\s+([a-z_][a-z0-9_]*)\s*=>\s*(.*?);?\s*")
_REQUIRED = ("id", "version", "title", "purpose", "category", "mode", "maturity", "returns")
_PARTS = ("rows", "picture", "count")
_TYPES = ("STRING", "INTEGER", "FLOAT", "BOOLEAN")


def cypher_folder() -> Path:
    """Folder of the Cypher library: the packaged one first, then the checkout's.

    Raises
    ------
    SurroundingsError
        If neither is there, which means a damaged installation.
    """
    packaged = Path(str(files("ringfinder"))) / "cypher"
    for folder in (packaged, _CHECKOUT):
        if folder.is_dir():
            return folder
    raise SurroundingsError("the Cypher files are missing", remedy="install ringfinder again")


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of a file, with its default as a Cypher literal."""

    name: str
    type: str
    default: str
    zh: str
    en: str

    @property
    def value(self) -> str | int | float | bool:
        """The default as Python has it."""
        return self.read(self.default[1:-1] if self.default[:1] in "'\"" else self.default)

    def read(self, written: str) -> str | int | float | bool:
        """A value as somebody writes it on the command line.

        Raises
        ------
        InputError
            If it is not of the declared type.
        """
        try:
            match self.type:
                case "INTEGER":
                    return int(written)
                case "FLOAT":
                    return float(written)
                case "BOOLEAN":
                    return {"true": True, "false": False}[written.lower()]
                case _:
                    return written
        except (ValueError, KeyError):
            raise InputError(f"--param {self.name}: {written!r} is no {self.type}") from None


@dataclass(frozen=True)
class CypherFile:
    """One file.

    Parameters
    ----------
    statement
        What the server gets: without header and `:param` lines.
    text
        The whole file, as it is pasted into Browser.
    own
        Whether it comes from a site's own folder.
    """

    id: str
    version: int
    zh: str
    en: str
    purpose_zh: str
    purpose_en: str
    category: str
    mode: str
    maturity: str
    params: tuple[Param, ...]
    returns: tuple[tuple[str, str], ...]
    identity: tuple[str, ...]
    statement: str
    text: str
    path: Path
    typology: str = ""
    part: str = ""
    lead: bool = False
    needs: tuple[str, ...] = ()
    own: bool = False

    def values(self, given: Sequence[str] = ()) -> dict[str, str | int | float | bool]:
        """All parameters: the defaults, and what is given as ``name=value``.

        Raises
        ------
        InputError
            If a name is unknown or a value of the wrong type.
        """
        known = {param.name: param for param in self.params}
        found = {param.name: param.value for param in self.params}
        for one in given:
            name, equals, written = one.partition("=")
            if not equals or name not in known:
                raise InputError(
                    f"{self.id} has no parameter {name!r}",
                    remedy=f"--param NAME=VALUE with one of {', '.join(known) or 'none'}",
                )
            found[name] = known[name].read(written)
        return found


@dataclass(frozen=True)
class Library:
    """All files of some folders."""

    folders: tuple[tuple[Path, bool], ...]

    @classmethod
    def open(cls, own: Path | None = None) -> Library:
        """The packaged files and those of the site's own folder.

        Parameters
        ----------
        own
            That folder; the one of `RINGFINDER_CYPHER` where None.

        Raises
        ------
        InputError
            If the own folder is not there.
        """
        named = own or (Path(os.environ[FOLDER_VARIABLE]) if os.environ.get(FOLDER_VARIABLE) else None)
        if named is None:
            return cls(((cypher_folder(), False),))
        if not named.is_dir():
            raise InputError(f"no folder {named}", remedy=f"mend --folder or {FOLDER_VARIABLE}")
        return cls(((cypher_folder(), False), (named, True)))

    @cached_property
    def files(self) -> tuple[CypherFile, ...]:
        """Every file, by category and id.

        Raises
        ------
        InputError
            If one cannot be understood, or two have one id.
        """
        found: dict[str, CypherFile] = {}
        for folder, own in self.folders:
            for path in _paths(folder, own=own):
                one = read_file(path, folder, own=own)
                if one.id in found:
                    raise InputError(f"two Cypher files have the id {one.id}", remedy=f"rename {path}")
                found[one.id] = one
        return tuple(sorted(found.values(), key=_order))

    def find(self, wanted: str) -> CypherFile:
        """A file by its id, or by the end of it where that is the only one.

        Raises
        ------
        InputError
            If there is none, with near ones.
        """
        ids = {one.id: one for one in self.files}
        if wanted in ids:
            return ids[wanted]
        ends = [
            name for name in ids if name.partition("/")[2] == wanted or name.partition("/")[2].startswith(f"{wanted}-")
        ]
        whole = [name for name in ends if "." not in name]
        if len(whole) == 1:
            return ids[whole[0]]
        near = whole or difflib.get_close_matches(wanted, ids, n=3, cutoff=0.4)
        remedy = f"did you mean {', '.join(near)}?" if near else "`ringfinder cypher list` lists all"
        raise InputError(f"there is no Cypher file {wanted!r}", remedy=remedy)

    def search(self, words: Sequence[str]) -> tuple[CypherFile, ...]:
        """Files whose header holds all words, in any case."""
        wanted = [word.lower() for word in words]
        return tuple(one for one in self.files if all(word in _said(one) for word in wanted))


def _order(one: CypherFile) -> tuple[int, str, int]:
    place = _CATEGORIES.index(one.category) if one.category in _CATEGORIES else len(_CATEGORIES)
    return place, one.id.partition(".")[0], _PARTS.index(one.part) if one.part in _PARTS else 0


def _said(one: CypherFile) -> str:
    return f"{one.id} {one.zh} {one.en} {one.purpose_zh} {one.purpose_en} {one.typology} {one.category}".lower()


def _paths(folder: Path, *, own: bool) -> Iterator[Path]:
    if own:
        yield from sorted(folder.rglob("*.cypher"))
    else:
        for category in _CATEGORIES:
            yield from sorted((folder / category).glob("*.cypher"))


def read_file(path: Path, folder: Path, *, own: bool = False) -> CypherFile:
    """Read one file.

    Raises
    ------
    InputError
        If its header or `:param` lines are wrong, with the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read as UTF-8 text") from None
    head, params, written, statement = _split(text, path)
    missing = [name for name in _REQUIRED if name not in head.said]
    if missing:
        raise InputError(f"{path}: the header lacks {', '.join(missing)}", remedy="see cypher/README.md")
    if not statement:
        raise InputError(f"{path}: there is no statement after the header", remedy="see cypher/README.md")
    returns, identity = tuple(_returned(head, one) for one in head.listed("returns")), tuple(head.listed("identity"))
    _check(folder, head, params, written)
    unknown = [name for name in identity if name not in dict(returns)]
    if unknown:
        raise head.error("identity", f"{', '.join(unknown)} is not among what it returns")
    titles, purposes = _both(head["title"]), _both(head["purpose"])
    return CypherFile(
        id=head["id"],
        version=_whole(head),
        zh=titles[0],
        en=titles[1],
        purpose_zh=purposes[0],
        purpose_en=purposes[1],
        category=head["category"],
        mode=head["mode"],
        maturity=head["maturity"],
        params=params,
        returns=returns,
        identity=identity,
        statement=statement,
        text=text,
        path=path,
        typology=head["typology"],
        part=head["part"],
        lead=head["lead"] == "true",
        needs=tuple(head.listed("needs")),
        own=own,
    )


@dataclass
class _Head:
    """The `// name: value` lines of a file, and on which line each stands."""

    path: Path
    said: dict[str, str] = field(default_factory=dict)
    line: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")

    def listed(self, name: str) -> list[str]:
        """Parts of a value between commas."""
        return [one.strip() for one in self[name].split(",") if one.strip()]

    def error(self, name: str, what: str, remedy: str = "see cypher/README.md") -> InputError:
        """What is wrong with a value, and where."""
        return InputError(f"{self.path}, line {self.line[name]}: {name}: {what}", remedy=remedy)


def _split(text: str, path: Path) -> tuple[_Head, tuple[Param, ...], dict[str, str], str]:
    """Header, declared parameters, `:param` lines with their values, and the statement."""
    head = _Head(path)
    params: list[Param] = []
    written: dict[str, str] = {}
    rest: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        said, set_to = _HEADER.fullmatch(line.strip()), _PARAM_LINE.fullmatch(line.strip())
        if rest:
            rest.append(line)
        elif set_to:
            written[set_to.group(1)] = set_to.group(2)
        elif said and said.group(1) == "param":
            params.append(_param(path, number, said.group(2)))
        elif said:
            head.said[said.group(1)], head.line[said.group(1)] = said.group(2).strip(), number
        elif line.strip() and not line.startswith("//"):
            rest.append(line)
    return head, tuple(params), written, "\n".join(rest).strip().removesuffix(";")


def _param(path: Path, number: int, text: str) -> Param:
    found = _PARAM.fullmatch(text.strip())
    if not found or found.group(2) not in _TYPES:
        raise InputError(
            f"{path}, line {number}: that is no parameter",
            remedy=f"write NAME TYPE = DEFAULT — 中文 | English, with a type of {', '.join(_TYPES)}",
        )
    one = Param(found.group(1), found.group(2), found.group(3), *_both(found.group(4)))
    try:
        _ = one.value
    except InputError:
        raise InputError(f"{path}, line {number}: the default {one.default} is no {one.type}") from None
    return one


def _both(text: str) -> tuple[str, str]:
    zh, _, en = text.partition(" | ")
    return zh.strip(), en.strip() or zh.strip()


def _returned(head: _Head, text: str) -> tuple[str, str]:
    name, _, kind = text.partition(" ")
    if not kind:
        raise head.error("returns", f"{text!r} has no type")
    return name, kind


def _whole(head: _Head) -> int:
    try:
        return int(head["version"])
    except ValueError:
        raise head.error("version", f"{head['version']!r} is no whole number") from None


def _check(folder: Path, head: _Head, params: Sequence[Param], written: dict[str, str]) -> None:
    """Whether the parts of a file agree with one another."""
    place = head.path.relative_to(folder).with_suffix("").as_posix()
    if head["id"] != place and not head["id"].endswith(f"/{place}"):
        raise head.error("id", head["id"], remedy=f"the id is the place of the file: {place}")
    declared = {param.name: param.default for param in params}
    if declared != written:
        odd = sorted(name for name in {*declared, *written} if declared.get(name) != written.get(name))
        raise InputError(f"{head.path}: param and :param lines differ on {', '.join(odd)}", remedy="write both alike")
    if head["mode"] not in ("read", "write"):
        raise head.error("mode", f"{head['mode']!r} is neither read nor write")
