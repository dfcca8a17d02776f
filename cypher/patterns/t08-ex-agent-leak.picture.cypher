// id: patterns/t08-ex-agent-leak.picture
// version: 2
// title: 离职业务员泄露客户：图 | Ex-agent leak: picture
// purpose: 离职业务员、其保单的退保，以及其电话或证件再现之处。 | The agent who left, the surrenders of the book, and where the agent's phone or ID is back.
// category: patterns
// typology: T8
// part: picture
// mode: read
// maturity: tested
// param: months INTEGER = 24 — 离职后几个月 | months after the agent left
// param: least INTEGER = 5 — 退保率：至少几张保单被退 | rate: fewest policies surrendered
// param: cohort INTEGER = 30 — 退保率：同机构其他孤儿保单至少几张，否则无从比较 | rate: fewest other orphaned policies of the branch to compare with
// param: ratio FLOAT = 2.0 — 退保率：至少为同类的几倍（下限也须高于1，下限随所比保单群数而严） | rate: least ratio to the cohort's; its lower bound, the stricter the more books there are, must exceed 1 too
// param: back INTEGER = 2 — 再现：至少几户互不相关 | back: fewest unrelated households
// param: harm_share FLOAT = 0.5 — 再现：至少多大比例的户有损害迹象 | back: least share of those households with a sign of harm
// param: limit INTEGER = 100 — 最多返回几条线索 | most findings
// param: key STRING = '' — 只画这一条线索；空串则先画最强的 | only this finding; '' draws the strongest first
// returns: book PATH, back PATH, who PATH
:param months => 24;
:param least => 5;
:param cohort => 30;
:param ratio => 2.0;
:param back => 2;
:param harm_share => 0.5;
:param limit => 100;
:param key => '';

OPTIONAL MATCH (run:Run {current: true})
WITH coalesce(max(date(run.as_of)), date(COLLECT { MATCH (r:SurrenderRequest) RETURN max(r.applied_at) }[0])) AS today,
     date(COLLECT { MATCH (r:SurrenderRequest) RETURN min(r.applied_at) }[0]) AS since
MATCH (a:Agent)-[:AT_BRANCH]->(b:Branch)
WHERE a.left_on < today
WITH a, b, a.left_on + duration({months: toInteger($months)}) AS until, today,
     // what was surrendered before the first request that is on record nobody knows
     CASE WHEN a.left_on < since THEN since ELSE a.left_on END AS begin
// the book as it stood on the day of leaving, and what of it was surrendered since
OPTIONAL MATCH (a)<-[:SOLD_BY]-(o:Policy)
WHERE coalesce(o.issued_on <= a.left_on, true) AND coalesce(o.ended_on > begin, true)
OPTIONAL MATCH (o)<-[:SURRENDERS]-(r:SurrenderRequest)
WHERE a.left_on < date(r.applied_at) AND date(r.applied_at) <= until
  AND NOT coalesce(r.kind, 'surrender') IN ['cooling_off', 'partial']
WITH a, b, until, today, begin, o, head(collect(r)) AS r
WITH a, b, until, today, begin, count(o) AS book, collect(r) AS gone
WITH a, b, book, gone, until, begin, CASE WHEN until < today THEN until ELSE today END AS end
WITH a, b, until, book, gone,
     CASE WHEN begin < end THEN book * duration.inDays(begin, end).days / 365.25 ELSE 0.0 END AS years
WITH b, collect({a: a, until: until, book: book, gone: gone, years: years}) AS leavers,
     sum(book) AS all_book, sum(size(gone)) AS all_gone, sum(years) AS all_years
WITH collect({b: b, leavers: leavers, all_book: all_book, all_gone: all_gone, all_years: all_years}) AS branches,
     sum(size(leavers)) AS books
// of so many honest books the most striking one lies about sqrt(2 ln books) standard errors out by chance
WITH branches, CASE WHEN books > 6 THEN sqrt(2 * log(books)) ELSE 1.96 END AS z
UNWIND branches AS one
WITH z, one.b AS b, one.leavers AS leavers, one.all_book AS all_book, one.all_gone AS all_gone,
     one.all_years AS all_years
// orphaned policies are surrendered more by nature: the cohort are the branch's other orphaned books
UNWIND leavers AS one
WITH z, one.a AS a, b, one.until AS until, one.book AS book, one.gone AS gone,
     all_book - one.book AS cohort_book, all_gone - size(one.gone) AS cohort_gone,
     CASE WHEN one.years > 0 THEN (size(one.gone) + 0.5) / one.years END AS rate,
     CASE WHEN all_years - one.years > 0
          THEN (all_gone - size(one.gone) + 0.5) / (all_years - one.years) END AS cohort_rate
WITH a, b, until, book, gone, cohort_book, rate, cohort_rate, rate / cohort_rate AS ratio,
     exp(log(rate / cohort_rate) - z * sqrt(1 / (size(gone) + 0.5) + 1 / (cohort_gone + 0.5))) AS ratio_low
CALL (a, until) {
  // in whatever way: as delegate, sender, contact
  MATCH (a)-[:AGENT_PHONE|ACTS_AS]->(v)<-[u]-(r:SurrenderRequest)
  WHERE u.counts AND r.household IS NOT NULL AND a.left_on < u.at AND u.at <= until
  RETURN collect(DISTINCT r) AS back, count(DISTINCT r.household) AS households,
         count(DISTINCT CASE WHEN size(coalesce(r.harm, [])) > 0 THEN r.household END) AS harmed
}
WITH a, b, book, gone, back, households, harmed, rate, cohort_rate, ratio, ratio_low,
     coalesce(size(gone) >= toInteger($least) AND cohort_book >= toInteger($cohort)
       AND ratio >= toFloat($ratio) AND ratio_low > 1, false) AS by_rate,
     households >= toInteger($back) AND harmed >= toFloat($harm_share) * households AS by_return
WHERE by_rate OR by_return
WITH a, b, book, gone, households, harmed, rate, cohort_rate, ratio, ratio_low, by_rate, by_return,
     CASE WHEN by_rate THEN gone ELSE [] END
       + [r IN back WHERE by_return AND NOT (by_rate AND r IN gone)] AS used
WITH a, used, by_rate, by_return, harmed, ratio_low
WHERE $key = '' OR a.key = $key
WITH a, used, by_rate, by_return, harmed, ratio_low
ORDER BY by_rate AND by_return DESC, harmed DESC, ratio_low DESC, a.key
LIMIT toInteger($limit)
UNWIND used AS r
OPTIONAL MATCH book = (r)-[:SURRENDERS]->(:Policy)-[:SOLD_BY]->(a)
OPTIONAL MATCH back = (r)-[u]->(:Phone|Delegate)<-[:AGENT_PHONE|ACTS_AS]-(a)
WHERE u.counts
OPTIONAL MATCH who = (:Person)-[:APPLIED_FOR]->(r)
RETURN book, back, who
LIMIT 70
