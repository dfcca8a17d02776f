// id: patterns/t04-common-mailing-origin
// version: 1
// title: 同一寄件来源 | Common mailing origin
// purpose: 同一寄件电话、寄件地址或连号运单寄出三户以上互不相关者的投诉信，其中至少一半信函雷同或有他人插手的迹象；邮局、收发室与监管转办不计。 | One sender's phone or address, or one run of waybills, behind the letters of three or more unrelated households, at least half of them templates or with somebody else's hand; post office, mailroom and regulator do not count.
// category: patterns
// typology: T4
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: hand_share FLOAT = 0.5 — 至少多大比例的户信函雷同或有他人插手 | least share of the households with a template or somebody else's hand
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: kind STRING, key STRING, caption STRING, households INTEGER, handled INTEGER, complaints LIST, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: kind, key
:param least => 3;
:param hand_share => 0.5;
:param limit => 100;

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
WITH *
ORDER BY handled DESC, households DESC, v.key
WITH collect({
  kind: head([label IN labels(v) WHERE label IN ['Phone', 'Address', 'WaybillRun']]),
  key: v.key,
  caption: v.caption,
  households: households,
  handled: handled,
  complaints: [c IN letters | c.complaint_id],
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [c IN letters WHERE c.row IS NOT NULL | c.row][..20]
}) AS found
UNWIND found AS one
RETURN one.kind AS kind, one.key AS key, one.caption AS caption, one.households AS households,
       one.handled AS handled, one.complaints AS complaints, one.requests AS requests,
       one.first_at AS first_at, one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
