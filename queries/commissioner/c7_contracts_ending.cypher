// @title Contracts ending within 6 / 12 months, and the contexts and need then uncovered
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @param months integer = 12  how far to look ahead
// @returns agreement, kind, payer, recipient, title, end, within_months, end_basis, extend_to, amount_gbp, services_ending, contexts_uncovered, contexts, needs, people_from, people_to
// @reading One row per grant, contract or commission that ends in the coming months. "services_ending" counts the services
// it pays for, itself or through the organisation that runs them, for which nothing recorded runs longer or begins the day
// after. "contexts_uncovered" are those that no other running service works on. "people_from" and "people_to" add the
// estimates of need for these contexts: counts below the threshold are not kept, so it is a range, and it is
// empty where no need is recorded, which is not the same as no need. A person may be in more than one row. An end of
// basis "award_plus_duration" was worked out from the award, not given; "extend_to" is an option, not a promise.
MATCH (payer:Organisation|Programme)-[m:FUNDS|COMMISSIONS]->(recipient)
WHERE $as_of <= m.end <= $as_of + duration({months: $months})
  AND all(x IN [payer, m, recipient] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
OPTIONAL MATCH (recipient)-[r:RUNS*0..1]->(s:Service)
WHERE all(x IN r WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND coalesce(s.valid_from, $as_of) <= $as_of <= coalesce(s.valid_to, $as_of)
  AND coalesce(s.status, 'active') = 'active'
WITH payer, m, recipient, s,
     [(s)<-[other:FUNDS|COMMISSIONS]-() WHERE other.id <> m.id
        AND coalesce(other.start, $as_of) <= m.end + duration({days: 1}) AND coalesce(other.end, m.end + duration({days: 1})) > m.end
        AND coalesce(other.valid_to, $as_of) >= $as_of | other.id]
     + [(s)<-[:RUNS]-(:Organisation)<-[other:FUNDS]-() WHERE other.id <> m.id
        AND coalesce(other.start, $as_of) <= m.end + duration({days: 1}) AND coalesce(other.end, m.end + duration({days: 1})) > m.end
        AND coalesce(other.valid_to, $as_of) >= $as_of | other.id] AS longer
WITH payer, m, recipient, collect(DISTINCT CASE WHEN size(longer) = 0 THEN s.id END) AS ending
OPTIONAL MATCH (s:Service)-[t:TARGETS]->(c:Context)
WHERE s.id IN ending
  AND all(x IN [t, c] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND NOT EXISTS {
    MATCH (c)<-[u:TARGETS]-(other:Service)
    WHERE NOT other.id IN ending AND coalesce(other.status, 'active') = 'active'
      AND all(x IN [u, other] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of)) }
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (need:Need)-[e:ESTIMATED_FOR]->(c)
WHERE all(x IN [need, e] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
WITH payer, m, recipient, ending, c, need ORDER BY c.name, c.id
WITH payer, m, recipient, ending, count(DISTINCT c) AS contexts_uncovered, collect(DISTINCT c.name) AS contexts,
     collect(DISTINCT CASE WHEN need IS NOT NULL THEN {id: need.id,
       from: coalesce(need.people, need.lower, 0), to: coalesce(need.people, need.upper, need.lower)} END) AS needs
WHERE $area IS NULL OR contexts_uncovered > 0
   OR EXISTS {
    MATCH (recipient)-[:RUNS|DELIVERS|TARGETS|SERVES*0..3]->(place)-[w:WITHIN*0..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) }
RETURN m.id AS agreement, coalesce(m.contract, CASE WHEN type(m) = 'COMMISSIONS' THEN 'contract' END) AS kind,
       payer.name AS payer, recipient.name AS recipient, coalesce(m.title, m.agreement) AS title, m.end AS end,
       CASE WHEN m.end <= $as_of + duration({months: 6}) THEN 6 ELSE $months END AS within_months,
       m.end_basis AS end_basis, m.extend_to AS extend_to, m.amount_gbp AS amount_gbp,
       size(ending) AS services_ending, contexts_uncovered, contexts, size(needs) AS needs,
       CASE WHEN size(needs) > 0 THEN reduce(n = 0, x IN needs | n + x.from) END AS people_from,
       CASE WHEN size(needs) > 0 THEN reduce(n = 0, x IN needs | n + x.to) END AS people_to
ORDER BY end, contexts_uncovered DESC, agreement
