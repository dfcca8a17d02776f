// id: patterns/t11-second-bite.picture
// version: 1
// title: 退保后再投诉：图 | Second bite: picture
// purpose: 已付讫的退保、其后的投诉、来信所留联系方式与模板。 | The surrender that was paid, the complaints after it, their contacts and templates.
// category: patterns
// typology: T11
// part: picture
// mode: read
// maturity: tested
// param: after_days INTEGER = 0 — 付款后至少几天 | fewest days from the payment to the complaint
// param: extra INTEGER = 0 — 至少额外赔付几分（0 表示尚未赔付也算） | least paid extra, fen; 0 takes demands that are not paid yet too
// param: many INTEGER = 3 — 几次投诉算反复 | complaints that are many
// param: marks INTEGER = 1 — 至少几种迹象（迟来的真实发现一种也没有） | fewest kinds of marks; a genuine late discovery has none
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: bite PATH, sender PATH, template PATH
:param after_days => 0;
:param extra => 0;
:param many => 3;
:param marks => 1;
:param limit => 100;
:param key => '';

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
WITH r, letters, marks, extra
WHERE $key = '' OR r.key = $key
WITH r, letters, marks, extra
ORDER BY size(marks) DESC, extra DESC, size(letters) DESC, r.key
LIMIT toInteger($limit)
UNWIND letters AS c
MATCH bite = (r)-[:SURRENDERS]->(:Policy)<-[:ABOUT]-(c)<-[:COMPLAINED]-(:Person)
OPTIONAL MATCH sender = (c)-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]->()
OPTIONAL MATCH template = (c)-[:COPY_OF]->(:TextCluster)
RETURN bite, sender, template
LIMIT 50
