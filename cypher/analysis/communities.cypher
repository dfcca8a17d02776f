// id: analysis/communities
// version: 1
// title: 成对的信息（无需GDS） | Pairs of values (without GDS)
// purpose: 有 GDS 时请用 communities-gds 或 leiden-gds；这里只数成对信息的共同户：两个信息有至少 $least 户同用，多者在前。只看计入户数不超过 $widest 的信息。不划分社群。 | Where GDS is there, use communities-gds or leiden-gds. This one only counts the households that two values have in common, where there are at least $least, most first; values that more than $widest households use are left out. It parts nothing into communities.
// category: analysis
// mode: read
// maturity: tested
// param: least INTEGER = 2 — 至少几户同用 | fewest common households
// param: widest INTEGER = 50 — 信息的最多计入户数 | most households of a value
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: key STRING, kind STRING, caption STRING, other_key STRING, other_kind STRING, other_caption STRING, common INTEGER, either INTEGER, jaccard FLOAT, rings LIST, of INTEGER
// identity: key, kind, other_key, other_kind
:param least => 2;
:param widest => 50;
:param limit => 100;

MATCH (v:Phone|Address|Email|BankAccount|Device|Delegate)
WHERE toInteger($least) <= v.households <= toInteger($widest)
MATCH (v)<-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]-(r:SurrenderRequest)
WITH DISTINCT coalesce(r.household, r.key) AS household, v
// Household by household: its values two by two, each pair once.
WITH household, collect(v) AS values
UNWIND values AS v
UNWIND values AS w
WITH v, w, household
WHERE elementId(v) < elementId(w)
WITH v, w, count(household) AS common
WHERE common >= toInteger($least)
WITH CASE WHEN v.key < w.key THEN v ELSE w END AS v, CASE WHEN v.key < w.key THEN w ELSE v END AS w, common
WITH v, w, common, v.households + w.households - common AS either
ORDER BY common DESC, either, v.key, w.key
WITH collect({v: v, w: w, common: common, either: either}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.v AS v, one.w AS w, one.common AS common, one.either AS either, of
RETURN v.key AS key, [l IN labels(v) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind, v.caption AS caption,
       w.key AS other_key, [l IN labels(w) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS other_kind,
       w.caption AS other_caption, common, either,
       CASE WHEN either > 0 THEN round(toFloat(common) / either, 3) END AS jaccard,
       COLLECT { MATCH (v)<-[:SHARES]-(g:Ring)-[:SHARES]->(w) RETURN g.ring_id ORDER BY g.ring_id } AS rings, of
