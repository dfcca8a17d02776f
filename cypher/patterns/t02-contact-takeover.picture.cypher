// id: patterns/t02-contact-takeover.picture
// version: 1
// title: 联系方式被接管：图 | Contact takeover: picture
// purpose: 变更、投诉、退保与付款的链条。 | The chain of change, complaint, request and payout.
// category: patterns
// typology: T2
// part: picture
// mode: read
// maturity: tested
// param: days INTEGER = 60 — 变更至投诉或申请最多几天 | most days from the change to the complaint or request
// param: taken INTEGER = 1 — 至少几户被改为此值 | fewest households that were changed to it
// param: least INTEGER = 3 — 至少几户互不相关的户使用此值 | fewest unrelated households that use it in any way
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: change PATH, who PATH, complaint PATH, payout PATH
:param days => 60;
:param taken => 1;
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;
:param key => '';

MATCH (r:SurrenderRequest)-[u:CHANGED_TO]->(v:Phone|Address|Email|BankAccount)
WHERE u.counts AND v.households >= toInteger($least) AND r.household IS NOT NULL
  AND NOT coalesce(v.value_class, 'open') IN ['institution', 'junk', 'counter', 'filed']
  AND any(
    day IN [date(r.applied_at)] + COLLECT { MATCH (c:Complaint)-[:GOES_WITH]->(r) RETURN date(c.received_at) }
    WHERE u.at <= day AND day <= u.at + duration({days: toInteger($days)})
  )
WITH v, collect(DISTINCT r) AS used, min(u.at) AS first_at, max(u.at) AS last_at,
     count(DISTINCT r.household) AS taken,
     // the change itself is the link and no harm of another kind
     count(DISTINCT CASE
       WHEN any(h IN coalesce(r.harm, []) WHERE NOT h IN ['takeover']) THEN r.household
     END) AS harmed
WHERE taken >= toInteger($taken) AND harmed >= toFloat($harm_share) * taken
// in whatever way: as contact, payee, sender, delegate
MATCH (v)<-[u]-(r:SurrenderRequest)
WHERE u.counts
WITH v, used, first_at, last_at, taken, harmed, count(DISTINCT r.household) AS households
WHERE households >= toInteger($least)
WITH v, used, taken, households
WHERE $key = '' OR v.key = $key
WITH v, used, taken, households
ORDER BY taken DESC, households DESC, v.key
LIMIT toInteger($limit)
UNWIND used AS r
MATCH change = (r)-[:CHANGED_TO]->(v)
OPTIONAL MATCH who = (:Person)-[:APPLIED_FOR]->(r)
OPTIONAL MATCH complaint = (:Complaint)-[:GOES_WITH]->(r)
OPTIONAL MATCH payout = (r)-[:PAYS_TO]->(:BankAccount)
RETURN change, who, complaint, payout
LIMIT 60
