// id: patterns/t05-delegate-hub.count
// version: 1
// title: 代办人中心：计数 | Delegate hub: count
// purpose: 线索数，与为这么多户办理的全部代办人相比。 | How many, compared with all delegates for so many households.
// category: patterns
// typology: T5
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param harm_share => 0.5;

MATCH (v:Delegate)
WHERE v.households >= toInteger($least)
  AND NOT coalesce(v.value_class, 'open') IN ['institution', 'junk', 'counter', 'filed']
MATCH (v)<-[u:DELEGATED_TO]-(r:SurrenderRequest)
WHERE u.counts AND r.household IS NOT NULL
  AND NOT EXISTS {
    (v)<-[:ACTS_AS]-(a:Agent)
    WHERE coalesce(a.hired_on <= u.at, true) AND coalesce(a.left_on >= u.at, true)
  }
  // a child, a guardian: of the household, or any recorded relation
  AND NOT EXISTS { (v)<-[:ACTS_AS]-(q:Person) WHERE q.household = r.household }
  AND NOT EXISTS { (v)<-[:ACTS_AS]-(:Person)-[:RELATED_TO]-(:Person)-[:APPLIED_FOR]->(r) }
WITH v, collect(DISTINCT r) AS used, min(u.at) AS first_at, max(u.at) AS last_at,
     count(DISTINCT r.household) AS households,
     count(DISTINCT CASE WHEN size(coalesce(r.harm, [])) > 0 THEN r.household END) AS harmed
WHERE households >= toInteger($least) AND harmed >= toFloat($harm_share) * households
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (v:Delegate) WHERE v.households >= toInteger($least) } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
