// id: investigate/rings
// version: 1
// title: 线索一览 | Rings
// purpose: 当前运行的线索，评分高者在前；可按层级、类型筛选。均为供人工核查的线索，不是结论。 | The rings of the graph, the highest score first; by tier or kind if wanted. All are leads for people to check, never verdicts.
// category: investigate
// mode: read
// maturity: tested
// param: tier STRING = '' — 层级 alert 或 review，空则全部 | tier, alert or review; empty for all
// param: kind STRING = '' — 类型，空则全部 | kind; empty for all
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: ring_id STRING, tier STRING, score FLOAT, q_value FLOAT, kind STRING, requests INTEGER, applicants INTEGER, units INTEGER, first_at LOCAL DATETIME, last_at LOCAL DATETIME, at_risk INTEGER, paid INTEGER, lineage STRING, first_run INTEGER, best STRING, best_kind STRING, summary_zh STRING, summary_en STRING, url STRING, of INTEGER
// identity: ring_id
:param tier => '';
:param kind => '';
:param limit => 100;

MATCH (g:Ring)
WHERE ($tier = '' OR g.tier = $tier) AND ($kind = '' OR g.kind = $kind)
WITH g ORDER BY coalesce(g.score, 0.0) DESC, g.key
WITH collect(g) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS g
WITH g, of,
     // An IP address is never what a ring hangs on.
     head(COLLECT { MATCH (g)-[s:SHARES]->(v:Phone|Address|Email|BankAccount|Device|Delegate) RETURN v ORDER BY coalesce(s.members, 0) DESC, coalesce(s.weight, 0.0) DESC, v.key LIMIT 1 }) AS best
RETURN g.ring_id AS ring_id, g.tier AS tier, g.score AS score, g.q_value AS q_value, g.kind AS kind,
       g.requests AS requests, g.applicants AS applicants, g.units AS units, g.first_at AS first_at, g.last_at AS last_at,
       g.at_risk AS at_risk, g.paid AS paid, g.lineage AS lineage, g.first_run AS first_run,
       best.caption AS best,
       [l IN labels(best) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS best_kind,
       g.summary_zh AS summary_zh, g.summary_en AS summary_en, g.url AS url, of
