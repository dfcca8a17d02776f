// id: schema/indexes
// version: 1
// title: 索引 | Indexes
// purpose: 按手头的编号查找。 | What an analyst looks up by a number in hand.
// category: schema
// mode: schema
// maturity: stable
// Rendered from ringfinder.neo4j.model; a test holds the text equal.

CREATE INDEX surrender_request_request_id IF NOT EXISTS FOR (n:SurrenderRequest) ON (n.request_id);
CREATE INDEX surrender_request_household IF NOT EXISTS FOR (n:SurrenderRequest) ON (n.household);
CREATE INDEX complaint_complaint_id IF NOT EXISTS FOR (n:Complaint) ON (n.complaint_id);
CREATE INDEX visit_visit_id IF NOT EXISTS FOR (n:Visit) ON (n.visit_id);
CREATE INDEX policy_policy_no IF NOT EXISTS FOR (n:Policy) ON (n.policy_no);
CREATE INDEX person_person_id IF NOT EXISTS FOR (n:Person) ON (n.person_id);
CREATE INDEX agent_agent_no IF NOT EXISTS FOR (n:Agent) ON (n.agent_no);
CREATE INDEX branch_branch_code IF NOT EXISTS FOR (n:Branch) ON (n.branch_code);
CREATE INDEX ring_tier IF NOT EXISTS FOR (n:Ring) ON (n.tier);
CREATE INDEX ring_score IF NOT EXISTS FOR (n:Ring) ON (n.score);
CREATE INDEX run_number IF NOT EXISTS FOR (n:Run) ON (n.number);
