// id: investigate/agent
// version: 1
// title: 一位业务员 | Everything about an agent
// purpose: 这位业务员的在职期、机构、主管、名下被退的保单，以及其本人电话或代办人身份被申请使用的情况和相关线索。比较比例请用 agents-over-represented。 | The time in post, branch and managers of an agent, the surrendered policies of the book, the requests that use the agent's own phone or identity as delegate, and the rings around. For shares see agents-over-represented.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 业务员的键 | key of the agent
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: how STRING, kind STRING, key STRING, number STRING, caption STRING, at DATE, via STRING, counts BOOLEAN, in_post BOOLEAN, rings LIST, facts MAP, row STRING, of INTEGER
// identity: how, key, via
:param key => '';
:param limit => 200;

MATCH (n:Agent {key: $key})
CALL (n) {
  RETURN 0 AS place, 'THIS' AS how, n AS o, n.hired_on AS at, null AS via, null AS counts
  UNION ALL
  MATCH (n)-[e:AT_BRANCH|MANAGED_BY|AGENT_PHONE|ACTS_AS|INVOLVES]-(o)
  RETURN 1 AS place, CASE WHEN type(e) = 'MANAGED_BY' AND endNode(e) = n THEN 'MANAGES' ELSE type(e) END AS how, o,
         date(o.first_at) AS at, null AS via, null AS counts
  UNION ALL
  // Requests that give the agent's own phone, or name the agent as the delegate.
  MATCH (n)-[:AGENT_PHONE|ACTS_AS]->(v:Phone|Delegate)<-[u]-(o:SurrenderRequest)
  RETURN 2 AS place, type(u) AS how, o, u.at AS at, v.caption AS via, coalesce(u.counts, false) AS counts
  UNION ALL
  MATCH (n)<-[:SOLD_BY]-(p:Policy)<-[:SURRENDERS]-(o:SurrenderRequest)
  RETURN 3 AS place, 'SOLD_AND_SURRENDERED' AS how, o, date(o.applied_at) AS at, p.policy_no AS via, null AS counts
}
// Sorted, then counted and cut: rows that carry the whole list through a sort are charged for it each.
WITH n, place, how, o, at, via, counts
ORDER BY place, how, at DESC, via, o.key
WITH n, collect({how: how, o: o, at: at, via: via, counts: counts}) AS found
WITH n, size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH n, one.how AS how, one.o AS o, one.at AS at, one.via AS via, one.counts AS counts, of
RETURN how,
       [l IN labels(o) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       o.key AS key,
       coalesce(o.request_id, o.agent_no, o.branch_code, o.ring_id) AS number,
       o.caption AS caption, at, via, counts,
       CASE WHEN o:SurrenderRequest THEN n.hired_on <= at AND at <= coalesce(n.left_on, at) END AS in_post,
       COLLECT { MATCH (o)-[:IN_RING]->(g:Ring) RETURN g.ring_id ORDER BY g.ring_id } AS rings,
       CASE
         WHEN how = 'THIS' THEN n {.hired_on, .left_on, policies: COUNT { (n)<-[:SOLD_BY]-(:Policy) },
                                   surrendered: COUNT { (n)<-[:SOLD_BY]-(p:Policy) WHERE EXISTS { (p)<-[:SURRENDERS]-() } }}
         WHEN o:SurrenderRequest THEN o {.status, .cash_value, .requested_amount, .agreed_amount, .paid_amount, .held_days, .harm}
         WHEN o:Agent THEN o {.hired_on, .left_on}
         WHEN o:Ring THEN o {.tier, .score, .units}
         WHEN o:Branch THEN {}
         ELSE o {.value_class, .households}
       END AS facts,
       o.row AS row, of
