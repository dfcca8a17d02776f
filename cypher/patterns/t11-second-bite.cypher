// id: patterns/t11-second-bite
// version: 1
// title: 退保后再投诉 | Second bite
// purpose: 退保金付讫之后又来投诉要钱或已获额外赔付，且有他人插手的迹象：模板信、与无关者共用联系方式、反复投诉或损害迹象；继承人、回访确认本人来信者不计。 | A complaint for money, or an extra payment, after a completed surrender, with a mark of somebody behind it: template, contact shared with strangers, many complaints, harm; heirs and letters confirmed as own do not count.
// category: patterns
// typology: T11
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: after_days INTEGER = 0 — 付款后至少几天 | fewest days from the payment to the complaint
// param: extra INTEGER = 0 — 至少额外赔付几分（0 表示尚未赔付也算） | least paid extra, fen; 0 takes demands that are not paid yet too
// param: many INTEGER = 3 — 几次投诉算反复 | complaints that are many
// param: marks INTEGER = 1 — 至少几种迹象（迟来的真实发现一种也没有） | fewest kinds of marks; a genuine late discovery has none
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, request_id STRING, marks LIST, complaints LIST, paid_amount INTEGER, paid_extra INTEGER, paid_on DATE, first_at DATE, last_at DATE, requests LIST, rows LIST, of INTEGER
// identity: key
:param after_days => 0;
:param extra => 0;
:param many => 3;
:param marks => 1;
:param limit => 100;

MATCH (r:SurrenderRequest)-[:SURRENDERS]->(o:Policy)<-[:ABOUT]-(c:Complaint)<-[:COMPLAINED]-(p:Person)
WHERE r.paid_at + duration({days: toInteger($after_days)}) < c.received_at
  AND NOT coalesce(r.kind, 'surrender') IN ['cooling_off', 'partial']
  AND coalesce(r.callback, '') <> 'own'
  AND (coalesce(c.demand, '') IN ['full_refund', 'partial_refund'] OR c.paid_extra > 0)
  // heirs: another of the household, or kin of the applicant
  AND NOT EXISTS {
    MATCH (q:Person)-[:APPLIED_FOR]->(r)
    WHERE q <> p AND (q.household = p.household OR EXISTS { (q)-[:RELATED_TO]-(p) })
  }
WITH r, c, p, EXISTS { (c)-[:COPY_OF]->(t:TextCluster) WHERE t.applicants >= 2 } AS copied,
     EXISTS {
         MATCH (c)-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]->(v)<-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]-(:Complaint)
               <-[:COMPLAINED]-(other:Person)
         WHERE other.household <> p.household
           AND CASE WHEN v:WaybillRun THEN coalesce(c.source, '') <> 'regulator'
                    ELSE coalesce(v.value_class, 'open') IN ['open', 'agent'] END
           AND NOT EXISTS { (v)<-[:FILED]-(kin:Person) WHERE kin.household = p.household }
           AND NOT EXISTS {
             (v)<-[:AGENT_PHONE]-(agent:Agent) WHERE coalesce(agent.left_on >= date(c.received_at), true)
           }
       } AS tied
WITH r, collect(DISTINCT c) AS letters, sum(coalesce(c.paid_extra, 0)) AS extra,
     date(min(c.received_at)) AS first_at, date(max(c.received_at)) AS last_at,
     max(CASE WHEN copied THEN 1 ELSE 0 END) = 1 AS copied, max(CASE WHEN tied THEN 1 ELSE 0 END) = 1 AS tied
WITH [r] AS used, r, letters, extra, first_at, last_at,
     CASE WHEN copied THEN ['template'] ELSE [] END + CASE WHEN tied THEN ['contact'] ELSE [] END
       + CASE WHEN size(letters) >= toInteger($many) THEN ['many'] ELSE [] END
       + [h IN coalesce(r.harm, [])
          WHERE h IN ['takeover', 'third_party_payee', 'somebody_behind', 'stranger_paid_premium']] AS marks
WHERE extra >= toInteger($extra) AND size(marks) >= toInteger($marks)
WITH *
ORDER BY size(marks) DESC, extra DESC, size(letters) DESC, r.key
WITH collect({
  key: r.key,
  request_id: r.request_id,
  marks: marks,
  complaints: [c IN letters | c.complaint_id],
  paid_amount: r.paid_amount,
  paid_extra: extra,
  paid_on: date(r.paid_at),
  first_at: first_at,
  last_at: last_at,
  requests: [r.request_id],
  rows: [x IN [r] + letters WHERE x.row IS NOT NULL | x.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.request_id AS request_id, one.marks AS marks, one.complaints AS complaints,
       one.paid_amount AS paid_amount, one.paid_extra AS paid_extra, one.paid_on AS paid_on,
       one.first_at AS first_at, one.last_at AS last_at, one.requests AS requests, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
