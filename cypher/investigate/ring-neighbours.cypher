// id: investigate/ring-neighbours
// version: 1
// title: 相邻线索 | Neighbours of a ring
// purpose: 与本线索关联的、共用某一信息的、或有同一投保人的其他线索；并列显示，不并为一条。 | Other rings that are linked to a ring, share one of its values or have a person in common; they stand side by side and are not melted into one.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: ring_id STRING, tier STRING, score FLOAT, units INTEGER, linked BOOLEAN, shows_theirs INTEGER, shows_ours INTEGER, shared INTEGER, values LIST, persons LIST, first_at LOCAL DATETIME, last_at LOCAL DATETIME, of INTEGER
// identity: ring_id
:param ring_id => '';
:param limit => 100;

MATCH (g:Ring {key: $ring_id})
CALL (g) {
  MATCH (g)-[:LINKED_TO]-(o:Ring)
  RETURN o, null AS v, null AS p
  UNION
  // An IP address connects nobody.
  MATCH (g)-[:SHARES]->(v:Phone|Address|Email|BankAccount|Device|Delegate)<-[:SHARES]-(o:Ring)
  RETURN o, v, null AS p
  UNION
  MATCH (g)<-[:IN_RING]-(:SurrenderRequest)<-[:APPLIED_FOR]-(p:Person)-[:APPLIED_FOR]->(:SurrenderRequest)-[:IN_RING]->(o:Ring)
  WHERE o <> g
  RETURN o, null AS v, p
}
WITH g, o, collect(DISTINCT v) AS values, collect(DISTINCT p.person_id) AS persons
WITH g, o, values, persons, EXISTS { (g)-[:LINKED_TO]-(o) } AS linked
ORDER BY linked DESC, size(values) DESC, size(persons) DESC, o.key
WITH g, collect({o: o, values: values, persons: persons, linked: linked}) AS found
WITH g, size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH g, one.o AS o, one.values AS values, one.persons AS persons, one.linked AS linked, of
RETURN o.ring_id AS ring_id, o.tier AS tier, o.score AS score, o.units AS units,
       linked,
       head(COLLECT { MATCH (g)-[l:LINKED_TO]->(o) RETURN l.members }) AS shows_theirs,
       head(COLLECT { MATCH (g)<-[l:LINKED_TO]-(o) RETURN l.members }) AS shows_ours,
       size(values) AS shared,
       COLLECT { UNWIND values AS v RETURN v.caption AS caption ORDER BY caption LIMIT 20 } AS values,
       COLLECT { UNWIND persons AS p RETURN p ORDER BY p LIMIT 20 } AS persons,
       o.first_at AS first_at, o.last_at AS last_at, of
