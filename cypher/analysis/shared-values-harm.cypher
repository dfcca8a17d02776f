// id: analysis/shared-values-harm
// version: 1
// title: 共用信息的损害：观察与预期 | Harm among users of a value: observed against expected
// purpose: 计入户数达到 $least 的每个信息：其用户中有损害迹象的户数，与全体户的比例所预期的户数；共用本身不说明问题，损害多于旁人才说明。 | Of each value that at least $least households use by counting uses: how many of them show harm, and how many would at the rate of all households. Sharing alone says nothing; more harm than elsewhere does.
// category: analysis
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户 | fewest unrelated households
// param: kind STRING = '' — 信息的标签（Phone 等），空则全部 | label of the values (Phone …); empty for all
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: kind STRING, key STRING, caption STRING, households INTEGER, harmed INTEGER, expected FLOAT, ratio FLOAT, nats FLOAT, share_of_all FLOAT, rings LIST, of INTEGER
// identity: kind, key
:param least => 3;
:param kind => '';
:param limit => 100;

MATCH (r:SurrenderRequest)
WITH toFloat(count(DISTINCT CASE WHEN size(coalesce(r.harm, [])) > 0 THEN r.household END)) AS harmed_of_all,
     count(DISTINCT r.household) AS all
WITH CASE WHEN all > 0 THEN harmed_of_all / all ELSE 0.0 END AS share
// What the loader counted decides where to look; the counts themselves are made here.
MATCH (v:Phone|Address|Email|BankAccount|Device|Delegate)
WHERE v.households >= toInteger($least) AND ($kind = '' OR $kind IN labels(v))
CALL (v) {
  MATCH (v)<-[u:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]-(r:SurrenderRequest)
  RETURN count(DISTINCT r.household) AS households,
         count(DISTINCT CASE WHEN size(coalesce(r.harm, [])) > 0 THEN r.household END) AS harmed
}
WITH v, share, households, harmed
WHERE households >= toInteger($least)
WITH v, share, households, harmed, share * households AS expected
// Poisson deviance, signed: what exceeds the expected stands first, many before few.
WITH v, share, households, harmed, expected,
     CASE WHEN harmed = 0 OR expected = 0 THEN -expected
          ELSE sign(harmed - expected) * (harmed * log(harmed / expected) - (harmed - expected)) END AS nats
ORDER BY nats DESC, households DESC, v.key
WITH collect({v: v, share: share, households: households, harmed: harmed, expected: expected, nats: nats}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one, one.v AS v, of
RETURN [l IN labels(v) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind, v.key AS key, v.caption AS caption,
       one.households AS households, one.harmed AS harmed, round(one.expected, 2) AS expected,
       CASE WHEN one.expected > 0 THEN round(one.harmed / one.expected, 2) END AS ratio, round(one.nats, 2) AS nats,
       round(one.share, 4) AS share_of_all,
       COLLECT { MATCH (v)<-[:SHARES]-(g:Ring) RETURN g.ring_id ORDER BY g.ring_id } AS rings, of
