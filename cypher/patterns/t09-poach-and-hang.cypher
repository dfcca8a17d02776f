// id: patterns/t09-poach-and-hang
// version: 1
// title: 撬旧挂新 | Poach and hang
// purpose: 退保后一百八十天内，同一投保人向另一主管名下入职未满十二个月的业务员另买新单，且集中于一位主管；同一业务员的转保、产品停售后的普遍改买不计。 | Surrender, then within 180 days a new policy of the same applicant from an agent under 12 months in post of another manager, many under one manager; an upgrade by the same agent and a product closing do not count.
// category: patterns
// typology: T9
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: days INTEGER = 180 — 退保申请后几天之内另买 | days from the request to the new policy
// param: before_days INTEGER = 15 — 新单可早于退保申请几天 | days by which the new policy may come first
// param: post_months INTEGER = 12 — 新业务员入职未满几个月 | the new agent is in post for fewer months than this
// param: fresh_share FLOAT = 0.5 — 同一产品的改买者中至少多大比例流向新人，否则视为产品停售 | least share of the product's movers who go to newcomers; below it the product is closing for everybody
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, agent_no STRING, households INTEGER, agents LIST, policies LIST, disclosed INTEGER, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: key
:param least => 3;
:param days => 180;
:param before_days => 15;
:param post_months => 12;
:param fresh_share => 0.5;
:param limit => 100;

MATCH (p:Person)-[:APPLIED_FOR]->(r:SurrenderRequest)-[:SURRENDERS]->(o:Policy)-[:SOLD_BY]->(before:Agent)
WHERE p.household IS NOT NULL AND NOT coalesce(r.kind, 'surrender') IN ['cooling_off', 'partial']
MATCH (p)-[:OWNS]->(n:Policy)-[:SOLD_BY]->(after:Agent)
WHERE n <> o
  AND date(r.applied_at) - duration({days: toInteger($before_days)}) <= n.issued_on
  AND n.issued_on <= date(r.applied_at) + duration({days: toInteger($days)})
OPTIONAL MATCH (after)-[:MANAGED_BY]->(boss:Agent)
WITH p, r, o, n, before, after, coalesce(boss, after) AS head
// the same agent upgrades, and a successor of the same team serves on: both are moves, and neither is poached
WITH p, r, o, n, after, head,
     after <> before AND head <> before AND NOT EXISTS { (before)-[:MANAGED_BY]->(head) }
       AND coalesce(after.hired_on <= n.issued_on
         AND n.issued_on < after.hired_on + duration({months: toInteger($post_months)}), false) AS fresh
WITH coalesce(o.product_code, o.key) AS product,
     collect({p: p, r: r, n: n, after: after, head: head, fresh: fresh}) AS moves,
     count(DISTINCT p.household) AS movers, count(DISTINCT CASE WHEN fresh THEN p.household END) AS fresh_movers
// when a product closes, its holders go to agents of every age
WHERE fresh_movers >= toFloat($fresh_share) * movers
UNWIND [one IN moves WHERE one.fresh] AS one
WITH one.head AS head, one.p AS p, one.r AS r, one.n AS n, one.after AS after
WITH head, collect(DISTINCT r) AS used, collect(DISTINCT n) AS policies, collect(DISTINCT after.agent_no) AS agents,
     count(DISTINCT p.household) AS households,
     // told to the insurer as a replacement
     count(DISTINCT CASE WHEN EXISTS { (n)-[:REPLACES]->(:Policy) } THEN n END) AS disclosed,
     min(n.issued_on) AS first_at, max(n.issued_on) AS last_at
WHERE households >= toInteger($least)
WITH *
ORDER BY households DESC, disclosed, head.key
WITH collect({
  key: head.key,
  agent_no: head.agent_no,
  households: households,
  agents: agents,
  policies: [n IN policies | n.policy_no],
  disclosed: disclosed,
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.agent_no AS agent_no, one.households AS households, one.agents AS agents,
       one.policies AS policies, one.disclosed AS disclosed, one.requests AS requests,
       one.first_at AS first_at, one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
