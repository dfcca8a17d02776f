// id: investigate/ring-evidence
// version: 1
// title: 线索的依据与正当解释 | Evidence of a ring, and the honest explanations
// purpose: 评分的每一项依据（句子、分量、出处），以及检验过的正当解释：哪些已排除，哪些没有。 | Every term of the score (sentence, weight, rows), and the honest explanations that were tested: which were ruled out and which were not.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号 | id of the ring
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: what STRING, name STRING, rank INTEGER, weight FLOAT, ruled_out BOOLEAN, zh STRING, en STRING, rows LIST, row_count INTEGER, tier STRING, score FLOAT, of INTEGER
// identity: what, name, rank
:param ring_id => '';
:param limit => 100;

MATCH (g:Ring {key: $ring_id})-[:HAS_EVIDENCE|TESTED]->(e:Evidence|Hypothesis)
WITH g, e, COUNT { (g)-[:HAS_EVIDENCE|TESTED]->() } AS of
// What speaks for honesty comes right after the weights: what was not ruled out first.
ORDER BY CASE WHEN e:Evidence THEN 0 ELSE 1 END, e.rank, coalesce(e.ruled_out, false), e.key
LIMIT toInteger($limit)
RETURN CASE WHEN e:Evidence THEN 'evidence' ELSE 'hypothesis' END AS what,
       coalesce(e.indicator, e.name) AS name, e.rank AS rank, e.weight AS weight, e.ruled_out AS ruled_out,
       e.zh AS zh, e.en AS en, coalesce(e.rows, []) AS rows, e.row_count AS row_count,
       g.tier AS tier, g.score AS score, of
