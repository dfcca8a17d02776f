// id: investigate/value
// version: 1
// title: 一个信息的全部使用 | Everything about a value
// purpose: 谁、何时、以何种方式使用了这一电话、地址、邮箱、账户、设备、IP或代办人；哪些计入，哪些不计；属于哪条线索。 | Who used this phone, address, e-mail, account, device, IP address or delegate, when and how, which uses count and which do not, and in which ring.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 信息的键 | key of the value
// param: limit INTEGER = 200 — 最多返回行数 | most rows
// returns: how STRING, at DATE, counts BOOLEAN, kind STRING, key STRING, number STRING, persons LIST, household STRING, rings LIST, harm LIST, row STRING, value STRING, value_class STRING, households INTEGER, of INTEGER
// identity: how, key
:param key => '';
:param limit => 200;

MATCH (v:Phone|Address|Email|BankAccount|Device|IpAddress|Delegate {key: $key})
MATCH (v)-[u]-(o)
// Uses that count first, then those that do not, then who has it on file, complains with it, acts as it.
WITH v, u, o,
     coalesce(u.at, date(u.first_at), date(o.received_at), date(o.visited_at)) AS at,
     CASE WHEN o:SurrenderRequest THEN coalesce(u.counts, false) END AS counts
ORDER BY CASE WHEN counts THEN 0 WHEN counts IS NOT NULL THEN 1 ELSE 2 END, at, type(u), o.key
LIMIT toInteger($limit)
RETURN type(u) AS how, at, counts,
       [l IN labels(o) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       o.key AS key,
       coalesce(o.request_id, o.complaint_id, o.visit_id, o.person_id, o.agent_no, o.ring_id) AS number,
       CASE WHEN o:Person THEN [o.person_id]
            ELSE COLLECT { MATCH (p:Person)-[:APPLIED_FOR|COMPLAINED|CAME]->(o) RETURN p.person_id ORDER BY p.person_id }
       END AS persons,
       o.household AS household,
       CASE WHEN o:Ring THEN [o.ring_id]
            ELSE COLLECT { MATCH (o)-[:IN_RING]->(g:Ring) RETURN g.ring_id ORDER BY g.ring_id }
       END AS rings,
       coalesce(o.harm, []) AS harm, o.row AS row,
       v.caption AS value, v.value_class AS value_class, v.households AS households,
       COUNT { (v)--() } AS of
