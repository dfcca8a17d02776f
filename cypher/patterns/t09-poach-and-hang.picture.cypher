// id: patterns/t09-poach-and-hang.picture
// version: 1
// title: 撬旧挂新：图 | Poach and hang: picture
// purpose: 退掉的旧单、另买的新单、新业务员及其主管。 | The policies given up, the new ones, their agents and the manager.
// category: patterns
// typology: T9
// part: picture
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: days INTEGER = 180 — 退保申请后几天之内另买 | days from the request to the new policy
// param: before_days INTEGER = 15 — 新单可早于退保申请几天 | days by which the new policy may come first
// param: post_months INTEGER = 12 — 新业务员入职未满几个月 | the new agent is in post for fewer months than this
// param: fresh_share FLOAT = 0.5 — 同一产品的改买者中至少多大比例流向新人，否则视为产品停售 | least share of the product's movers who go to newcomers; below it the product is closing for everybody
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: old PATH, new PATH, team PATH
:param least => 3;
:param days => 180;
:param before_days => 15;
:param post_months => 12;
:param fresh_share => 0.5;
:param limit => 100;
:param key => '';

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
WITH head, used, policies, households, disclosed
WHERE $key = '' OR head.key = $key
WITH head, used, policies, households, disclosed
ORDER BY households DESC, disclosed, head.key
LIMIT toInteger($limit)
UNWIND used AS r
MATCH old = (p:Person)-[:APPLIED_FOR]->(r)-[:SURRENDERS]->(:Policy)-[:SOLD_BY]->(:Agent)
MATCH new = (p)-[:OWNS]->(n:Policy)-[:SOLD_BY]->(after:Agent)
WHERE n IN policies
OPTIONAL MATCH team = (after)-[:MANAGED_BY]->(head)
RETURN old, new, team
LIMIT 50
