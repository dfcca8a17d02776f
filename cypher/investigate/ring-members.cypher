// id: investigate/ring-members
// version: 1
// title: 线索成员 | Members of a ring
// purpose: 线索中的每笔申请：申请人、户、角色、归属强度、金额、损害迹象和共用信息。成员往往是受害人。 | Each request of a ring: applicant, household, role, how strongly it belongs, money, signs of harm and the values it shares. A member is often a victim.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: limit INTEGER = 500 — 最多返回行数 | most rows
// returns: request_id STRING, key STRING, persons LIST, household STRING, role STRING, weight FLOAT, since INTEGER, applied_at LOCAL DATETIME, policies LIST, agents LIST, branches LIST, vulnerable LIST, cash_value INTEGER, requested INTEGER, agreed INTEGER, paid INTEGER, harm LIST, callback STRING, shared LIST, row STRING, of INTEGER
// identity: key
:param ring_id => '';
:param limit => 500;

MATCH (g:Ring {key: $ring_id})<-[m:IN_RING]-(r:SurrenderRequest)
WITH g, m, r, COUNT { (g)<-[:IN_RING]-() } AS of
ORDER BY CASE coalesce(m.role, 'member') WHEN 'member' THEN 1 ELSE 0 END, coalesce(m.weight, 0.0) DESC, r.applied_at, r.key
LIMIT toInteger($limit)
RETURN r.request_id AS request_id, r.key AS key,
       COLLECT { MATCH (p:Person)-[:APPLIED_FOR]->(r) RETURN p.person_id ORDER BY p.person_id } AS persons,
       r.household AS household, m.role AS role, m.weight AS weight, m.since AS since, r.applied_at AS applied_at,
       COLLECT { MATCH (r)-[:SURRENDERS]->(o:Policy) RETURN o.policy_no ORDER BY o.policy_no } AS policies,
       COLLECT { MATCH (r)-[:SURRENDERS]->(:Policy)-[:SOLD_BY]->(a:Agent) RETURN DISTINCT a.agent_no AS no ORDER BY no } AS agents,
       COLLECT { MATCH (r)-[:AT_BRANCH]->(b:Branch) RETURN b.branch_code ORDER BY b.branch_code } AS branches,
       COLLECT { MATCH (p:Person)-[:APPLIED_FOR]->(r) WHERE p.vulnerable IS NOT NULL RETURN p.vulnerable ORDER BY p.vulnerable } AS vulnerable,
       r.cash_value AS cash_value, r.requested_amount AS requested, r.agreed_amount AS agreed, r.paid_amount AS paid,
       coalesce(r.harm, []) AS harm, r.callback AS callback,
       COLLECT { MATCH (g)-[:SHARES]->(v)<--(r) RETURN DISTINCT v.caption AS caption ORDER BY caption } AS shared,
       r.row AS row, of
