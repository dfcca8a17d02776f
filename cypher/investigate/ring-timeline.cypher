// id: investigate/ring-timeline
// version: 1
// title: 线索时间线 | Timeline of a ring
// purpose: 一条线索里的事件按日排列：承保、变更、使用共用信息、投诉、申请、付款、来访。 | What happened in a ring, day by day: policies issued, contacts changed, shared values used, complaints, requests, payments, visits.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: limit INTEGER = 500 — 最多返回行数 | most rows
// returns: day DATE, moment LOCAL DATETIME, what STRING, request_id STRING, kind STRING, key STRING, caption STRING, counts BOOLEAN, amount INTEGER, row STRING, of INTEGER
// identity: what, request_id, key
:param ring_id => '';
:param limit => 500;

MATCH (g:Ring {key: $ring_id})
CALL (g) {
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)-[:SURRENDERS]->(o:Policy)
  RETURN o.issued_on AS day, null AS moment, 'issued' AS what, r.request_id AS request_id, o, null AS counts, o.premium_paid AS amount
  UNION ALL
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)
  RETURN date(r.applied_at) AS day, r.applied_at AS moment, 'applied' AS what, r.request_id AS request_id, r AS o, null AS counts, r.requested_amount AS amount
  UNION ALL
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)
  RETURN date(r.paid_at) AS day, r.paid_at AS moment, 'paid' AS what, r.request_id AS request_id, r AS o, null AS counts, r.paid_amount AS amount
  UNION ALL
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)<-[:GOES_WITH]-(o:Complaint)
  RETURN date(o.received_at) AS day, o.received_at AS moment, 'complained' AS what, r.request_id AS request_id, o, null AS counts, null AS amount
  UNION ALL
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)<-[:GOES_WITH]-(o:Complaint)
  RETURN date(o.closed_at) AS day, o.closed_at AS moment, 'complaint_closed' AS what, r.request_id AS request_id, o, null AS counts, o.paid_extra AS amount
  UNION ALL
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)<-[:APPLIED_FOR]-(:Person)-[:CAME]->(o:Visit)
  RETURN date(o.visited_at) AS day, o.visited_at AS moment, 'came' AS what, r.request_id AS request_id, o, null AS counts, null AS amount
  UNION ALL
  // Of the values, those that the ring shares, and every contact that was changed.
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)-[u:CONTACT_BY|FROM_DEVICE|FROM_IP|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM]->(o)
  WHERE u:CHANGED_TO OR EXISTS { (g)-[:SHARES]->(o) }
  RETURN u.at AS day, null AS moment, toLower(type(u)) AS what, r.request_id AS request_id, o, coalesce(u.counts, false) AS counts, null AS amount
}
// What has no day has no place here.
WITH day, moment, what, request_id, o, counts, amount
WHERE day IS NOT NULL
// Sorted, then counted and cut: rows that carry the whole list through a sort are charged for it each.
WITH day, moment, what, request_id, o, counts, amount
ORDER BY day, coalesce(moment, localdatetime({date: day})), what, request_id, o.key
WITH collect({day: day, moment: moment, what: what, request_id: request_id, o: o, counts: counts, amount: amount}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.day AS day, one.moment AS moment, one.what AS what, one.request_id AS request_id, one.o AS o,
     one.counts AS counts, one.amount AS amount, of
RETURN day, moment, what, request_id,
       [l IN labels(o) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       o.key AS key, o.caption AS caption, counts, amount, o.row AS row, of
