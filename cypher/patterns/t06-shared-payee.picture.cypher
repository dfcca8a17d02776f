// id: patterns/t06-shared-payee.picture
// version: 1
// title: 共用收款账户：图 | Shared payee: picture
// purpose: 账户、付入它的申请与投保人。 | The account, the requests that it is paid for and their applicants.
// category: patterns
// typology: T6
// part: picture
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: link PATH, who PATH
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;
:param key => '';

MATCH (v:BankAccount)
WHERE v.households >= toInteger($least)
  AND NOT coalesce(v.value_class, 'open') IN ['institution', 'junk', 'counter', 'filed']
MATCH (v)<-[u:PAYS_TO]-(r:SurrenderRequest)
WHERE u.counts AND r.household IS NOT NULL
WITH v, collect(DISTINCT r) AS used, min(u.at) AS first_at, max(u.at) AS last_at,
     count(DISTINCT r.household) AS households,
     // a foreign payee is what a group payer has too; an account changed to this one is the link itself
     count(DISTINCT CASE
       WHEN any(h IN coalesce(r.harm, []) WHERE NOT h IN ['third_party_payee', 'takeover']) THEN r.household
     END) AS harmed
WHERE households >= toInteger($least) AND harmed >= toFloat($harm_share) * households
WITH v, used, harmed, households
WHERE $key = '' OR v.key = $key
WITH v, used, harmed, households
ORDER BY harmed DESC, households DESC, v.key
LIMIT toInteger($limit)
UNWIND used AS r
MATCH link = (r)-[:PAYS_TO]->(v)
OPTIONAL MATCH who = (:Person)-[:APPLIED_FOR]->(r)
RETURN link, who
LIMIT 100
