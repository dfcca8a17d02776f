// id: patterns/t02-contact-takeover
// version: 1
// title: 联系方式被接管 | Contact takeover
// purpose: 投诉或退保前六十天内把电话、地址、邮箱或账户改为他人也在使用的值；真正搬家只涉及一户，批量清理则各不相同。 | A contact or account changed at most 60 days before complaint or surrender to a value that others use too; a move is one household's, a bulk clean-up gives each its own.
// category: patterns
// typology: T2
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: days INTEGER = 60 — 变更至投诉或申请最多几天 | most days from the change to the complaint or request
// param: taken INTEGER = 1 — 至少几户被改为此值 | fewest households that were changed to it
// param: least INTEGER = 3 — 至少几户互不相关的户使用此值 | fewest unrelated households that use it in any way
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: kind STRING, key STRING, caption STRING, taken INTEGER, households INTEGER, harmed INTEGER, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: kind, key
:param days => 60;
:param taken => 1;
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;

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
WITH *
ORDER BY taken DESC, households DESC, v.key
WITH collect({
  kind: head([label IN labels(v) WHERE label IN ['Phone', 'Address', 'Email', 'BankAccount']]),
  key: v.key,
  caption: v.caption,
  taken: taken,
  households: households,
  harmed: harmed,
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.kind AS kind, one.key AS key, one.caption AS caption, one.taken AS taken,
       one.households AS households, one.harmed AS harmed, one.requests AS requests,
       one.first_at AS first_at, one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
