// id: patterns/t05-delegate-hub
// version: 1
// title: 代办人中心 | Delegate hub
// purpose: 同一代办人为三户以上互不相关者办理，既非亲属也非当时在职业务员；其中至少一半另有损害迹象（热心人、村干部、律师代办而无损害者不计）。 | One delegate for three or more unrelated households, no kin and no agent in post that day; at least half show harm, which a helper, a village clerk or a lawyer does not bring.
// category: patterns
// typology: T5
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, caption STRING, households INTEGER, harmed INTEGER, former_agents LIST, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: key
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;

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
WITH *
ORDER BY harmed DESC, households DESC, v.key
WITH collect({
  key: v.key,
  caption: v.caption,
  households: households,
  harmed: harmed,
  former_agents: COLLECT { MATCH (v)<-[:ACTS_AS]-(a:Agent) RETURN a.agent_no ORDER BY a.agent_no },
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.caption AS caption, one.households AS households, one.harmed AS harmed,
       one.former_agents AS former_agents, one.requests AS requests, one.first_at AS first_at,
       one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
