// id: investigate/ring-without-best-value
// version: 1
// title: 去掉最重要的信息之后 | A ring without its most important value
// purpose: 去掉线索中用户最多（或 $key 指定）的一个信息，其余计入的使用还把哪些户连在一起；与入库的评分和户数并列。信函与保单流向在图中不连接，入库数可能较大。 | Which households of a ring still hang together by their counted uses once its most used value (or the one of $key) is taken away, beside the stored score and count. Letters and flows connect nothing here, so the stored count may be larger.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: key STRING = '' — 要去掉的信息的键，空则取最重要的 | key of the value to leave out; empty for the most important one
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: part INTEGER, households INTEGER, requests LIST, left_out STRING, left_out_key STRING, left_out_kind STRING, of_households INTEGER, remaining INTEGER, without_units INTEGER, without_score FLOAT, score FLOAT, of INTEGER
// identity: part
:param ring_id => '';
:param key => '';
:param limit => 100;

MATCH (g:Ring {key: $ring_id})-[s:SHARES]->(best:Phone|Address|Email|BankAccount|Device|Delegate)
WHERE $key = '' OR best.key = $key
WITH g, s, best
ORDER BY coalesce(s.members, 0) DESC, coalesce(s.weight, 0.0) DESC, best.key
LIMIT 1
CALL (g) {
  // A request whose household is not known is a party of its own.
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)
  WITH coalesce(r.household, r.key) AS home, collect(r) AS requests
  RETURN collect(requests) AS homes
}
CALL (homes, best) {
  UNWIND range(0, size(homes) - 1) AS home
  UNWIND homes[home] AS r
  MATCH (r)-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]->(v)
  WHERE v <> best
  WITH v, collect(DISTINCT home) AS users
  WHERE size(users) > 1
  RETURN collect(users) AS links
}
// Every household begins as a part of its own; link by link, the parts that its users are in become one. So the
// result is exact, however long a chain is.
WITH g, s, best, homes,
     reduce(parts = range(0, size(homes) - 1), users IN links |
       head([touched IN [[home IN users | parts[home]]] |
         CASE WHEN all(part IN touched WHERE part = touched[0]) THEN parts
              ELSE [part IN parts | CASE WHEN part IN touched THEN touched[0] ELSE part END] END])
     ) AS parts
UNWIND range(0, size(homes) - 1) AS home
UNWIND homes[home] AS r
// DISTINCT lets go of the lists: the sort below would be charged for them with every row.
WITH DISTINCT g, s, best, size(homes) AS of_households, parts[home] AS part, home, r.request_id AS request_id
ORDER BY request_id
WITH g, s, best, of_households, part, count(DISTINCT home) AS households, collect(request_id) AS requests
ORDER BY households DESC, size(requests) DESC, requests[0]
WITH g, s, best, of_households, collect({households: households, requests: requests}) AS found
UNWIND range(0, size(found[..toInteger($limit)]) - 1) AS place
RETURN place + 1 AS part, found[place].households AS households, found[place].requests AS requests,
       best.caption AS left_out, best.key AS left_out_key,
       [l IN labels(best) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS left_out_kind,
       of_households,
       // One household alone hangs together with nobody.
       CASE WHEN found[0].households > 1 THEN found[0].households ELSE 0 END AS remaining,
       s.without_units AS without_units, s.without_score AS without_score, g.score AS score, size(found) AS of
