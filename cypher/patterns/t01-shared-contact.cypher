// id: patterns/t01-shared-contact
// version: 1
// title: 共用联系方式 | Shared contact
// purpose: 三户以上互不相关的投保人使用同一电话、地址或邮箱，且承保时并未预留；其中至少一半另有损害迹象。 | Three or more unrelated households on one phone, address or e-mail that was not on file; at least half show harm of another kind.
// category: patterns
// typology: T1
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: kind STRING, key STRING, caption STRING, households INTEGER, harmed INTEGER, ways LIST, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: kind, key
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;

MATCH (v:Phone|Address|Email)
WHERE v.households >= toInteger($least)
  AND NOT coalesce(v.value_class, 'open') IN ['institution', 'junk', 'counter', 'filed']
MATCH (v)<-[u:CONTACT_BY|CHANGED_TO|COMPLAINT_FROM|CALLED_BACK_ON|LETTER_FROM|DELEGATE_PHONE]-(r:SurrenderRequest)
// family, agents in post, the registry and contacts on file do not count; that is known of every use
WHERE u.counts AND r.household IS NOT NULL
WITH v, collect(DISTINCT r) AS used, collect(DISTINCT type(u)) AS ways, min(u.at) AS first_at, max(u.at) AS last_at,
     count(DISTINCT r.household) AS households,
     // a contact changed to this very value is the link and no harm of another kind: HR's phone in a layoff
     count(DISTINCT CASE
       WHEN any(h IN coalesce(r.harm, []) WHERE NOT h IN ['takeover']) THEN r.household
     END) AS harmed
WHERE households >= toInteger($least) AND harmed >= toFloat($harm_share) * households
WITH *
ORDER BY harmed DESC, households DESC, v.key
WITH collect({
  kind: head([label IN labels(v) WHERE label IN ['Phone', 'Address', 'Email']]),
  key: v.key,
  caption: v.caption,
  households: households,
  harmed: harmed,
  ways: ways,
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.kind AS kind, one.key AS key, one.caption AS caption, one.households AS households,
       one.harmed AS harmed, one.ways AS ways, one.requests AS requests, one.first_at AS first_at,
       one.last_at AS last_at, one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
