// id: patterns/t06-shared-payee
// version: 1
// title: 共用收款账户 | Shared payee
// purpose: 三户以上互不相关的投保人把退保金付入同一账户，该账户并非本户或亲属预留；其中至少一半另有损害迹象（收款人非本人不算另一种）。 | Refunds of three or more unrelated households into one account that is not on file with them or their kin; at least half show harm other than the foreign payee itself.
// category: patterns
// typology: T6
// part: rows
// mode: read
// maturity: tested
// lead: true
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// returns: key STRING, caption STRING, households INTEGER, harmed INTEGER, paid INTEGER, requests LIST, first_at DATE, last_at DATE, rows LIST, of INTEGER
// identity: key
:param least => 3;
:param harm_share => 0.5;
:param limit => 100;

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
WITH *
ORDER BY harmed DESC, households DESC, v.key
WITH collect({
  key: v.key,
  caption: v.caption,
  households: households,
  harmed: harmed,
  paid: reduce(fen = 0, r IN used | fen + coalesce(r.paid_amount, 0)),
  requests: [r IN used | r.request_id],
  first_at: first_at,
  last_at: last_at,
  rows: [r IN used WHERE r.row IS NOT NULL | r.row][..20]
}) AS found
UNWIND found AS one
RETURN one.key AS key, one.caption AS caption, one.households AS households, one.harmed AS harmed,
       one.paid AS paid, one.requests AS requests, one.first_at AS first_at, one.last_at AS last_at,
       one.rows AS rows, size(found) AS of
LIMIT toInteger($limit)
