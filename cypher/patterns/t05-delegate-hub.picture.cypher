// id: patterns/t05-delegate-hub.picture
// version: 1
// title: 代办人中心：图 | Delegate hub: picture
// purpose: 代办人、申请与投保人；代办人若是离职业务员或客户也一并画出。 | The delegate, the requests and applicants, and the former agent or customer the delegate is.
// category: patterns
// typology: T5
// part: picture
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: link PATH, who PATH, known PATH
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;
:param key => '';

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
WITH v, used, harmed, households
WHERE $key = '' OR v.key = $key
WITH v, used, harmed, households
ORDER BY harmed DESC, households DESC, v.key
LIMIT toInteger($limit)
UNWIND used AS r
MATCH link = (r)-[:DELEGATED_TO]->(v)
OPTIONAL MATCH who = (:Person)-[:APPLIED_FOR]->(r)
OPTIONAL MATCH known = (v)<-[:ACTS_AS]-()
RETURN link, who, known
LIMIT 90
