// @title The organisation whose grant ending cuts most contexts off
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns funder, name, contexts_cut_off, contexts_reached, services, agreements, amount_gbp, first_end, ends_unknown, contexts
// @reading One row per funder without whose money at least one context would lose every service that works on it, the
// largest loss first. A service is taken to end with a funder when all the money recorded for it, and for the
// organisation that runs it, comes from that funder now. Where no funding is recorded for a service, it is not known who pays,
// and its contexts are not counted as cut off. "ends_unknown" counts agreements without an end date. Money passed on is
// not counted twice in "amount_gbp", which adds the agreements that reach these services.
MATCH (c:Context)<-[t:TARGETS]-(s:Service)
WHERE all(x IN [c, t, s] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND coalesce(s.status, 'active') = 'active'
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
WITH DISTINCT c, s
WITH c, s,
     [(f)-[m:FUNDS]->(s)
      WHERE all(x IN [f, m] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
        AND coalesce(m.start, $as_of) <= $as_of <= coalesce(m.end, $as_of)
      | {funder: f.id, link: m.id, amount: CASE WHEN coalesce(m.onward, false) THEN 0.0 ELSE m.amount_gbp END, end: m.end}]
     + [(f)-[m:FUNDS]->(o:Organisation)-[r:RUNS]->(s)
      WHERE all(x IN [f, m, r] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
        AND coalesce(m.start, $as_of) <= $as_of <= coalesce(m.end, $as_of)
      | {funder: f.id, link: m.id, amount: CASE WHEN coalesce(m.onward, false) THEN 0.0 ELSE m.amount_gbp END, end: m.end}]
       AS money
WITH c, s, money, head(money).funder AS first
WITH c, s, money, CASE WHEN all(m IN money WHERE m.funder = first) THEN first END AS only_funder
WITH c, collect({service: s.id, only: only_funder, money: money}) AS responses
WITH c, responses, head(responses).only AS first
WITH c, responses, CASE WHEN all(r IN responses WHERE r.only = first) THEN first END AS cut_off_by
UNWIND responses AS r
UNWIND r.money AS m
WITH DISTINCT m.funder AS funder, c, cut_off_by, r.service AS service, m.link AS link, m.amount AS amount, m.end AS end
ORDER BY c.name, c.id
WITH funder,
     collect(DISTINCT CASE WHEN cut_off_by = funder THEN c.name END) AS contexts,
     count(DISTINCT CASE WHEN cut_off_by = funder THEN c.id END) AS contexts_cut_off,
     count(DISTINCT c.id) AS contexts_reached, count(DISTINCT service) AS services,
     collect(DISTINCT {link: link, amount: amount, end: end}) AS agreements
WHERE contexts_cut_off > 0
OPTIONAL MATCH (o:Organisation {id: funder})
OPTIONAL MATCH (p:Programme {id: funder})
RETURN funder, coalesce(o.name, p.name) AS name, contexts_cut_off, contexts_reached, services,
       size(agreements) AS agreements,
       reduce(total = 0.0, m IN agreements | total + coalesce(m.amount, 0.0)) AS amount_gbp,
       reduce(first = null, m IN agreements |
         CASE WHEN first IS NULL OR m.end < first THEN m.end ELSE first END) AS first_end,
       size([m IN agreements WHERE m.end IS NULL]) AS ends_unknown, contexts
ORDER BY contexts_cut_off DESC, contexts_reached DESC, funder
