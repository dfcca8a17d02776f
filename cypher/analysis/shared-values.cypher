// id: analysis/shared-values
// version: 1
// title: 共用程度：观察与预期 | Sharing: observed against expected
// purpose: 各类信息中被至少 n 户使用的有多少：全部使用、计入的使用，以及同样多的使用若随机落在同样多的信息上时的预期数（零截断泊松）。范围不是 all 的同步缺少只有一户的信息，预期偏高。 | How many values of each kind at least n households use: by any use, by uses that count, and how many would be if as many uses fell at random on as many values (Poisson without zero). A sync that is not of scope all lacks values of one household, so that too many are expected.
// category: analysis
// mode: read
// maturity: tested
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: kind STRING, at_least INTEGER, observed INTEGER, counted INTEGER, expected FLOAT, ratio FLOAT, values INTEGER, uses INTEGER, of INTEGER
// identity: kind, at_least
:param limit => 100;

MATCH (v:Phone|Address|Email|BankAccount|Device|Delegate)
CALL (v) {
  MATCH (v)<-[u:CONTACT_BY|FROM_DEVICE|PAYS_TO|DELEGATE_PHONE|DELEGATED_TO|CHANGED_TO|COMPLAINT_FROM|LETTER_FROM|CALLED_BACK_ON|PREMIUM_FROM]-(r:SurrenderRequest)
  RETURN count(DISTINCT r.household) AS users, count(DISTINCT CASE WHEN u.counts THEN r.household END) AS counting
}
WITH [l IN labels(v) WHERE NOT l IN ['Public', 'Hub', 'Flagged', 'OrganiserCandidate']][0] AS kind, users, counting, count(*) AS some
WHERE users > 0
WITH kind, collect({users: users, counting: counting, some: some}) AS sizes, sum(some) AS values, sum(users * some) AS uses
// The mean of a Poisson without zero is l / (1 - exp(-l)): solved by repetition, which ends at 0 for a mean of 1.
WITH kind, sizes, values, uses,
     reduce(l = toFloat(uses) / values, i IN range(1, 200) | toFloat(uses) / values * (1 - exp(-l))) AS rate
UNWIND [2, 3, 5, 10, 20, 50] AS at_least
WITH kind, at_least, values, uses,
     reduce(n = 0, one IN sizes | n + CASE WHEN one.users >= at_least THEN one.some ELSE 0 END) AS observed,
     reduce(n = 0, one IN sizes | n + CASE WHEN one.counting >= at_least THEN one.some ELSE 0 END) AS counted,
     CASE WHEN rate < 0.000001 THEN 0.0
          ELSE values * (1 - reduce(sum = [exp(-rate), exp(-rate)], k IN range(1, at_least - 1) |
                                    [sum[0] * rate / k, sum[1] + sum[0] * rate / k])[1]) / (1 - exp(-rate))
     END AS chance
WITH kind, at_least, values, uses, observed, counted, CASE WHEN chance < 0.0000001 THEN 0.0 ELSE chance END AS expected
ORDER BY kind, at_least
WITH collect({kind: kind, at_least: at_least, values: values, uses: uses, observed: observed, counted: counted, expected: expected}) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS one
RETURN one.kind AS kind, one.at_least AS at_least, one.observed AS observed, one.counted AS counted,
       round(one.expected, 3) AS expected,
       CASE WHEN one.expected >= 0.001 THEN round(one.observed / one.expected, 2) END AS ratio,
       one.values AS values, one.uses AS uses, of
