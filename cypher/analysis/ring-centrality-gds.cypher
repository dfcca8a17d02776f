// id: analysis/ring-centrality-gds
// version: 1
// needs: gds
// title: 线索的中心（GDS） | What a ring turns around (GDS)
// purpose: 先执行 ring-gds-project。线索中每户与每个信息的度与中介中心度（占全部点对的比例），高者在前。居中的户往往是被利用者。 | After ring-gds-project. Degree and betweenness (as a share of all pairs of nodes) of each household and value of a ring, the highest first. A household in the middle is often one that was used.
// category: analysis
// mode: read
// maturity: tested
// param: graph STRING = 'ringfinder-ring' — 内存图的名称 | name of the graph in memory
// param: limit INTEGER = 50 — 最多返回行数 | most rows
// returns: kind STRING, key STRING, caption STRING, household STRING, degree INTEGER, betweenness FLOAT, of INTEGER
// identity: kind, key
:param graph => 'ringfinder-ring';
:param limit => 50;

CALL () {
  CALL gds.betweenness.stream($graph, {concurrency: 1}) YIELD nodeId, score
  RETURN nodeId, score, 0.0 AS degree
  UNION ALL
  CALL gds.degree.stream($graph) YIELD nodeId, score
  RETURN nodeId, 0.0 AS score, score AS degree
}
WITH nodeId, sum(score) AS score, toInteger(sum(degree)) AS degree
WITH gds.util.asNode(nodeId) AS n, score, degree
ORDER BY round(score, 9) DESC, degree DESC, n.key
WITH collect({n: n, score: score, degree: degree}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.n AS n, one.score AS score, one.degree AS degree, of
RETURN [l IN labels(n) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       n.key AS key, n.caption AS caption, n.household AS household, degree,
       CASE WHEN of > 2 THEN round(score / ((of - 1) * (of - 2) / 2.0), 6) ELSE 0.0 END AS betweenness, of
