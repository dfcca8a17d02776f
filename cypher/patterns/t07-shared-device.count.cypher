// id: patterns/t07-shared-device.count
// version: 1
// title: 共用设备或IP：计数 | Shared device or IP: count
// purpose: 线索数，与这么多户用过的全部设备和IP（含柜面与运营商）相比。 | How many, compared with all devices and addresses of so many households, honest or not.
// category: patterns
// typology: T7
// part: count
// mode: read
// maturity: tested
// param: least INTEGER = 3 — 至少几户互不相关 | fewest unrelated households
// param: days INTEGER = 30 — 同一设备：几天之内 | a device: within so many days
// param: ip_days INTEGER = 1 — 同一IP：几天之内（运营商会重新分配） | an IP address: within so many days, for carriers assign them anew
// param: ip_most INTEGER = 20 — 同一IP：户数超过此数视为运营商或网关出口 | an IP address of more households than this is a carrier's or a gateway's
// param: harm_share FLOAT = 0.5 — 至少多大比例的户另有损害迹象（共用本身不算） | least share of the households with a sign of harm beside the sharing itself
// returns: found INTEGER, compared_with INTEGER, requests INTEGER
:param least => 3;
:param days => 30;
:param ip_days => 1;
:param ip_most => 20;
:param harm_share => 0.5;

MATCH (v:Device|IpAddress)
WHERE v.households >= toInteger($least)
  AND NOT coalesce(v.value_class, 'open') IN ['institution', 'junk', 'counter', 'filed']
  AND (v:Device OR v.households <= toInteger($ip_most))
MATCH (v)<-[u:FROM_DEVICE|FROM_IP]-(r:SurrenderRequest)
WHERE u.counts AND r.household IS NOT NULL AND u.at IS NOT NULL
WITH v, collect(DISTINCT {r: r, at: u.at}) AS uses, collect(DISTINCT u.at) AS begins,
     duration({days: toInteger(CASE WHEN v:Device THEN $days ELSE $ip_days END)}) AS span
UNWIND begins AS first_at
WITH v, first_at, first_at + span AS until, uses
UNWIND uses AS use
WITH v, first_at, until, use.r AS r, use.at AS at
WHERE first_at <= at AND at < until
WITH v, first_at, max(at) AS last_at, collect(DISTINCT r) AS used, count(DISTINCT r.household) AS households,
     count(DISTINCT CASE WHEN size(coalesce(r.harm, [])) > 0 THEN r.household END) AS harmed
WHERE households >= toInteger($least) AND harmed >= toFloat($harm_share) * households
// of the windows of one value the one that shows most
ORDER BY harmed DESC, households DESC, first_at
WITH v, head(collect({
  first_at: first_at, last_at: last_at, used: used, households: households, harmed: harmed
})) AS best
WITH v, best.used AS used, best.households AS households, best.harmed AS harmed,
     best.first_at AS first_at, best.last_at AS last_at, v:IpAddress AS weak
WITH collect(used) AS found
RETURN size(found) AS found,
       COUNT { MATCH (v:Device) WHERE v.households >= toInteger($least) }
         + COUNT { MATCH (v:IpAddress) WHERE v.households >= toInteger($least) } AS compared_with,
       COUNT { UNWIND found AS used UNWIND used AS r RETURN DISTINCT r } AS requests
