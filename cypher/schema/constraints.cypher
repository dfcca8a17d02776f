// id: schema/constraints
// purpose: one node for each key; repeated loads update instead of doubling
// mode: write
CREATE CONSTRAINT request_key IF NOT EXISTS FOR (n:SurrenderRequest) REQUIRE n.request_id IS UNIQUE;
CREATE CONSTRAINT policy_key IF NOT EXISTS FOR (n:Policy) REQUIRE n.policy_no IS UNIQUE;
CREATE CONSTRAINT person_key IF NOT EXISTS FOR (n:Person) REQUIRE n.person_id IS UNIQUE;
CREATE CONSTRAINT agent_key IF NOT EXISTS FOR (n:Agent) REQUIRE n.agent_no IS UNIQUE;
CREATE CONSTRAINT complaint_key IF NOT EXISTS FOR (n:Complaint) REQUIRE n.complaint_id IS UNIQUE;
CREATE CONSTRAINT ring_key IF NOT EXISTS FOR (n:Ring) REQUIRE n.ring_id IS UNIQUE;
