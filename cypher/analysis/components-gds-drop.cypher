// id: analysis/components-gds-drop
// version: 1
// needs: gds
// title: 释放内存中的图 | Drop a graph from memory
// purpose: 释放投影所占的内存；图不存在也不报错。入库数据不受影响。 | Frees the memory of a projected graph; no error where there is none. What is stored stays as it is.
// category: analysis
// mode: read
// maturity: tested
// param: graph STRING = 'ringfinder-households' — 内存图的名称 | name of the graph in memory
// returns: graph STRING, nodes INTEGER, relationships INTEGER
// identity: graph
:param graph => 'ringfinder-households';

CALL gds.graph.drop($graph, false) YIELD graphName, nodeCount, relationshipCount
RETURN graphName AS graph, nodeCount AS nodes, relationshipCount AS relationships
