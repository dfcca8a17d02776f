// id: patterns/t11-second-bite.count
// version: 1
// title: 退保后再投诉：计数 | Second bite: count
// purpose: 线索数，与付讫后又有投诉的全部退保（含继承人与迟来的发现）相比。 | How many, compared with all surrenders that were complained about after payment, heirs and late discoveries among them.
// category: patterns
// typology: T11
// part: count
// mode: read
// maturity: tested
// param: after_days INTEGER = 0 — 付款后至少几天 | fewest days from the payment to the complaint
// param: extra INTEGER = 0 — 至少额外赔付几分（0 表示尚未赔付也算） | least paid extra, fen; 0 takes demands that are not paid yet too
// param: many INTEGER = 3 — 几次投诉算反复 | complaints that are many
// param: marks INTEGER = 1 — 至少几种迹象（迟来的真实发现一种也没有） | fewest kinds of marks; a genuine late discovery has none
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param after_days => 0;
:param extra => 0;
:param many => 3;
:param marks => 1;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT {
         MATCH (r:SurrenderRequest)-[:SURRENDERS]->(:Policy)<-[:ABOUT]-(c:Complaint)
         WHERE r.paid_at < c.received_at
         RETURN DISTINCT r
       } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
