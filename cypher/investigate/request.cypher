// id: investigate/request
// version: 1
// title: 一笔退保申请 | Everything about a request
// purpose: 这笔申请的申请人、保单及其业务员、所用信息（还有几户在用、是否计入）、随附投诉和所属线索。 | The applicant of a request, its policy and the agent who sold it, the values it uses (how many households do, whether it counts), its complaints and its ring.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 申请的键 | key of the request
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: how STRING, kind STRING, key STRING, number STRING, caption STRING, at DATE, via STRING, counts BOOLEAN, facts MAP, row STRING, of INTEGER
// identity: how, key, via
:param key => '';
:param limit => 200;

MATCH (n:SurrenderRequest {key: $key})
CALL (n) {
  RETURN 0 AS place, 'THIS' AS how, n AS o, date(n.applied_at) AS at, null AS via, null AS counts
  UNION ALL
  MATCH (n)-[e]-(o)
  RETURN CASE WHEN o:Ring THEN 1 WHEN e.counts THEN 2 WHEN e.at IS NOT NULL THEN 3 ELSE 4 END AS place, type(e) AS how, o,
         coalesce(e.at, date(o.received_at), o.issued_on) AS at, null AS via,
         CASE WHEN o:Phone|Address|Email|BankAccount|Device|IpAddress|Delegate THEN coalesce(e.counts, false) END AS counts
  UNION ALL
  MATCH (n)-[:SURRENDERS]->(p:Policy)-[e:SOLD_BY]->(o:Agent)
  RETURN 5 AS place, type(e) AS how, o, p.issued_on AS at, p.policy_no AS via, null AS counts
  UNION ALL
  MATCH (n)<-[:GOES_WITH]-(c:Complaint)-[e:COPY_OF|SENT_UNDER|SENT_FROM|WRITTEN_WITH]->(o)
  RETURN 6 AS place, type(e) AS how, o, date(c.received_at) AS at, c.complaint_id AS via, null AS counts
  UNION ALL
  // The same people's other requests: one household is one party.
  MATCH (o:SurrenderRequest {household: n.household})
  WHERE o <> n
  RETURN 7 AS place, 'SAME_HOUSEHOLD' AS how, o, date(o.applied_at) AS at, null AS via, null AS counts
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
       coalesce(o.request_id, o.complaint_id, o.policy_no, o.person_id, o.agent_no, o.branch_code, o.ring_id) AS number,
       o.caption AS caption, at, via, counts,
       CASE
         WHEN o:SurrenderRequest THEN o {.kind, .status, .channel, .cash_value, .requested_amount, .agreed_amount, .paid_amount, .held_days, .harm, .callback}
         WHEN o:Policy THEN o {.product_code, .status, .premium_paid, .cash_value, .claims}
         WHEN o:Complaint THEN o {.source, .demand, .outcome, .paid_extra}
         WHEN o:Person THEN o {.vulnerable, .household}
         WHEN o:Agent THEN o {.hired_on, .left_on}
         WHEN o:Ring THEN o {.tier, .score, .units}
         WHEN o:TextCluster THEN o {.complaints, .applicants}
         WHEN o:WaybillRun THEN o {.complaints}
         WHEN o:Branch THEN {}
         ELSE o {.value_class, .households}
       END AS facts,
       o.row AS row, of
