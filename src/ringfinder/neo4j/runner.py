"""Run a file of the library: read-only for real, with a time limit.

The server is asked what a statement would do before it is run (`EXPLAIN`): its query type must be read,
and its plan may hold no `LOAD CSV`, which reads files of the server and addresses of the network, nothing that
tells of the server or ends what others run, and no procedure off the list. Functions are in no plan: those with a
namespace are looked for in the text. The transaction is opened for reading all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.library import CypherFile
from ringfinder.neo4j.server.probe import driver_module

if TYPE_CHECKING:
    from neo4j import Driver, Record

TIMEOUT = 60.0
"""Seconds that a statement may take."""

_ALLOWED = re.compile(
    r"gds\.(version|list|graph\.(project|list|exists|drop|nodeProperty\.stream|filter)"
    r"|(wcc|louvain|leiden|labelPropagation|modularity|degree|betweenness|pageRank|scc)\.(stream|stats)"
    r"|graph\.nodeProperties\.stream|util\..*)"
    r"|db\.(labels|relationshipTypes|propertyKeys|schema\.visualization|info)"
    r"|(date|datetime|localdatetime|localtime|time|duration|point)\.\w+"
)
_CALLED = re.compile(r"\bCALL\s+(\w+(?:\.\w+)+)", re.IGNORECASE)
_USED = re.compile(r"(?<![\w.$])([^\W\d]\w*(?:\.\w+)+)\s*\(")
_OPAQUE = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|//[^\n]*|/\*.*?\*/|(?P<quoted>`(?:[^`]|``)*`)", re.DOTALL)
_ESCAPED = re.compile(r"\\u+([0-9a-fA-F]{4})")
_DANGEROUS = ("Show", "Terminate", "Transaction")
"""Operators that tell of the server, end what others run, or commit by themselves; the query type of all is read."""

_READ = "r"


@dataclass(frozen=True)
class Table:
    """What a statement returned.

    Parameters
    ----------
    of
        How many there are in all, where the statement says so; else the number of rows.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    of: int


def run(driver: Driver, file: CypherFile, parameters: Mapping[str, Any], timeout: float = TIMEOUT) -> Table:
    """Run a file that reads.

    Raises
    ------
    InputError
        If it would write, read a file or call what is not on the list.
    SurroundingsError
        If it takes longer than `timeout` seconds, or needs what the server lacks.
    """
    check(driver, file, parameters)
    neo4j = driver_module()
    try:
        with driver.session(default_access_mode="READ") as session:
            query = neo4j.Query(file.statement, timeout=timeout)
            result = session.run(query, dict(parameters))
            columns, records = tuple(result.keys()), list(result)
    except neo4j.exceptions.ClientError as error:
        raise _meant(error, file, timeout) from None
    except neo4j.exceptions.TransientError as error:
        if "TransactionTimedOut" not in str(error.code):
            raise
        raise _meant(error, file, timeout) from None
    return Table(columns, tuple(tuple(plain(cell) for cell in record) for record in records), _of(columns, records))


def _of(columns: tuple[str, ...], records: list[Record]) -> int:
    said = records[0]["of"] if records and "of" in columns else None
    return said if isinstance(said, int) else len(records)


def _meant(error: Exception, file: CypherFile, timeout: float) -> Exception:
    code = str(getattr(error, "code", ""))
    if "TransactionTimedOut" in code or "Terminated" in code:
        return SurroundingsError(
            f"{file.id} took longer than {timeout:g} seconds", remedy="narrow it by its parameters, or give --timeout"
        )
    if "ProcedureNotFound" in code or "Unknown function" in str(getattr(error, "message", "")):
        return SurroundingsError(
            f"{file.id} needs {', '.join(file.needs) or 'a procedure'}, which this Neo4j lacks",
            remedy="install the Graph Data Science plugin, or use the plain file beside it",
        )
    return InputError(f"{file.id}: the server says {code}: {getattr(error, 'message', '')}")


def check(driver: Driver, file: CypherFile, parameters: Mapping[str, Any]) -> None:
    """Refuse what is not a plain reading statement.

    Raises
    ------
    InputError
        With what was found in it.
    """
    if file.mode != "read":
        raise InputError(f"{file.id} is of mode {file.mode}", remedy="run it in Browser yourself, if you mean it")
    bare = _bare(file.statement)
    for name in (*_CALLED.findall(bare), *_USED.findall(bare)):
        _check_name(file, name)
    neo4j = driver_module()
    try:
        with driver.session(default_access_mode="READ") as session:
            summary = session.run(neo4j.Query(f"EXPLAIN {file.statement}"), dict(parameters)).consume()
    except neo4j.exceptions.ClientError as error:
        raise _meant(error, file, 0.0) from None
    if summary.query_type != _READ:
        raise InputError(
            f"{file.id} would write (query type {summary.query_type})", remedy="only reading files are run"
        )
    for operator, details in _operators(summary.plan or {}):
        if "LoadCSV" in operator:
            raise InputError(f"{file.id} would load a file", remedy="LOAD CSV is not run from here")
        if operator.startswith(_DANGEROUS):
            raise InputError(
                f"{file.id} is no plain reading statement ({operator})", remedy="run it in Browser yourself"
            )
        if operator.startswith("ProcedureCall"):
            _check_name(file, details)


def _check_name(file: CypherFile, details: str) -> None:
    """Refuse a procedure or function that is not on the list."""
    name = re.match(r"\s*([\w.]+)", details)
    if not name or not _ALLOWED.fullmatch(name.group(1)):
        raise InputError(
            f"{file.id} calls {name.group(1) if name else details}, which is not on the list of what may be called"
        )


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and details of all operators of a plan."""
    yield str(plan.get("operatorType", "")).partition("@")[0], str((plan.get("args") or {}).get("Details", ""))
    for child in plan.get("children") or ():
        yield from _operators(child)


def _bare(statement: str) -> str:
    """The statement without texts and comments, where anything may stand, and names without quotes and escapes."""

    def kept(found: re.Match[str]) -> str:
        return re.sub(r"[^\w.]", "_", _unescaped((found["quoted"] or "")[1:-1])) if found["quoted"] else " "

    return re.sub(r"\s*\.\s*", ".", _unescaped(_OPAQUE.sub(kept, statement)))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def plain(cell: Any) -> Any:  # noqa: PLR0911 - one line for each type that the driver has
    """A cell as JSON can hold it: nodes as their properties with labels, days and moments as text."""
    neo4j = driver_module()
    if isinstance(cell, neo4j.graph.Path):
        return [
            plain(part) for pair in zip(cell.nodes, (*cell.relationships, None), strict=True) for part in pair if part
        ]
    if isinstance(cell, neo4j.graph.Node):
        return {"labels": sorted(cell.labels), **{name: plain(value) for name, value in sorted(cell.items())}}
    if isinstance(cell, neo4j.graph.Relationship):
        return {"type": cell.type, **{name: plain(value) for name, value in sorted(cell.items())}}
    if isinstance(cell, list | tuple):
        return [plain(one) for one in cell]
    if isinstance(cell, dict):
        return {name: plain(one) for name, one in cell.items()}
    if cell is None or isinstance(cell, str | int | float | bool):
        return cell
    if isinstance(cell, neo4j.time.Duration):
        return cell.iso_format()
    return cell.to_native().isoformat() if hasattr(cell, "to_native") else str(cell)
