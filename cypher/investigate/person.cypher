// id: investigate/person
// version: 1
// title: 一位投保人 | Everything about a person
// purpose: 这位投保人的保单、申请、投诉、来访、亲属、预留联系方式，以及其申请所用的信息。成员往往是受害人。 | The policies, requests, complaints, visits, kin and filed contacts of a person, and the values that the person's requests use. A member is often a victim.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 投保人的键 | key of the person
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: how STRING, kind STRING, key STRING, number STRING, caption STRING, at DATE, via STRING, counts BOOLEAN, rings LIST, facts MAP, row STRING, of INTEGER
// identity: how, key, via
:param key => '';
:param limit => 200;

MATCH (n:Person {key: $key})
CALL (n) {
  RETURN 0 AS place, 'THIS' AS how, n AS o, null AS at, null AS via, null AS counts
  UNION ALL
  MATCH (n)-[e]-(o)
  RETURN 1 AS place, type(e) AS how, o,
         coalesce(date(o.applied_at), date(o.received_at), date(o.visited_at), o.issued_on) AS at,
         null AS via, null AS counts
  UNION ALL
  // What the requests use, each with the request that it was used in.
  MATCH (n)-[:APPLIED_FOR]->(r:SurrenderRequest)-[u:CONTACT_BY|FROM_DEVICE|FROM_IP|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM]->(o)
  RETURN 2 AS place, type(u) AS how, o, u.at AS at, r.request_id AS via, coalesce(u.counts, false) AS counts
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
       coalesce(o.request_id, o.complaint_id, o.visit_id, o.policy_no, o.person_id, o.agent_no) AS number,
       o.caption AS caption, at, via, counts,
       COLLECT { MATCH (o)-[:IN_RING]->(g:Ring) RETURN g.ring_id ORDER BY g.ring_id } AS rings,
       CASE
         WHEN o:SurrenderRequest THEN o {.status, .channel, .cash_value, .requested_amount, .agreed_amount, .paid_amount, .harm, .callback}
         WHEN o:Policy THEN o {.product_code, .status, .premium_paid, .cash_value, .claims}
         WHEN o:Complaint THEN o {.source, .demand, .outcome, .paid_extra}
         WHEN o:Visit THEN o {.party_size}
         WHEN o:Person THEN o {.customer_numbers, .vulnerable, .merged_softly, .household}
         WHEN o:Household THEN o {.persons}
         ELSE o {.value_class, .households}
       END AS facts,
       o.row AS row, of
