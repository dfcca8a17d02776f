// id: investigate/ring-picture
// version: 1
// title: 线索图 | Picture of a ring
// purpose: 重画一条线索：成员申请、申请人、共用信息和线索本身；默认至多三百个节点，归属最强的优先。 | Draws a ring again: its member requests, who applied, the values they share and the ring itself; at most 300 nodes unless more are asked for, the strongest members first.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: limit INTEGER = 300 — 最多节点数；Browser 画得动三百个 | most nodes; Browser draws 300 with ease
// returns: path PATH, drawn INTEGER, of INTEGER
// identity: path
:param ring_id => '';
:param limit => 300;

MATCH (g:Ring {key: $ring_id})
WITH g, toInteger($limit) AS most
// A third of the room is for values, the strongest first; each request takes its person along.
CALL (g) {
  MATCH (g)-[s:SHARES]->(v)
  WITH v, s ORDER BY coalesce(s.members, 0) DESC, v.key
  RETURN collect(v) AS values
}
CALL (g) {
  MATCH (g)<-[m:IN_RING]-(r:SurrenderRequest)
  WITH r, m ORDER BY coalesce(m.weight, 0.0) DESC, r.applied_at, r.key
  RETURN collect(r) AS requests
}
CALL (g) {
  MATCH (g)<-[:IN_RING]-(:SurrenderRequest)<-[:APPLIED_FOR]-(p:Person)
  RETURN count(DISTINCT p) AS persons
}
WITH g, most, 1 + size(values) + size(requests) + persons AS of, values[..most / 3] AS values, requests
WITH g, of, values, requests[..(most - 1 - size(values)) / 2] AS requests
CALL (g, values, requests) {
  UNWIND requests AS r
  MATCH path = (r)-[:IN_RING]->(g)
  RETURN path
  UNION
  UNWIND requests AS r
  // One applicant each: more would break the promise of at most so many nodes.
  CALL (r) {
    MATCH (p:Person)-[:APPLIED_FOR]->(r)
    RETURN p ORDER BY p.key LIMIT 1
  }
  MATCH path = (p)-[:APPLIED_FOR]->(r)
  RETURN path
  UNION
  UNWIND values AS v
  MATCH path = (g)-[:SHARES]->(v)
  RETURN path
  UNION
  UNWIND requests AS r
  MATCH path = (r)-->(v:Phone|Address|Email|BankAccount|Device|IpAddress|Delegate)
  WHERE v IN values
  RETURN path
}
WITH of, collect(path) AS paths
UNWIND paths AS path
RETURN path,
       COUNT { UNWIND paths AS one UNWIND nodes(one) AS n RETURN DISTINCT n } AS drawn,
       of
