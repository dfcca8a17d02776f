// id: investigate/hubs
// version: 1
// title: 使用最多的信息 | The most shared values
// purpose: 使用最多的信息、其类别，以及它们为何成链或不成链；共用本身不说明任何问题。 | The most used values with their class, and why they link or do not; sharing alone says nothing.
// category: investigate
// mode: read
// maturity: tested
// param: least INTEGER = 10 — 至少几笔申请 | fewest requests
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: key STRING, kind STRING, caption STRING, value_class STRING, requests INTEGER, households INTEGER, counted INTEGER, links BOOLEAN, why_zh STRING, why_en STRING, hub BOOLEAN, rings INTEGER, first_at DATE, last_at DATE, of INTEGER
// identity: key, kind
:param least => 10;
:param limit => 100;

MATCH (v:Phone|Address|Email|BankAccount|Device|IpAddress|Delegate)
WHERE v.requests >= toInteger($least)
WITH v ORDER BY v.requests DESC, v.key
WITH collect(v) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS v
WITH v, of, COUNT { (v)<-[u]-(:SurrenderRequest) WHERE u.counts } AS counted
WITH v, of, counted,
     CASE
       WHEN v:IpAddress THEN ['IP地址从不成链', 'an IP address never links']
       WHEN v.value_class = 'registry' THEN ['登记为正当共用', 'registered as shared honestly']
       WHEN v.value_class = 'agent' THEN ['在职业务员本人的', 'an agent\'s own while in post']
       WHEN v.value_class = 'filed' THEN ['长期预留，且人数超过一户', 'on file for long with more people than a household has']
       WHEN v.value_class = 'institution' THEN ['机构地址或与之相伴', 'of an institution, or goes with one']
       WHEN v.value_class = 'junk' THEN ['随意填写的', 'typed to fill a field']
       WHEN v.value_class = 'counter' THEN ['柜面设备', 'a device at a counter']
       WHEN counted = 0 THEN ['没有计入的使用：自家、亲属、业务员或只有一户', 'no use of it counts: own, kin\'s, an agent\'s, or one household alone']
       WHEN v.no_door THEN ['地址没有门牌，不能单独成链', 'an address without a door number founds nothing']
       WHEN v.value_class IS NULL OR v.value_class <> 'open' THEN ['类别不明', 'its class is not known']
     END AS why
RETURN v.key AS key,
       [l IN labels(v) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind,
       v.caption AS caption, v.value_class AS value_class, v.requests AS requests, v.households AS households, counted,
       why IS NULL AS links, coalesce(why[0], '可以成链') AS why_zh, coalesce(why[1], 'may link') AS why_en,
       v:Hub AS hub, COUNT { (v)<-[:SHARES]-(:Ring) } AS rings, v.first_at AS first_at, v.last_at AS last_at, of
