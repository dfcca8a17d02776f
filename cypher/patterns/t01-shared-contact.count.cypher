// id: patterns/t01-shared-contact.count
// version: 1
// title: 共用联系方式：计数 | Shared contact: count
// purpose: 线索数，与全部由这么多户使用的联系方式（含正当共用）相比。 | How many, compared with all contacts that so many households use, honest or not.
// category: patterns
// typology: T1
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param harm_share => 0.5;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (v:Phone) WHERE v.households >= toInteger($least) }
         + COUNT { MATCH (v:Address) WHERE v.households >= toInteger($least) }
         + COUNT { MATCH (v:Email) WHERE v.households >= toInteger($least) } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
