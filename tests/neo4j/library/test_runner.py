"""The runner reads and does nothing else, whatever somebody's own file says; and it says what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from neo4j import Driver

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.library import CypherFile, Library, cypher_folder
from ringfinder.neo4j.runner import run

HEAD = """// id: {id}
// version: 1
// title: 测试 | A test
// purpose: 测试 | Tests.
// category: own
// mode: {mode}
// maturity: tried
{more}// returns: a INTEGER

"""

WRITES = (
    "CREATE (n:Own) RETURN 1 AS a",
    "MERGE (n:Own) RETURN 1 AS a",
    "MATCH (n) SET n.own = 1 RETURN 1 AS a",
    "MATCH (n) SET n:Own RETURN 1 AS a",
    "MATCH (n) REMOVE n.kept RETURN 1 AS a",
    "MATCH (n) DELETE n",
    "MATCH (n) DETACH DELETE n RETURN 1 AS a",
    "FOREACH (i IN [1] | CREATE (:Own))",
    "UNWIND [1] AS a CALL (a) { CREATE (:Own) } RETURN a",
    "UNWIND [1] AS a CALL (a) { CREATE (:Own) } IN TRANSACTIONS RETURN a",
    "UNWIND [1] AS a CALL (a) { MATCH (n) RETURN count(n) AS n } IN TRANSACTIONS RETURN a",
    "UNWIND [1] AS a CALL (a) { MATCH (n) FINISH } IN 2 CONCURRENT TRANSACTIONS ON ERROR CONTINUE RETURN a",
    "CREATE INDEX own FOR (n:Own) ON (n.a)",
    "CREATE CONSTRAINT own FOR (n:Own) REQUIRE n.a IS UNIQUE",
    "CREATE USER own SET PASSWORD 'something-long'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'something-long'",
    "PROFILE CREATE (:Own)",
    "PROFILE RETURN 1 AS a",
    "EXPLAIN CREATE (:Own)",
    "CYPHER runtime=slotted CREATE (:Own)",
    "CYPHER 5 CREATE (:Own)",
    "/* EXPLAIN */ CREATE (:Own)",
    "// EXPLAIN\nCREATE (:Own)",
    "RETURN 1 AS a; CREATE (:Own)",
    "RETURN 1 AS a; RETURN 2 AS a",
)
LOADS = (
    "LOAD CSV FROM 'file:///etc/passwd' AS a RETURN a",
    "LOAD CSV WITH HEADERS FROM 'http://127.0.0.1:1/' AS a RETURN a",
    "/* 'x */ lOaD /* */ cSv // y\nFROM 'file:///x' AS a RETURN a",
    "RETURN '// ' AS a UNION LOAD CSV FROM 'file:///x' AS a RETURN a",
    "WITH \"'\" AS b LOAD CSV FROM 'file:///x' AS a RETURN a",
    "RETURN COUNT { LOAD CSV FROM 'file:///x' AS l RETURN l } AS a",
    "CALL () { LOAD CSV FROM 'file:///x' AS a RETURN a LIMIT 1 } RETURN a",
    "UNWIND ['file:///x'] AS u LOAD CSV FROM u AS a RETURN a",
    "MATCH (n) WHERE false LOAD CSV FROM 'file:///x' AS a RETURN a",
    "\\u004cOAD CSV FROM 'file:///x' AS a RETURN a",
    "CYPHER runtime=slotted LOAD CSV FROM 'file:///x' AS a RETURN a",
)
CALLS = (
    "CALL dbms.listConfig()",
    "CALL dbms.listConfig() YIELD name RETURN name AS a",
    "CALL dbms.listConfig YIELD name RETURN name AS a",
    "CALL dbms.\\u006cistConfig() YIELD name RETURN name AS a",
    "WITH '\\'' AS q CALL dbms.listConfig() YIELD name RETURN name AS a, '\\'' AS b",
    "WITH \"'\" AS `'` CALL dbms.listConfig() YIELD name RETURN name AS a, '' AS b",
    "CALL dbms.killConnection('bolt-1')",
    "CALL dbms.components() YIELD name RETURN name AS a",
    "CALL db.createLabel('Own')",
    "CALL `db`.`createLabel`('Own')",
    "CALL/*x*/db . createLabel('Own')",
    "CALL db.\\u0063reateLabel('Own')",
    "CALL db.clearQueryCaches()",
    "CALL db.ping() YIELD success RETURN 1 AS a",
    "CALL db.index.fulltext.queryNodes('a', 'b')",
    "CALL tx.setMetaData({a: 1})",
    "CALL gds.louvain.write('g', {writeProperty: 'own'})",
    "CALL gds.louvain.mutate('g', {mutateProperty: 'own'}) YIELD communityCount RETURN communityCount AS a",
    "CALL gds.graph.export('g', {dbName: 'own'})",
    "CALL gds.graph.export.csv('g', {exportName: 'own'})",
    "CALL gds.debug.sysInfo() YIELD key RETURN key AS a",
    "CALL apoc.load.json('http://127.0.0.1:1/')",
    "CALL apoc.cypher.runWrite('CREATE (:Own)', {}) YIELD value RETURN value AS a",
    "RETURN apoc.version() AS a",
    "RETURN `apoc` . version() AS a",
    "RETURN `\\u0061poc`.version() AS a",
    "RETURN \\u0061poc.version() AS a",
    "RETURN 1 AS `'`, apoc.version() AS `'a`",
    "RETURN genai.vector.encode('x', 'OpenAI', {}) AS a",
    "RETURN db.nameFromElementId('x') AS a",
    "SHOW USERS",
    "SHOW CURRENT USER",
    "SHOW DATABASES",
    "SHOW SETTINGS",
    "SHOW PROCEDURES",
    "SHOW TRANSACTIONS YIELD currentQuery RETURN currentQuery AS a",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message AS a",
    "USE system RETURN 1 AS a",
    "USE system SHOW USERS",
)
READS = (
    "RETURN 1 AS a",
    "MATCH (n) RETURN count(n) AS a",
    "CYPHER runtime=slotted RETURN 1 AS a",
    "RETURN 1 AS a // CREATE (n) LOAD CSV CALL apoc.x()",
    "RETURN size('CREATE (n) LOAD CSV FROM \"x\" CALL apoc.x()') AS a",
    "RETURN 1 AS a, 2 AS `apoc.x`",
    "WITH 1 AS call MATCH (n) RETURN call AS a",
    "RETURN gds.version() AS a",
    "RETURN gds.util.infinity() AS a",
    "CALL gds.graph.list() YIELD graphName RETURN count(*) AS a",
    "CALL db.labels() YIELD label RETURN count(label) AS a",
    "RETURN duration.inDays(date('2026-01-01'), date.truncate('month', date())).days AS a",
    "UNWIND range(0, 2) AS a CALL (a) { RETURN a + 1 AS b } RETURN b AS a",
    "RETURN 1 AS a;",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "cypher"
    (place / "own").mkdir(parents=True)
    return place


def _write(folder: Path, statement: str, name: str = "own/mine", *, mode: str = "read", more: str = "") -> CypherFile:
    head = HEAD.format(id=name, mode=mode, more=more)
    (folder / f"{name}.cypher").write_text(head + statement, encoding="utf-8")
    return Library.open(folder).find(name)


@pytest.fixture(scope="module")
def three(driver: Driver) -> Driver:
    """A database of three nodes, of which every test leaves three."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    driver.execute_query("CREATE (:Kept {kept: 1}), (:Kept {kept: 2}), (:Kept {kept: 3})")
    return driver


