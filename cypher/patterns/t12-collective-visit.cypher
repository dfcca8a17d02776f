// id: patterns/t12-collective-visit
// version: 1
// title: 集体来访 | Collective visit
// purpose: 同一天同一机构三人以上以同一诉求来访，由同一个不在来访人之中的代表人发言；一家人、推举自己人为代表的产品事件不计。 | At least three people with one demand at one branch in one day, spoken for by one person who is none of them; a family, and a product incident whose people speak for themselves, do not count.
// category: patterns
// typology: T12
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: warn INTEGER = 3 — 预警：至少几人 | people from which it is a warning
// param: alarm INTEGER = 4 — 警报：至少几人 | people from which it is an alarm
// param: households INTEGER = 2 — 至少几户互不相关（一家人不算集体） | fewest unrelated households; a family is no crowd
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, branch_code STRING, day DATE, level STRING, people INTEGER, households INTEGER, spokesperson STRING, products INTEGER, visits LIST, requests LIST, rows LIST, of INTEGER
// identity: key
:param warn => 3;
:param alarm => 4;
:param households => 2;
:param limit => 100;

MATCH (b:Branch)<-[:AT_BRANCH]-(w:Visit)-[:SPOKEN_FOR_BY]->(v:Phone)
WHERE w.demand_key IS NOT NULL AND w.visited_at IS NOT NULL
  AND NOT coalesce(v.value_class, 'open') IN ['registry', 'institution', 'junk', 'filed']
  AND NOT EXISTS {
    (v)<-[:AGENT_PHONE]-(a:Agent) WHERE coalesce(a.left_on >= date(w.visited_at), true)
  }
OPTIONAL MATCH (p:Person)-[:CAME]->(w)
WITH b, v, date(w.visited_at) AS day, w.demand_key AS demand, collect(DISTINCT w) AS visits,
     collect(DISTINCT p) AS visitors, count(DISTINCT p.household) AS households,
     coalesce(max(w.party_size), 0) AS party
WITH b, v, day, demand, visits, visitors, households,
     CASE WHEN party > size(visitors) THEN party ELSE size(visitors) END AS people
WHERE people >= toInteger($warn) AND households >= toInteger($households)
  // who speaks for a real grievance is one of those who came, and the phone is on file
  AND NOT EXISTS {
    MATCH (v)<-[:FILED]-(q:Person) WHERE q IN visitors OR q.household IN [p IN visitors | p.household]
  }
WITH b, v, day, demand, visits, households, people, people >= toInteger($alarm) AS alarm,
     coalesce(b.branch_code, b.key) + '/' + toString(day) + '/' + demand + '/' + v.key AS key,
     COLLECT {
       UNWIND visits AS w
       MATCH (w)-[:ABOUT]->(:Policy)<-[:SURRENDERS]-(r:SurrenderRequest)
       RETURN DISTINCT r
     } AS used
WITH *
ORDER BY people DESC, households DESC, day DESC, key
WITH collect({
  key: key,
  branch_code: b.branch_code,
  day: day,
  level: CASE WHEN alarm THEN 'alarm' ELSE 'warn' END,
  people: people,
  households: households,
  spokesperson: v.caption,
  products: COUNT { UNWIND visits AS w MATCH (w)-[:ABOUT]->(o:Policy) RETURN DISTINCT o.product_code },
  visits: [w IN visits | w.visit_id],
  requests: [r IN used | r.request_id],
  rows: [w IN visits WHERE w.row IS NOT NULL | w.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.branch_code AS branch_code, one.day AS day, one.level AS level,
       one.people AS people, one.households AS households, one.spokesperson AS spokesperson,
       one.products AS products, one.visits AS visits, one.requests AS requests, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
