// id: patterns/t03-template-letter.picture
// version: 1
// title: 模板投诉信：图 | Template letter: picture
// purpose: 模板、投诉人、所留电话与寄件人。 | The template, who sent it, and the phones and senders of the letters.
// category: patterns
// typology: T3
// part: picture
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: hand_share FLOAT = 0.5 — 至少多大比例的户并非独自所为（抄网上公开信者各用各的电话和账户） | least share of the households who did not act alone; who copies a public letter has a phone and account of their own
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: letter PATH, sender PATH, request PATH
:param least => 3;
:param hand_share => 0.5;
:param limit => 100;
:param key => '';

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
WITH t, letters, handled, households
WHERE $key = '' OR t.key = $key
WITH t, letters, handled, households
ORDER BY handled DESC, households DESC, t.key
LIMIT toInteger($limit)
UNWIND letters AS c
MATCH letter = (:Person)-[:COMPLAINED]->(c)-[:COPY_OF]->(t)
OPTIONAL MATCH sender = (c)-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]->()
OPTIONAL MATCH request = (c)-[:GOES_WITH]->(:SurrenderRequest)
RETURN letter, sender, request
LIMIT 70
