// id: patterns/t10-commission-arbitrage
// version: 1
// title: 套取佣金 | Commission arbitrage
// purpose: 同一业务员的三户以上保单由第三方账户缴费，佣金加现金价值超过已交保费，承保后第一至十四个月即退保；本人缴费的趸交客户、有理赔记录的困难客户不计。 | Policies of three or more unrelated households from one agent, premium from a third account, commission plus cash value above the premium, surrendered in months 1 to 14; own-paid single premiums and hardship with claims do not count.
// category: patterns
// typology: T10
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: from_days INTEGER = 20 — 承保后至少几天（犹豫期之后） | fewest days held, after the cooling-off period
// param: to_days INTEGER = 430 — 承保后至多几天（约十四个月） | most days held, about 14 months
// param: gain FLOAT = 1.0 — 佣金加现金价值至少为保费的几倍以上 | commission plus cash value exceed the premium times this
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, agent_no STRING, households INTEGER, policies LIST, payers INTEGER, premium INTEGER, commission INTEGER, gained INTEGER, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: key
:param least => 3;
:param from_days => 20;
:param to_days => 430;
:param gain => 1.0;
:param limit => 100;

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
WITH *
ORDER BY households DESC, gained DESC, a.key
WITH collect({
  key: a.key,
  agent_no: a.agent_no,
  households: households,
  policies: [o IN policies | o.policy_no],
  payers: COUNT { UNWIND used AS r MATCH (r)-[:PREMIUM_FROM]->(v:BankAccount) RETURN DISTINCT v },
  premium: reduce(fen = 0, o IN policies | fen + o.premium_paid),
  commission: reduce(fen = 0, o IN policies | fen + o.commission_paid),
  gained: gained,
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.agent_no AS agent_no, one.households AS households, one.policies AS policies,
       one.payers AS payers, one.premium AS premium, one.commission AS commission, one.gained AS gained,
       one.requests AS requests, one.first_at AS first_at, one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
