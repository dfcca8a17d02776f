// id: investigate/neighbourhood
// version: 1
// title: 周边 | Neighbourhood
// purpose: 任一节点周围一至三步的图；每个节点至多展开若干邻居，枢纽、业务员、机构和运行只列名不展开；略去多少一并说明。 | What lies one to three hops around a node; each node shows at most so many neighbours, hubs, agents, branches and runs are named and not expanded, and how many neighbours were left out is told.
// category: investigate
// mode: read
// maturity: tested
// param: key STRING = '' — 起点的键 | key of the node to start from
// param: hops INTEGER = 2 — 几步，一至三 | hops, 1 to 3
// param: each INTEGER = 25 — 每个节点至多几个邻居 | most neighbours of one node
// param: limit INTEGER = 299 — 最多返回几条关系 | most relationships
// returns: from NODE, link RELATIONSHIP, to NODE, away INTEGER, not_expanded LIST, left_out INTEGER, of INTEGER
// identity: link
:param key => '';
:param hops => 2;
:param each => 25;
:param limit => 299;

MATCH (start:SurrenderRequest|Complaint|TextCluster|WaybillRun|Visit|Policy|Person|Household|Agent|Branch|Phone|Address|Email|BankAccount|Device|IpAddress|Delegate|Ring {key: $key})
CALL (start) {
  MATCH (start)-[e]-(n)
  WITH e, n
  ORDER BY CASE WHEN n:Ring THEN 0 WHEN e.counts THEN 1 WHEN n:Hub|Agent|Branch|Run THEN 3 ELSE 2 END, n.key, type(e)
  LIMIT toInteger($each)
  RETURN collect({e: e, n: n, away: 1}) AS first
}
WITH start, first, COUNT { (start)--() } AS degree
CALL (start, first) {
  UNWIND first AS one
  WITH DISTINCT start, one.n AS from
  WHERE toInteger($hops) > 1 AND from <> start AND NOT from:Hub|Agent|Branch|Run
  CALL (from) {
    MATCH (from)-[e]-(n)
    WITH e, n
    ORDER BY CASE WHEN n:Ring THEN 0 WHEN e.counts THEN 1 WHEN n:Hub|Agent|Branch|Run THEN 3 ELSE 2 END, n.key, type(e)
    LIMIT toInteger($each)
    RETURN collect({e: e, n: n, away: 2}) AS some
  }
  WITH from, some, COUNT { (from)--() } - size(some) AS hidden
  RETURN collect(from) AS seen, reduce(all = [], some IN collect(some) | all + some) AS second, sum(hidden) AS hidden2
}
CALL (start, seen, second) {
  UNWIND second AS one
  WITH DISTINCT start, seen, one.n AS from
  WHERE toInteger($hops) > 2 AND from <> start AND NOT from:Hub|Agent|Branch|Run AND NOT from IN seen
  CALL (from) {
    MATCH (from)-[e]-(n)
    WITH e, n
    ORDER BY CASE WHEN n:Ring THEN 0 WHEN e.counts THEN 1 WHEN n:Hub|Agent|Branch|Run THEN 3 ELSE 2 END, n.key, type(e)
    LIMIT toInteger($each)
    RETURN collect({e: e, n: n, away: 3}) AS some
  }
  WITH from, some, COUNT { (from)--() } - size(some) AS hidden
  RETURN reduce(all = [], some IN collect(some) | all + some) AS third, sum(hidden) AS hidden3
}
WITH first + second + third AS found, degree - size(first) + hidden2 + hidden3 AS left_out
UNWIND found AS one
// A relationship is met from both of its ends.
WITH one.e AS link, min(one.away) AS away, left_out
WITH link, away, left_out
ORDER BY away, CASE WHEN link.counts THEN 0 ELSE 1 END, type(link), startNode(link).key, endNode(link).key
WITH left_out, collect({link: link, away: away}) AS found
WITH left_out, size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
WITH one.link AS link, one.away AS away, left_out, of
RETURN startNode(link) AS from, link, endNode(link) AS to, away,
       [n IN [startNode(link), endNode(link)] WHERE n:Hub|Agent|Branch|Run AND n.key <> $key | coalesce(n.caption, n.key)] AS not_expanded,
       left_out, of
