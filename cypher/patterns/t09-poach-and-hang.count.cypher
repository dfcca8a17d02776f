// id: patterns/t09-poach-and-hang.count
// version: 1
// title: 撬旧挂新：计数 | Poach and hang: count
// purpose: 线索数，与全部主管相比。 | How many, compared with all managers.
// category: patterns
// typology: T9
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: days INTEGER = 180 — 退保申请后几天之内另买 | days from the request to the new policy
// param: before_days INTEGER = 15 — 新单可早于退保申请几天 | days by which the new policy may come first
// param: post_months INTEGER = 12 — 新业务员入职未满几个月 | the new agent is in post for fewer months than this
// param: fresh_share FLOAT = 0.5 — 同一产品的改买者中至少多大比例流向新人，否则视为产品停售 | least share of the product's movers who go to newcomers; below it the product is closing for everybody
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param days => 180;
:param before_days => 15;
:param post_months => 12;
:param fresh_share => 0.5;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (:Agent)-[:MANAGED_BY]->(boss:Agent) RETURN DISTINCT boss } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
