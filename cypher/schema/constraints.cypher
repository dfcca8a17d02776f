// id: schema/constraints
// version: 1
// title: 约束 | Constraints
// purpose: 每个键只有一个节点，重复写入只会更新。 | One node for each key: repeated writes update instead of doubling.
// category: schema
// mode: schema
// maturity: stable
// Rendered from ringfinder.neo4j.model; a test holds the text equal.

CREATE CONSTRAINT surrender_request_key IF NOT EXISTS FOR (n:SurrenderRequest) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT complaint_key IF NOT EXISTS FOR (n:Complaint) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT text_cluster_key IF NOT EXISTS FOR (n:TextCluster) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT waybill_run_key IF NOT EXISTS FOR (n:WaybillRun) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT visit_key IF NOT EXISTS FOR (n:Visit) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT policy_key IF NOT EXISTS FOR (n:Policy) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT person_key IF NOT EXISTS FOR (n:Person) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT household_key IF NOT EXISTS FOR (n:Household) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT agent_key IF NOT EXISTS FOR (n:Agent) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT branch_key IF NOT EXISTS FOR (n:Branch) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT phone_key IF NOT EXISTS FOR (n:Phone) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT address_key IF NOT EXISTS FOR (n:Address) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT email_key IF NOT EXISTS FOR (n:Email) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT bank_account_key IF NOT EXISTS FOR (n:BankAccount) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT device_key IF NOT EXISTS FOR (n:Device) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT ip_address_key IF NOT EXISTS FOR (n:IpAddress) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT delegate_key IF NOT EXISTS FOR (n:Delegate) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT ring_key IF NOT EXISTS FOR (n:Ring) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT evidence_key IF NOT EXISTS FOR (n:Evidence) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT hypothesis_key IF NOT EXISTS FOR (n:Hypothesis) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT run_key IF NOT EXISTS FOR (n:Run) REQUIRE n.key IS UNIQUE;
CREATE CONSTRAINT projection_key IF NOT EXISTS FOR (n:Projection) REQUIRE n.key IS UNIQUE;
