// id: investigate/paths-between
// version: 1
// title: 两人之间的证据路径 | Paths of evidence between two persons
// purpose: 两位投保人之间经申请、计入的使用和线索的最短路径；不经过枢纽节点、业务员、机构、IP；至多数一千条。 | The shortest paths between two persons over requests, counted uses and rings; none through hubs, agents, branches or IP addresses; at most a thousand are counted.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 一位投保人的键 | key of one person
// param: other STRING = '' — 另一位投保人的键 | key of the other person
// param: most INTEGER = 8 — 最多几步，不超过十二 | most hops, never more than 12
// param: limit INTEGER = 20 — 最多返回行数 | most rows
// returns: path PATH, hops INTEGER, through LIST, of INTEGER
// identity: path
:param key => '';
:param other => '';
:param most => 8;
:param limit => 20;

MATCH path = ALL SHORTEST
  (a:Person {key: $key})
  (()-[u:APPLIED_FOR|IN_RING|CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM
     WHERE u.counts OR u:APPLIED_FOR OR u:IN_RING]-(n WHERE NOT n:Hub)){1,12}
  (b:Person {key: $other})
WHERE $key <> $other AND length(path) <= toInteger($most)
WITH path LIMIT 1000
WITH path ORDER BY [n IN nodes(path) | n.key], [u IN relationships(path) | type(u)]
WITH collect(path) AS paths
WITH size(paths) AS of, paths[..toInteger($limit)] AS some
UNWIND some AS path
RETURN path, length(path) AS hops,
       // Each step as: what it is, and how it is reached.
       [i IN range(1, length(path)) |
         type(relationships(path)[i - 1]) + ' ' + coalesce(nodes(path)[i].caption, nodes(path)[i].key)] AS through,
       of
