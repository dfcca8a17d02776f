// id: analysis/components-gds-project
// version: 1
// needs: gds
// title: 投影：户与计入的共用信息 | Project households and the values that they share
// purpose: 在内存中建立图：每户一个节点（以其键最小的申请代表）、每个共用信息一个节点，以计入的使用相连；IP、业务员、机构、保单不连接。权重为一除以（户数减一），多人共用者轻。用后请执行 components-gds-drop。 | Makes a graph in memory: one node for each household (its request with the smallest key stands for it), one for each value, joined by uses that count; IP addresses, agents, branches and policies join nothing. The weight is one by (households less one), so that what many use weighs little. Drop it with components-gds-drop.
// category: analysis
// mode: read
// maturity: tested
// param: graph STRING = 'ringfinder-households' — 内存图的名称 | name of the graph in memory
// returns: graph STRING, nodes INTEGER, relationships INTEGER, milliseconds INTEGER
// identity: graph
:param graph => 'ringfinder-households';

MATCH (r:SurrenderRequest)
// A request whose household is not known is a party of its own.
WITH r ORDER BY r.key
WITH coalesce(r.household, r.key) AS household, collect(r) AS requests
UNWIND requests AS r
MATCH (r)-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]->(v)
WITH v, collect(DISTINCT requests[0]) AS units
UNWIND units AS unit
WITH gds.graph.project(
       $graph, unit, v,
       {relationshipProperties: {weight: 1.0 / CASE WHEN size(units) > 2 THEN size(units) - 1 ELSE 1 END}},
       {undirectedRelationshipTypes: ['*']}
     ) AS made
RETURN made.graphName AS graph, made.nodeCount AS nodes, made.relationshipCount AS relationships,
       made.projectMillis AS milliseconds
