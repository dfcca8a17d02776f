// id: patterns/t14-escalation.count
// version: 1
// title: 缠访式升级投诉：计数 | Escalation: count
// purpose: 线索数，与投诉这么多次的全部人相比。 | How many, compared with all persons who complained so many times.
// category: patterns
// typology: T14
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 5 — 至少几次投诉 | fewest complaints
// param: days INTEGER = 90 — 几天之内 | within so many days
// param: channels INTEGER = 2 — 至少几个渠道 | fewest channels
// param: bodies INTEGER = 3 — 一封信最多由几个部门转来，合计一次 | so many forwarded by regulators are one letter
// param: marks INTEGER = 1 — 至少几种迹象（独自坚持的真实诉求一种也没有） | fewest kinds of marks; a real grievance pursued alone has none
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 5;
:param days => 90;
:param channels => 2;
:param bodies => 3;
:param marks => 1;

MATCH (p:Person)-[:COMPLAINED]->(c:Complaint)-[:COPY_OF]->(t:TextCluster)
WHERE c.received_at IS NOT NULL
WITH p, t, collect(DISTINCT c) AS all_letters
WHERE size(all_letters) >= toInteger($least)
UNWIND all_letters AS begin
WITH p, t, begin, [
       c IN all_letters
       WHERE begin.received_at <= c.received_at
         AND c.received_at < begin.received_at + duration({days: toInteger($days)})
     ] AS letters
WITH p, t, begin, letters, size([c IN letters WHERE coalesce(c.source, '') = 'regulator']) AS forwarded,
     COUNT { UNWIND letters AS c WITH c.source AS source WHERE source IS NOT NULL RETURN DISTINCT source } AS channels
WITH p, t, begin, letters, channels,
     size(letters) - forwarded + toInteger(ceil(toFloat(forwarded) / toInteger($bodies))) AS times
WHERE times >= toInteger($least) AND channels >= toInteger($channels)
// of the windows of one complainant the one that shows most
ORDER BY times DESC, channels DESC, begin.received_at, t.key
WITH p, head(collect({t: t, letters: letters, times: times, channels: channels})) AS best
WITH p, best.t AS t, best.letters AS letters, best.times AS times, best.channels AS channels,
     COLLECT { MATCH (p)-[:APPLIED_FOR]->(r:SurrenderRequest) RETURN r } AS used
WITH p, t, letters, times, channels, used,
     CASE WHEN t.applicants >= 2 THEN ['template'] ELSE [] END
       + CASE WHEN EXISTS { UNWIND letters AS c WITH c WHERE EXISTS {
         MATCH (c)-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]->(v)<-[:WRITTEN_WITH|SENT_FROM|SENT_UNDER]-(:Complaint)
               <-[:COMPLAINED]-(other:Person)
         WHERE other.household <> p.household
           AND CASE WHEN v:WaybillRun THEN coalesce(c.source, '') <> 'regulator'
                    ELSE coalesce(v.value_class, 'open') IN ['open', 'agent'] END
           AND NOT EXISTS { (v)<-[:FILED]-(kin:Person) WHERE kin.household = p.household }
           AND NOT EXISTS {
             (v)<-[:AGENT_PHONE]-(agent:Agent) WHERE coalesce(agent.left_on >= date(c.received_at), true)
           }
       } RETURN c } THEN ['contact'] ELSE [] END
       + [h IN ['takeover', 'third_party_payee', 'somebody_behind', 'stranger_paid_premium']
          WHERE any(r IN used WHERE h IN coalesce(r.harm, []))] AS marks
WHERE size(marks) >= toInteger($marks)
WITH p, t, letters, times, channels, used, marks,
     COLLECT { UNWIND letters AS c WITH date(c.received_at) AS day ORDER BY day RETURN day } AS days
WITH p, t, letters, times, channels, used, marks, head(days) AS first_at, last(days) AS last_at
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (p:Person) WHERE COUNT { (p)-[:COMPLAINED]->(:Complaint) } >= toInteger($least) } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