def _state(driver: Driver) -> tuple[list[str], list[str], set[str]]:
    """All that a statement might have changed."""
    with driver.session() as session:
        nodes = session.run("MATCH (n) RETURN labels(n)[0] + toString(n.kept) + toString(n.own) AS s ORDER BY s")
        kept = nodes.value() + session.run("MATCH (n) RETURN n.kept AS kept ORDER BY kept").value()
        rules = session.run("SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name").value()
        rules += session.run("SHOW INDEXES YIELD name RETURN name ORDER BY name").value()
        return kept, rules, set(session.run("CALL db.labels() YIELD label RETURN label").value())


@pytest.mark.parametrize("statement", [*WRITES, *LOADS, *CALLS])
def test_what_does_more_than_read_is_refused(three: Driver, folder: Path, statement: str) -> None:
    before = _state(three)
    with pytest.raises(InputError) as caught:
        run(three, _write(folder, statement), {}, 10.0)
    assert "own/mine" in caught.value.message
    assert _state(three) == before
    assert not before[2] & {"Own"}


def test_what_others_run_is_not_ended(three: Driver, folder: Path) -> None:
    with three.session() as other, other.begin_transaction() as transaction:
        transaction.run("RETURN 1").consume()
        file = _write(
            folder,
            "SHOW TRANSACTIONS YIELD transactionId AS t TERMINATE TRANSACTIONS t YIELD message RETURN message AS a",
        )
        with pytest.raises(InputError, match="no plain reading statement"):
            run(three, file, {}, 10.0)
        assert transaction.run("RETURN 2 AS a").single(strict=True)["a"] == 2


def test_a_file_that_says_it_writes_is_not_run(three: Driver, folder: Path) -> None:
    with pytest.raises(InputError, match="mode write"):
        run(three, _write(folder, "RETURN 1 AS a", mode="write"), {})


@pytest.mark.parametrize("statement", READS)
def test_what_reads_is_run(three: Driver, folder: Path, statement: str) -> None:
    table = run(three, _write(folder, statement), {})
    assert table.columns[0] == "a"
    assert len(table.rows) == table.of > 0


