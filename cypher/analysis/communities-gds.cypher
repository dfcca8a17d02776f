// id: analysis/communities-gds
// version: 1
// needs: gds
// title: 社群（GDS Louvain） | Communities (GDS, Louvain)
// purpose: 先执行 components-gds-project。按模块度（带权）把户与信息划为社群，户多者在前；单线程以便重复。社群不是线索。 | After components-gds-project. Parts households and values into communities by weighted modularity, the largest first; on one thread, so that it can be repeated. A community is no ring.
// category: analysis
// mode: read
// maturity: tested
// param: graph STRING = 'ringfinder-households' — 内存图的名称 | name of the graph in memory
// param: levels INTEGER = 10 — 最多几层 | most levels
// param: least INTEGER = 3 — 至少几户 | fewest households
// param: each INTEGER = 200 — 每行至多列出几笔申请 | most requests listed in a row
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: community STRING, households INTEGER, values INTEGER, kinds LIST, requests LIST, request_count INTEGER, harmed INTEGER, rings LIST, first_at LOCAL DATETIME, last_at LOCAL DATETIME, of INTEGER
// identity: community
:param graph => 'ringfinder-households';
:param levels => 10;
:param least => 3;
:param each => 200;
:param limit => 100;

CALL gds.louvain.stream($graph, {relationshipWeightProperty: 'weight', maxLevels: toInteger($levels), concurrency: 1})
YIELD nodeId, communityId AS place
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
RETURN name AS community, households, values, kinds, requests[..toInteger($each)] AS requests, size(requests) AS request_count,
       harmed, rings, first_at, last_at, of
