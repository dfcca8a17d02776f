// id: patterns/t04-common-mailing-origin.picture
// version: 1
// title: 同一寄件来源：图 | Common mailing origin: picture
// purpose: 寄件来源、信函与投诉人。 | The origin, the letters and who complained.
// category: patterns
// typology: T4
// part: picture
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: hand_share FLOAT = 0.5 — 至少多大比例的户信函雷同或有他人插手 | least share of the households with a template or somebody else's hand
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: letter PATH, template PATH, request PATH
:param least => 3;
:param hand_share => 0.5;
:param limit => 100;
:param key => '';

MATCH (v:Phone|Address|WaybillRun)<-[:SENT_FROM|SENT_UNDER]-(c:Complaint)<-[:COMPLAINED]-(p:Person)
WHERE p.household IS NOT NULL
  // what a regulator forwards comes under the regulator's own waybills
  AND CASE WHEN v:WaybillRun THEN coalesce(c.source, '') <> 'regulator'
           ELSE coalesce(v.value_class, 'open') IN ['open', 'agent'] END
  AND NOT EXISTS { (v)<-[:FILED]-(kin:Person) WHERE kin.household = p.household }
  AND NOT EXISTS {
    (v)<-[:AGENT_PHONE]-(agent:Agent) WHERE coalesce(agent.left_on >= date(c.received_at), true)
  }
WITH v, p, c,
     EXISTS { (c)-[:COPY_OF]->(t:TextCluster) WHERE t.applicants >= toInteger($least) }
     OR EXISTS {
       (c)-[:GOES_WITH]->(r:SurrenderRequest)
       WHERE any(
         h IN coalesce(r.harm, [])
         WHERE h IN ['takeover', 'third_party_payee', 'somebody_behind', 'stranger_paid_premium']
       )
     } AS by_hand
WITH v, collect(DISTINCT c) AS letters, count(DISTINCT p.household) AS households,
     count(DISTINCT CASE WHEN by_hand THEN p.household END) AS handled,
     date(min(c.received_at)) AS first_at, date(max(c.received_at)) AS last_at
WHERE households >= toInteger($least) AND handled >= toFloat($hand_share) * households
WITH v, letters, households, handled, first_at, last_at,
     COLLECT { UNWIND letters AS c MATCH (c)-[:GOES_WITH]->(r:SurrenderRequest) RETURN DISTINCT r } AS used
WITH v, letters, handled, households
WHERE $key = '' OR v.key = $key
WITH v, letters, handled, households
ORDER BY handled DESC, households DESC, v.key
LIMIT toInteger($limit)
UNWIND letters AS c
MATCH letter = (:Person)-[:COMPLAINED]->(c)-[:SENT_FROM|SENT_UNDER]->(v)
OPTIONAL MATCH template = (c)-[:COPY_OF]->(:TextCluster)
OPTIONAL MATCH request = (c)-[:GOES_WITH]->(:SurrenderRequest)
RETURN letter, template, request
LIMIT 70