def test_a_slow_statement_is_ended(three: Driver, folder: Path) -> None:
    slow = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x % 7 = 8 RETURN count(x) AS a"
    with pytest.raises(SurroundingsError, match=r"took longer than 0\.5 seconds") as caught:
        run(three, _write(folder, slow), {}, 0.5)
    assert "--timeout" in caught.value.remedy


def test_a_plugin_that_is_not_there_is_told(three: Driver, folder: Path) -> None:
    for statement in ("RETURN gds.util.noSuchThing() AS a", "CALL gds.scc.stats('g') YIELD nothing RETURN 1 AS a"):
        with pytest.raises((SurroundingsError, InputError)) as caught:
            run(three, _write(folder, statement, more="// needs: gds\n"), {})
        assert "own/mine" in caught.value.message
    with pytest.raises(SurroundingsError, match="needs gds") as missing:
        run(three, _write(folder, "RETURN gds.util.noSuchThing() AS a", more="// needs: gds\n"), {})
    assert "Graph Data Science" in missing.value.remedy


def test_a_statement_that_is_none_is_told_in_the_server_s_words(three: Driver, folder: Path) -> None:
    with pytest.raises(InputError, match="SyntaxError"):
        run(three, _write(folder, "RETRUN 1 AS a"), {})
    with pytest.raises(InputError, match="ParameterMissing"):
        run(three, _write(folder, "RETURN $nobody AS a"), {})


def test_values_of_parameters_are_checked(folder: Path) -> None:
    more = "// param: least INTEGER = 3 — 至少 | least\n// param: share FLOAT = 0.5 — 比例 | share\n"
    more += "// param: all BOOLEAN = true — 全部 | all\n// param: who STRING = 'it''s' — 谁 | who\n"
    lines = ":param least => 3;\n:param share => 0.5\n:param all => true;\n:param who => 'it''s';\n\n"
    file = _write(folder, f"{lines}RETURN $least + $share AS a, $all AS b, $who AS c", more=more)
    assert file.values(["least=4", "all=FALSE", "who=a=b"]) == {"least": 4, "share": 0.5, "all": False, "who": "a=b"}
    for given in ("nobody=1", "least", "least=x", "share=x", "all=maybe", "least=1.5"):
        with pytest.raises(InputError) as caught:
            file.values([given])
        assert given.partition("=")[0] in caught.value.message


def test_one_s_own_folder_stands_beside_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(folder, "RETURN 1 AS a")
    ours = {one.id for one in Library.open().files}
    assert {one.id for one in Library.open(folder).files} == ours | {"own/mine"}
    assert Library.open(folder).find("mine").own
    monkeypatch.setenv("RINGFINDER_CYPHER", str(folder))
    assert Library.open().find("own/mine").own
    with pytest.raises(InputError, match="no folder"):
        Library.open(folder / "nowhere")


def test_an_id_that_is_there_already_is_told(folder: Path) -> None:
    (folder / "investigate").mkdir()
    text = (cypher_folder() / "investigate" / "rings.cypher").read_text(encoding="utf-8")
    (folder / "investigate" / "rings.cypher").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="investigate/rings") as caught:
        _ = Library.open(folder).files
    assert str(folder) in caught.value.remedy


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("// id: own/mine", "// id: own/yours", "line 1: id"),
        ("// version: 1", "// version: one", "line 2: version"),
        ("// mode: read", "// mode: maybe", "line 6: mode"),
        ("// title: 测试 | A test\n", "", "lacks title"),
        ("// maturity: tried", "// param: a NUMBER = 3 — 一 | one", "line 7: that is no parameter"),
        ("// maturity: tried", "// maturity: tried\n// param: a INTEGER = x — 一 | one", "line 8: the default x is no"),
        ("// maturity: tried", "// maturity: tried\n// param: a INTEGER = 3 — 一 | one", "differ on a"),
        ("// maturity: tried", "// maturity: tried\n// identity: b", "line 8: identity: b"),
        ("// returns: a INTEGER", "// returns: a", "line 8: returns"),
        ("RETURN 1 AS a", "", "no statement"),
    ],
)
def test_what_is_wrong_with_a_header_is_told_with_its_place(folder: Path, old: str, new: str, says: str) -> None:
    text = HEAD.format(id="own/mine", mode="read", more="") + "RETURN 1 AS a"
    assert old in text
    path = folder / "own" / "mine.cypher"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        _ = Library.open(folder).files
    assert str(path) in caught.value.message
    assert says in caught.value.message


def test_files_of_other_editors_are_read(folder: Path) -> None:
    text = HEAD.format(id="own/mine", mode="read", more="") + "RETURN 1 AS a\n"
    path = folder / "own" / "mine.cypher"
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert Library.open(folder).find("mine").statement == "RETURN 1 AS a"
    path.write_bytes(text.encode("gb18030"))
    with pytest.raises(InputError, match="UTF-8"):
        _ = Library.open(folder).files
