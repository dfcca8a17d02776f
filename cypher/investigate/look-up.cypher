// id: investigate/look-up
// version: 1
// title: 按编号查找 | Look up by number
// purpose: 手头的申请号、保单号、客户号、投诉号、来访号、工号、机构代码、线索编号或键 → 节点及其键，供其他查询使用。 | A number as it lies before you (request, policy, customer, complaint, visit, agent, branch, ring, or a key) to its node and key, which the other queries take.
// category: investigate
// mode: read
// maturity: tested
// param: id STRING = '' — 编号 | the number
// param: limit INTEGER = 20 — 最多返回行数 | most rows
// returns: kind STRING, key STRING, number STRING, caption STRING, rings LIST, node NODE, of INTEGER
// identity: kind, key
:param id => '';
:param limit => 20;

CALL () {
  MATCH (n:SurrenderRequest {request_id: trim($id)}) RETURN n
  UNION
  MATCH (n:Policy {policy_no: trim($id)}) RETURN n
  UNION
  MATCH (n:Person {person_id: trim($id)}) RETURN n
  UNION
  MATCH (n:Complaint {complaint_id: trim($id)}) RETURN n
  UNION
  MATCH (n:Visit {visit_id: trim($id)}) RETURN n
  UNION
  MATCH (n:Agent {agent_no: trim($id)}) RETURN n
  UNION
  MATCH (n:Branch {branch_code: trim($id)}) RETURN n
  UNION
  // A ring's key is its id.
  MATCH (n:SurrenderRequest|Complaint|TextCluster|WaybillRun|Visit|Policy|Person|Household|Agent|Branch|Phone|Address|Email|BankAccount|Device|IpAddress|Delegate|Ring {key: trim($id)}) RETURN n
}
WITH collect(n) AS found
UNWIND found AS n
RETURN [l IN labels(n) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       n.key AS key,
       coalesce(n.request_id, n.complaint_id, n.visit_id, n.policy_no, n.person_id, n.agent_no, n.branch_code, n.ring_id) AS number,
       n.caption AS caption,
       CASE WHEN n:Ring THEN [n.ring_id]
            ELSE COLLECT { MATCH (n)-[:IN_RING]->(g:Ring) RETURN g.ring_id ORDER BY g.ring_id }
       END AS rings,
       n AS node, size(found) AS of
ORDER BY kind, key
LIMIT toInteger($limit)
