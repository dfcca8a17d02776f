// id: analysis/ring-gds-project
// version: 1
// needs: gds
// title: 投影：一条线索 | Project one ring
// purpose: 在内存中建立一条线索的图：成员户（以其键最小的成员申请代表）与其计入的共用信息。之后可用 ring-centrality-gds；用后以同名执行 components-gds-drop。 | Makes a graph of one ring in memory: its households (the member request with the smallest key stands for each) and the values that at least two of them use by uses that count. For ring-centrality-gds; drop it with components-gds-drop and the same name.
// category: analysis
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: graph STRING = 'ringfinder-ring' — 内存图的名称 | name of the graph in memory
// returns: graph STRING, nodes INTEGER, relationships INTEGER, milliseconds INTEGER
// identity: graph
:param ring_id => '';
:param graph => 'ringfinder-ring';

MATCH (:Ring {key: $ring_id})<-[:IN_RING]-(r:SurrenderRequest)
WITH r ORDER BY r.key
WITH coalesce(r.household, r.key) AS household, collect(r) AS requests
UNWIND requests AS r
MATCH (r)-[:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM {counts: true}]->(v)
WITH v, collect(DISTINCT requests[0]) AS units
WHERE size(units) > 1
UNWIND units AS unit
WITH gds.graph.project($graph, unit, v, {}, {undirectedRelationshipTypes: ['*']}) AS made
// Of an unknown ring nothing is made, and nothing told.
WHERE made IS NOT NULL
RETURN made.graphName AS graph, made.nodeCount AS nodes, made.relationshipCount AS relationships,
       made.projectMillis AS milliseconds
