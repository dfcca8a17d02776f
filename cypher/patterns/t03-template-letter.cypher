// id: patterns/t03-template-letter
// version: 1
// title: 模板投诉信 | Template letter
// purpose: 三户以上互不相关的人递交近乎相同的投诉信，其中至少一半并非独自所为：与他人共用电话、寄件人或运单号段，或有他人插手的迹象。 | Near-identical letters of three or more unrelated households, at least half of whom did not act alone: they share phone, sender or waybills, or show somebody else's hand.
// category: patterns
// typology: T3
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: hand_share FLOAT = 0.5 — 至少多大比例的户并非独自所为（抄网上公开信者各用各的电话和账户） | least share of the households who did not act alone; who copies a public letter has a phone and account of their own
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, caption STRING, households INTEGER, handled INTEGER, agents INTEGER, products INTEGER, complaints LIST, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: key
:param least => 3;
:param hand_share => 0.5;
:param limit => 100;

MATCH (t:TextCluster)<-[:COPY_OF]-(c:Complaint)<-[:COMPLAINED]-(p:Person)
WHERE t.applicants >= toInteger($least) AND p.household IS NOT NULL
WITH t, p, c,
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
       }
     // what the letter itself asks for is no second sign
     OR EXISTS {
       (c)-[:GOES_WITH]->(r:SurrenderRequest)
       WHERE any(
         h IN coalesce(r.harm, [])
         WHERE h IN ['takeover', 'third_party_payee', 'somebody_behind', 'stranger_paid_premium']
       )
     } AS by_hand
WITH t, collect(DISTINCT c) AS letters, count(DISTINCT p.household) AS households,
     count(DISTINCT CASE WHEN by_hand THEN p.household END) AS handled,
     date(min(c.received_at)) AS first_at, date(max(c.received_at)) AS last_at
WHERE households >= toInteger($least) AND handled >= toFloat($hand_share) * households
WITH t, letters, households, handled, first_at, last_at,
     COLLECT { UNWIND letters AS c MATCH (c)-[:GOES_WITH]->(r:SurrenderRequest) RETURN DISTINCT r } AS used
WITH *
ORDER BY handled DESC, households DESC, t.key
WITH collect({
  key: t.key,
  caption: t.caption,
  households: households,
  handled: handled,
  agents: COUNT { UNWIND letters AS c MATCH (c)-[:ABOUT]->(:Policy)-[:SOLD_BY]->(a:Agent) RETURN DISTINCT a },
  products: COUNT { UNWIND letters AS c MATCH (c)-[:ABOUT]->(o:Policy) RETURN DISTINCT o.product_code },
  complaints: [c IN letters | c.complaint_id],
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [c IN letters WHERE c.row IS NOT NULL | c.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.caption AS caption, one.households AS households, one.handled AS handled,
       one.agents AS agents, one.products AS products, one.complaints AS complaints,
       one.requests AS requests, one.first_at AS first_at, one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
