// id: investigate/agents-over-represented
// version: 1
// title: 高于机构水平的业务员 | Agents above their branch
// purpose: 名下保单的退保比例，或退保申请进入线索的比例，高于同机构其他业务员的业务员；给出预期数和倍数。只是比较，不是结论；线索范围的同步不含全部保单，见 scope。 | Agents whose share of surrendered policies, or of requests in rings, exceeds that of the other agents of their branch, with the expected count and the ratio. A comparison, never a verdict; a sync that is not of scope all lacks policies, see scope.
// category: investigate
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几件 | fewest cases
// param: ratio FLOAT = 2.0 — 至少为预期的几倍 | at least so many times the expected
// param: tier STRING = 'alert' — 计入哪一层级的线索，空则全部 | tier of the rings that count; empty for all
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: measure STRING, agent_no STRING, key STRING, branch_code STRING, observed INTEGER, base INTEGER, expected FLOAT, ratio FLOAT, nats FLOAT, others INTEGER, others_base INTEGER, households INTEGER, left_on DATE, rings LIST, scope STRING, of INTEGER
// identity: measure, key, branch_code
:param least => 3;
:param ratio => 2.0;
:param tier => 'alert';
:param limit => 100;

MATCH (a:Agent)-[:AT_BRANCH]->(b:Branch)
CALL (a) {
  MATCH (a)<-[:SOLD_BY]-(p:Policy)
  WITH COUNT { (p)<-[:SURRENDERS]-() } AS made,
       COUNT { (p)<-[:SURRENDERS]-()-[:IN_RING]->(g) WHERE $tier = '' OR g.tier = $tier } AS hit
  RETURN count(*) AS policies, sum(CASE WHEN made > 0 THEN 1 ELSE 0 END) AS surrendered, sum(made) AS requests, sum(hit) AS hits
}
WITH a, b, [
       {measure: 'surrendered', observed: surrendered, base: policies},
       {measure: 'in_ring', observed: hits, base: requests}
     ] AS measures
UNWIND measures AS m
WITH b, m.measure AS measure, collect({a: a, observed: m.observed, base: m.base}) AS agents,
     sum(m.observed) AS all_observed, sum(m.base) AS all_base
UNWIND agents AS one
// Against the others of the branch: an agent is no yardstick of the agent.
WITH b, measure, one.a AS a, one.observed AS observed, one.base AS base,
     all_observed - one.observed AS others, all_base - one.base AS others_base
WHERE observed >= toInteger($least) AND others_base > 0
WITH b, measure, a, observed, base, others, others_base, toFloat(base) * others / others_base AS expected
WHERE observed >= toFloat($ratio) * expected AND observed > expected
// Where the others have none, half a case is expected, so that the order is finite.
WITH b, measure, a, observed, base, others, others_base, expected,
     CASE WHEN expected > 0.5 THEN expected ELSE 0.5 END AS floor
WITH b, measure, a, observed, base, others, others_base, expected,
     observed * log(observed / floor) - (observed - floor) AS nats
ORDER BY nats DESC, measure, a.key
WITH collect({b: b, measure: measure, a: a, observed: observed, base: base, others: others, others_base: others_base,
              expected: expected, nats: nats}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one, one.a AS a, one.nats AS nats, of
RETURN one.measure AS measure, a.agent_no AS agent_no, a.key AS key, one.b.branch_code AS branch_code,
       one.observed AS observed, one.base AS base, round(one.expected, 2) AS expected,
       CASE WHEN one.expected > 0 THEN round(one.observed / one.expected, 2) END AS ratio, round(nats, 2) AS nats,
       one.others AS others, one.others_base AS others_base,
       // Many requests of one household are one decision: told beside the count.
       COUNT {
         MATCH (a)<-[:SOLD_BY]-(:Policy)<-[:SURRENDERS]-(r:SurrenderRequest)
         WHERE one.measure = 'surrendered' OR EXISTS { MATCH (r)-[:IN_RING]->(g:Ring) WHERE $tier = '' OR g.tier = $tier }
         RETURN DISTINCT r.household
       } AS households,
       a.left_on AS left_on,
       COLLECT {
         MATCH (a)<-[:SOLD_BY]-(:Policy)<-[:SURRENDERS]-(:SurrenderRequest)-[:IN_RING]->(g:Ring)
         WHERE $tier = '' OR g.tier = $tier
         RETURN DISTINCT g.ring_id AS id ORDER BY id LIMIT 20
       } AS rings,
       head(COLLECT { MATCH (s:Projection) RETURN s.scope }) AS scope, of
