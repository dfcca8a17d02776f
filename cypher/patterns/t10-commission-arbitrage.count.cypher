// id: patterns/t10-commission-arbitrage.count
// version: 1
// title: 套取佣金：计数 | Commission arbitrage: count
// purpose: 线索数，与售出过保单的全部业务员相比。 | How many, compared with all agents who sold a policy.
// category: patterns
// typology: T10
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: from_days INTEGER = 20 — 承保后至少几天（犹豫期之后） | fewest days held, after the cooling-off period
// param: to_days INTEGER = 430 — 承保后至多几天（约十四个月） | most days held, about 14 months
// param: gain FLOAT = 1.0 — 佣金加现金价值至少为保费的几倍以上 | commission plus cash value exceed the premium times this
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param from_days => 20;
:param to_days => 430;
:param gain => 1.0;

MATCH (r:SurrenderRequest)-[:SURRENDERS]->(o:Policy)-[:SOLD_BY]->(a:Agent)
WHERE toInteger($from_days) <= r.held_days AND r.held_days <= toInteger($to_days) AND r.household IS NOT NULL
  AND o.premium_paid > 0
  AND o.commission_paid + coalesce(r.cash_value, o.cash_value) > toFloat($gain) * o.premium_paid
  AND coalesce(o.claims, 0) = 0
  AND (
    'stranger_paid_premium' IN coalesce(r.harm, [])
    OR EXISTS { (r)-[u:PREMIUM_FROM]->(:BankAccount) WHERE u.counts }
  )
WITH a, collect(DISTINCT r) AS used, collect(DISTINCT o) AS policies, count(DISTINCT r.household) AS households,
     date(min(r.applied_at)) AS first_at, date(max(r.applied_at)) AS last_at,
     sum(o.commission_paid + coalesce(r.cash_value, o.cash_value) - o.premium_paid) AS gained
WHERE households >= toInteger($least)
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (:Policy)-[:SOLD_BY]->(a:Agent) RETURN DISTINCT a } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
