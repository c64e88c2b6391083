// @title Wards whose contexts of concern have no active guardian within 400 m after 18:00
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @param within_m float = 400  straight-line metres between context and guardian
// @param from_hour integer = 18  first hour of the evening, 0 to 23
// @returns ward, name, of_concern, without, only_report_or_enforce, hours_unknown, not_recorded, no_point, contexts
// @reading One row per ward in which at least one context of concern is not known to be covered. A guardian counts
// when it is active, its training is in date, it cares, young people do not say it is unwelcoming, and it is open in
// the evening on at least one day, nearby or as a declared guardian of the context. "without" is evidenced: engagement is
// recorded with somebody here, and nobody counts. It includes "only_report_or_enforce", where somebody open reports or
// enforces only. "hours_unknown": a guardian is there, but its hours are not recorded. "not_recorded": no engagement is
// recorded with anybody here, or an active guardian's stance is not; ask first. "no_point": a context without a point,
// such as a peer group, and without a declared guardian. A concern past its review date no longer counts. Distances are
// straight lines; a confidential place counts from its ward's centre.
MATCH (g:Guardian)
WHERE coalesce(g.valid_from, $as_of) <= $as_of <= coalesce(g.valid_to, $as_of)
OPTIONAL MATCH (g)-[:WITHIN]->(centre:Area {level: 'ward'}) WHERE g.sensitivity = 'confidential'
WITH collect({id: g.id, place: coalesce(g.location, centre.inner_point)}) AS places
MATCH (c:Context)
WHERE c.concern = 'of_concern' AND coalesce(c.concern_review, $as_of) >= $as_of
  AND coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (c)-[:WITHIN]->(ward:Area {level: 'ward'})
WITH places, c, ward,
     coalesce(c.location, CASE WHEN c.sensitivity = 'confidential' AND NOT c.kind IN ['peer_group', 'online']
                               THEN ward.inner_point END) AS point
WITH c, ward, point, [p IN places WHERE point.distance(p.place, point) <= $within_m | p.id] AS near
OPTIONAL MATCH (linked:Guardian)-[l:GUARDIAN_OF]->(c)
WHERE all(x IN [linked, l] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND (coalesce(l.basis, 'declared') <> 'perceived' OR l.asked IS NOT NULL)
WITH c, ward, point, near,
     collect(CASE WHEN linked IS NOT NULL THEN {id: linked.id, week: l.hours_week} END) AS links
WITH c, ward, point, links,
     near + [l IN links WHERE NOT l.id IN near | l.id] AS present
OPTIONAL MATCH (g:Guardian) WHERE g.id IN present
WITH c, ward, point, collect({
       engaged: g.stage IS NOT NULL,
       able: coalesce(g.stage, '') = 'active' AND coalesce(g.trained_until, $as_of) >= $as_of
         AND coalesce(g.staff_trained, 1) > 0 AND coalesce(g.young_people_say, '') <> 'unwelcoming',
       stance: coalesce(g.stance, 'unknown'),
       weeks: [l IN links WHERE l.id = g.id AND l.week IS NOT NULL | l.week]
         + CASE WHEN g.hours_week IS NULL THEN [] ELSE [g.hours_week] END}) AS guardians
WITH c, ward, point, any(g IN guardians WHERE g.engaged) AS engaged, [g IN guardians WHERE g.able] AS able
WITH c, ward, point, engaged, able,
     [g IN able WHERE any(week IN g.weeks WHERE any(day IN range(0, 6)
        WHERE substring(week, 24 * day + $from_hour, 24 - $from_hour) CONTAINS '1')) | g.stance] AS open
WITH c, ward, 'report' IN open OR 'enforce' IN open AS watched,
     CASE WHEN 'care' IN open THEN 'open'
          WHEN any(g IN able WHERE g.stance = 'care' AND size(g.weeks) = 0) THEN 'hours unknown'
          WHEN any(g IN able WHERE g.stance = 'unknown') THEN 'not recorded'
          WHEN engaged THEN 'without'
          WHEN point IS NULL THEN 'no point'
          ELSE 'not recorded' END AS state
ORDER BY c.name, c.id
WITH ward, count(c) AS of_concern,
     sum(CASE WHEN state = 'without' THEN 1 ELSE 0 END) AS without,
     sum(CASE WHEN state = 'without' AND watched THEN 1 ELSE 0 END) AS only_report_or_enforce,
     sum(CASE WHEN state = 'hours unknown' THEN 1 ELSE 0 END) AS hours_unknown,
     sum(CASE WHEN state = 'not recorded' THEN 1 ELSE 0 END) AS not_recorded,
     sum(CASE WHEN state = 'no point' THEN 1 ELSE 0 END) AS no_point,
     collect(CASE WHEN state <> 'open' THEN c.name + ': ' + state END) AS contexts
WHERE size(contexts) > 0
RETURN ward.code AS ward, ward.name AS name, of_concern, without, only_report_or_enforce, hours_unknown,
       not_recorded, no_point, contexts
ORDER BY without DESC, of_concern DESC, ward
