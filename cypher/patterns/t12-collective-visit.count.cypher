// id: patterns/t12-collective-visit.count
// version: 1
// title: 集体来访：计数 | Collective visit: count
// purpose: 线索数，与全部“机构、日期、诉求”组合相比。 | How many, compared with all combinations of branch, day and demand.
// category: patterns
// typology: T12
// part: count
// mode: read
// maturity: tested
// param: warn INTEGER = 3 — 预警：至少几人 | people from which it is a warning
// param: alarm INTEGER = 4 — 警报：至少几人 | people from which it is an alarm
// param: households INTEGER = 2 — 至少几户互不相关（一家人不算集体） | fewest unrelated households; a family is no crowd
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param warn => 3;
:param alarm => 4;
:param households => 2;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT {
         MATCH (b:Branch)<-[:AT_BRANCH]-(w:Visit)
         WHERE w.visited_at IS NOT NULL
         RETURN DISTINCT b, date(w.visited_at), w.demand_key
       } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
