// id: investigate/changed-since
// version: 1
// title: 自某次运行以来的变化 | What changed since a run
// purpose: 第 $since 次运行之后新出现的线索、新增成员的线索和消退的线索。 | Rings that were born, rings that got new members and rings that faded after run number $since.
// category: investigate
// mode: read
// maturity: tested
// param: since INTEGER = 0 — 运行序号，其后为新 | number of the run after which something is new
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: what STRING, ring_id STRING, in_run INTEGER, tier STRING, score FLOAT, units INTEGER, lineage STRING, before LIST, added INTEGER, requests LIST, of INTEGER
// identity: what, ring_id
:param since => 0;
:param limit => 200;

CALL () {
  MATCH (g:Ring)
  WHERE g.first_run > toInteger($since)
  RETURN 'born' AS what, g.ring_id AS ring_id, g.first_run AS in_run, g,
         COLLECT { MATCH (r:SurrenderRequest)-[:IN_RING]->(g) RETURN r.request_id ORDER BY r.request_id } AS requests
  UNION ALL
  MATCH (g:Ring)<-[m:IN_RING]-(r:SurrenderRequest)
  // Of a ring that was not there before everybody is new: it is told as born, once.
  WHERE m.since > toInteger($since) AND coalesce(g.first_run, 0) <= toInteger($since)
  WITH g, m, r ORDER BY r.request_id
  RETURN 'grew' AS what, g.ring_id AS ring_id, max(m.since) AS in_run, g, collect(r.request_id) AS requests
  UNION ALL
  MATCH (n:Run)
  WHERE n.number > toInteger($since)
  UNWIND n.faded AS ring_id
  WITH ring_id, max(n.number) AS in_run
  WHERE NOT EXISTS { (:Ring {key: ring_id}) }
  RETURN 'faded' AS what, ring_id, in_run, null AS g, [] AS requests
}
WITH what, ring_id, in_run, g, requests
ORDER BY CASE g.tier WHEN 'alert' THEN 0 WHEN 'review' THEN 1 ELSE 2 END, what, coalesce(g.score, 0.0) DESC, ring_id
WITH collect({what: what, ring_id: ring_id, in_run: in_run, g: g, requests: requests}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.what AS what, one.ring_id AS ring_id, one.in_run AS in_run, one.g AS g, one.requests AS requests, of
RETURN what, ring_id, in_run, g.tier AS tier, g.score AS score, g.units AS units, g.lineage AS lineage,
       coalesce(g.before, []) AS before, size(requests) AS added, requests[..200] AS requests, of
