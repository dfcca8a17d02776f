// id: patterns/t06-shared-payee.count
// version: 1
// title: 共用收款账户：计数 | Shared payee: count
// purpose: 线索数，与这么多户付入的全部账户（含集体付款等）相比。 | How many, compared with all accounts that so many households are paid into, honest or not.
// category: patterns
// typology: T6
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param harm_share => 0.5;

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
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (v:BankAccount)<-[:PAYS_TO]-(r:SurrenderRequest)
               WITH v, count(DISTINCT r.household) AS households
               WHERE households >= toInteger($least) RETURN v } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
