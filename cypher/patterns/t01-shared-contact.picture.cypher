// id: patterns/t01-shared-contact.picture
// version: 1
// title: 共用联系方式：图 | Shared contact: picture
// purpose: 共用联系方式、使用它的申请与投保人。 | The shared contact, the requests that use it and their applicants.
// category: patterns
// typology: T1
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
WITH v, used, harmed, households
WHERE $key = '' OR v.key = $key
WITH v, used, harmed, households
ORDER BY harmed DESC, households DESC, v.key
LIMIT toInteger($limit)
UNWIND used AS r
MATCH link = (r)-[u:CONTACT_BY|CHANGED_TO|COMPLAINT_FROM|CALLED_BACK_ON|LETTER_FROM|DELEGATE_PHONE]->(v)
WHERE u.counts
OPTIONAL MATCH who = (:Person)-[:APPLIED_FOR]->(r)
RETURN link, who
LIMIT 100
