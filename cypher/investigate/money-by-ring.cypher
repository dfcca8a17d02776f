// id: investigate/money-by-ring
// version: 1
// title: 线索的金额 | Money by ring
// purpose: 每条线索的敞口与超出现金价值的申请、协议、已付金额（分）；旁列由成员重新计算的数、保费、现金价值与付入他人账户的金额。 | What is at risk in each ring and what was asked, agreed and paid beyond cash value (fen), beside the same computed again from its members, the premiums, cash values, and what was paid where somebody else is the payee.
// category: investigate
// mode: read
// maturity: tested
// param: ring_id STRING = '' — 线索编号，空则全部 | id of one ring; empty for all
// param: tier STRING = '' — 层级，空则全部 | tier; empty for all
// param: limit INTEGER = 100 — 最多返回行数 | most rows
// returns: ring_id STRING, tier STRING, score FLOAT, units INTEGER, at_risk INTEGER, requested INTEGER, agreed INTEGER, paid INTEGER, requested_here INTEGER, agreed_here INTEGER, paid_here INTEGER, cash_value INTEGER, premium INTEGER, commission INTEGER, paid_to_others INTEGER, not_yet_paid INTEGER, of INTEGER
// identity: ring_id
:param ring_id => '';
:param tier => '';
:param limit => 100;

MATCH (g:Ring)
WHERE ($ring_id = '' OR g.key = $ring_id) AND ($tier = '' OR g.tier = $tier)
WITH g ORDER BY coalesce(g.at_risk, 0) + coalesce(g.paid, 0) DESC, coalesce(g.score, 0.0) DESC, g.key
WITH collect(g) AS found
WITH size(found) AS of, found[..toInteger($limit)] AS some
UNWIND some AS g
CALL (g) {
  MATCH (g)<-[:IN_RING]-(r:SurrenderRequest)
  // An amount or a cash value that is missing adds nothing.
  RETURN sum(CASE WHEN r.requested_amount > r.cash_value THEN r.requested_amount - r.cash_value ELSE 0 END) AS requested_here,
         sum(CASE WHEN r.agreed_amount > r.cash_value THEN r.agreed_amount - r.cash_value ELSE 0 END) AS agreed_here,
         sum(CASE WHEN r.paid_amount > r.cash_value THEN r.paid_amount - r.cash_value ELSE 0 END) AS paid_here,
         sum(coalesce(r.cash_value, 0)) AS cash_value,
         sum(CASE WHEN 'third_party_payee' IN coalesce(r.harm, []) THEN coalesce(r.paid_amount, 0) ELSE 0 END) AS paid_to_others,
         sum(CASE WHEN r.paid_at IS NULL AND r.paid_amount IS NULL THEN 1 ELSE 0 END) AS not_yet_paid
}
CALL (g) {
  MATCH (g)<-[:IN_RING]-(:SurrenderRequest)-[:SURRENDERS]->(p:Policy)
  WITH DISTINCT p
  RETURN sum(coalesce(p.premium_paid, 0)) AS premium, sum(coalesce(p.commission_paid, 0)) AS commission
}
RETURN g.ring_id AS ring_id, g.tier AS tier, g.score AS score, g.units AS units,
       g.at_risk AS at_risk, g.requested AS requested, g.agreed AS agreed, g.paid AS paid,
       requested_here, agreed_here, paid_here, cash_value, premium, commission, paid_to_others, not_yet_paid, of
