// id: analysis/components
// version: 1
// title: 连通分支（无需GDS） | Component around a request or a ring (without GDS)
// purpose: 从一笔申请或一条线索出发，逐轮沿计入的使用与同户走到的全部户；complete 为假表示轮数或户数用尽，其后还有。全图的分支请用 components-gds。连通分支不是线索。 | The households that are reached from a request or a ring over counted uses and common households, round by round; where complete is false, rounds or room ran out and there is more. For all components of the graph see components-gds. A component is no ring.
// category: analysis
// mode: read
// maturity: tested
// param: key STRING = '' — 起点申请的键 | key of the request to start from
// param: ring_id STRING = '' — 或起点线索的编号 | or the id of the ring to start from
// param: rounds INTEGER = 10 — 最多几轮 | most rounds
// param: most INTEGER = 2000 — 走到这么多申请后不再展开 | no further round once so many requests were reached
// param: limit INTEGER = 500 — 最多返回行数 | most rows
// returns: round INTEGER, household STRING, requests LIST, rings LIST, harmed BOOLEAN, households INTEGER, reached INTEGER, complete BOOLEAN, of INTEGER
// identity: household
:param key => '';
:param ring_id => '';
:param rounds => 10;
:param most => 2000;
:param limit => 500;

CALL () {
  MATCH (r:SurrenderRequest {key: $key}) RETURN r
  UNION
  MATCH (:Ring {key: $ring_id})<-[:IN_RING]-(r:SurrenderRequest) RETURN r
}
CALL (r) {
  RETURN r AS near
  UNION
  MATCH (near:SurrenderRequest {household: r.household}) RETURN near
}
WITH collect(DISTINCT near) AS starts
WHERE size(starts) > 0
// One layer of requests for each round, and one more that tells whether anything lay behind the last: the requests
// that share a counted value with the layer before, with all others of their households, and are not there yet.
WITH reduce(layers = [starts], i IN range(1, toInteger($rounds) + 1) |
       CASE
         WHEN size(layers[-1]) = 0 OR reduce(n = 0, layer IN layers | n + size(layer)) > toInteger($most) THEN layers
         ELSE layers + [COLLECT {
           UNWIND layers[-1] AS r
           MATCH (r)-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]->(v)
           WITH DISTINCT layers, v
           MATCH (v)<-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]-(o:SurrenderRequest)
           WITH DISTINCT layers, o
           WHERE none(layer IN layers WHERE o IN layer)
           CALL (o) {
             RETURN o AS near
             UNION
             MATCH (near:SurrenderRequest {household: o.household}) RETURN near
           }
           RETURN DISTINCT near
         }]
       END
     ) AS layers
WITH layers[..toInteger($rounds) + 1] AS layers, size(layers[-1]) = 0 AS complete
UNWIND range(0, size(layers) - 1) AS round
UNWIND layers[round] AS r
// A request whose household is not known is a party of its own.
WITH complete, min(round) AS round, coalesce(r.household, r.key) AS household, collect(r) AS some
ORDER BY round, household
WITH complete, collect({round: round, household: household, some: some}) AS found
WITH complete, size(found) AS of, reduce(n = 0, one IN found | n + size(one.some)) AS reached, found[..toInteger($limit)] AS shown
UNWIND shown AS one
RETURN one.round AS round, one.household AS household,
       COLLECT { UNWIND one.some AS r RETURN r.request_id AS id ORDER BY id } AS requests,
       COLLECT { UNWIND one.some AS r MATCH (r)-[:IN_RING]->(g:Ring) RETURN DISTINCT g.ring_id AS id ORDER BY id } AS rings,
       any(r IN one.some WHERE size(coalesce(r.harm, [])) > 0) AS harmed,
       of AS households, reached, complete, of
