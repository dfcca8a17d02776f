// id: patterns/t02-contact-takeover.count
// version: 1
// title: 联系方式被接管：计数 | Contact takeover: count
// purpose: 线索数，与申请前不久变更成的全部新值相比。 | How many, compared with all values that contacts were changed to shortly before a request.
// category: patterns
// typology: T2
// part: count
// mode: read
// maturity: tested
// param: days INTEGER = 60 — 变更至投诉或申请最多几天 | most days from the change to the complaint or request
// param: taken INTEGER = 1 — 至少几户被改为此值 | fewest households that were changed to it
// param: least INTEGER = 3 — 至少几户互不相关的户使用此值 | fewest unrelated households that use it in any way
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param days => 60;
:param taken => 1;
:param least => 3;
:param harm_share => 0.5;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (:SurrenderRequest)-[:CHANGED_TO]->(v) RETURN DISTINCT v } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
