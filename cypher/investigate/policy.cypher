// id: investigate/policy
// version: 1
// title: 一张保单 | Everything about a policy
// purpose: 这张保单的投保人、业务员、机构、退保申请（申请人与账户）、投诉、来访和转保。 | The owner, agent and branch of a policy, the requests about it (who applied, which accounts), its complaints, visits and replacements.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 保单的键 | key of the policy
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: how STRING, kind STRING, key STRING, number STRING, caption STRING, at DATE, via STRING, counts BOOLEAN, rings LIST, facts MAP, row STRING, of INTEGER
// identity: how, key, via
:param key => '';
:param limit => 200;

MATCH (n:Policy {key: $key})
CALL (n) {
  RETURN 0 AS place, 'THIS' AS how, n AS o, n.issued_on AS at, null AS via, null AS counts
  UNION ALL
  MATCH (n)-[e]-(o)
  RETURN 1 AS place,
         // The older one is what this one REPLACES; from the newer one's side the same reads backwards.
         CASE WHEN type(e) = 'REPLACES' AND endNode(e) = n THEN 'REPLACED_BY' ELSE type(e) END AS how, o,
         coalesce(date(o.applied_at), date(o.received_at), date(o.visited_at), o.issued_on) AS at,
         null AS via, null AS counts
  UNION ALL
  MATCH (n)<-[:SURRENDERS]-(r:SurrenderRequest)-[u:PAYS_TO|PREMIUM_FROM|DELEGATED_TO]->(o)
  RETURN 2 AS place, type(u) AS how, o, u.at AS at, r.request_id AS via, coalesce(u.counts, false) AS counts
  UNION ALL
  MATCH (n)<-[:SURRENDERS]-(r:SurrenderRequest)<-[e:APPLIED_FOR]-(o:Person)
  RETURN 2 AS place, type(e) AS how, o, date(r.applied_at) AS at, r.request_id AS via, null AS counts
}
// Sorted, then counted and cut: rows that carry the whole list through a sort are charged for it each.
WITH place, how, o, at, via, counts
ORDER BY place, how, at, via, o.key
WITH collect({how: how, o: o, at: at, via: via, counts: counts}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.how AS how, one.o AS o, one.at AS at, one.via AS via, one.counts AS counts, of
RETURN how,
       [l IN labels(o) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       o.key AS key,
       coalesce(o.request_id, o.complaint_id, o.visit_id, o.policy_no, o.person_id, o.agent_no, o.branch_code) AS number,
       o.caption AS caption, at, via, counts,
       COLLECT { MATCH (o)-[:IN_RING]->(g:Ring) RETURN g.ring_id ORDER BY g.ring_id } AS rings,
       CASE
         WHEN o:SurrenderRequest THEN o {.status, .channel, .cash_value, .requested_amount, .agreed_amount, .paid_amount, .held_days, .harm, .callback}
         WHEN o:Policy THEN o {.product_code, .product_type, .channel, .status, .ended_on, .premium_paid, .annual_premium, .cash_value, .commission_paid, .claims}
         WHEN o:Complaint THEN o {.source, .category, .demand, .outcome, .paid_extra}
         WHEN o:Visit THEN o {.party_size}
         WHEN o:Person THEN o {.vulnerable, .household}
         WHEN o:Agent THEN o {.hired_on, .left_on}
         WHEN o:Branch THEN {}
         ELSE o {.value_class, .households}
       END AS facts,
       o.row AS row, of
