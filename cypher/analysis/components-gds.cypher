// id: analysis/components-gds
// version: 1
// needs: gds
// title: 连通分支（GDS） | Components (GDS)
// purpose: 先执行 components-gds-project。以计入的使用相连的户的弱连通分支，户多者在前；很大的分支多由几个大众信息连成。连通分支不是线索。 | After components-gds-project. Weakly connected components of households over uses that count, the largest first; a very large one often hangs on a few public values. A component is no ring.
// category: analysis
// mode: read
// maturity: tested
// param: graph STRING = 'ringfinder-households' — 内存图的名称 | name of the graph in memory
// param: least INTEGER = 3 — 至少几户 | fewest households
// param: each INTEGER = 200 — 每行至多列出几笔申请 | most requests listed in a row
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: component STRING, households INTEGER, values INTEGER, kinds LIST, requests LIST, request_count INTEGER, harmed INTEGER, rings LIST, first_at LOCAL DATETIME, last_at LOCAL DATETIME, of INTEGER
// identity: component
:param graph => 'ringfinder-households';
:param least => 3;
:param each => 200;
:param limit => 100;

CALL gds.wcc.stream($graph) YIELD nodeId, componentId AS place
WITH place, nodeId, gds.util.asNode(nodeId) AS n
WITH place, collect(nodeId) AS ids,
     // Numbers of GDS are good for one call; the smallest key of a household in it names it as long as it is there.
     min(CASE WHEN n:SurrenderRequest THEN n.key END) AS name,
     count(CASE WHEN n:SurrenderRequest THEN 1 END) AS households,
     count(CASE WHEN NOT n:SurrenderRequest THEN 1 END) AS values
WHERE households >= toInteger($least)
WITH ids, name, households, values
ORDER BY households DESC, values DESC, name
WITH collect({ids: ids, name: name, households: households, values: values}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
UNWIND one.ids AS id
// DISTINCT lets go of the lists: the sort below would be charged for them with every row.
WITH DISTINCT of, one.name AS name, one.households AS households, one.values AS values, id
WITH of, name, households, values, gds.util.asNode(id) AS n
CALL (n) {
  // A request stands for its household; a value, which has none, for itself.
  RETURN n AS m
  UNION
  MATCH (m:SurrenderRequest {household: n.household}) RETURN m
}
OPTIONAL MATCH (m)-[:IN_RING]->(g:Ring)
WITH of, name, households, values, m, g,
     CASE WHEN NOT m:SurrenderRequest THEN [l IN labels(m) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] END AS kind
ORDER BY m.request_id, g.ring_id, kind
WITH of, name, households, values,
     collect(DISTINCT kind) AS kinds, collect(DISTINCT m.request_id) AS requests, collect(DISTINCT g.ring_id) AS rings,
     count(DISTINCT CASE WHEN size(coalesce(m.harm, [])) > 0 THEN coalesce(m.household, m.key) END) AS harmed,
     min(m.applied_at) AS first_at, max(m.applied_at) AS last_at
ORDER BY households DESC, values DESC, name
RETURN name AS component, households, values, kinds, requests[..toInteger($each)] AS requests, size(requests) AS request_count,
       harmed, rings, first_at, last_at, of
