// @title Wards whose contexts of concern have no active guardian within 400 m after 18:00
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @param within_m float = 400  straight-line metres between context and guardian
// @param from_hour integer = 18  first hour of the evening, 0 to 23
// @returns ward, name, of_concern, without, only_report_or_enforce, hours_unknown, not_recorded, no_point, contexts
// @reading One row per ward in which at least one context of concern is not known to be covered. A guardian counts
// when it is active, its training is in date, it cares, young people do not say it is unwelcoming, and it is open in
// the evening on at least one day, nearby or as a declared guardian of the context. "without" is evidenced: there is
// none. It includes "only_report_or_enforce", where somebody open reports or enforces only. "hours_unknown": a guardian
// is there, but its hours are not recorded. "not_recorded": only places with no engagement or no stance recorded.
// "no_point": a context without a point, such as a peer group. A concern past its review date no longer counts.
// Distances are straight lines; a confidential place counts from its ward's centre.
MATCH (g:Guardian)
WHERE coalesce(g.valid_from, $as_of) <= $as_of <= coalesce(g.valid_to, $as_of)
  AND coalesce(g.young_people_say, 'not_asked') <> 'unwelcoming'
OPTIONAL MATCH (g)-[:WITHIN]->(centre:Area {level: 'ward'}) WHERE g.sensitivity = 'confidential'
WITH collect({stage: g.stage, stance: g.stance, until: g.trained_until, week: g.hours_week,
              place: coalesce(g.location, centre.inner_point)}) AS guardians
MATCH (c:Context)
WHERE c.concern = 'of_concern' AND coalesce(c.concern_review, $as_of) >= $as_of
  AND coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (c)-[:WITHIN]->(ward:Area {level: 'ward'})
WITH guardians, c, ward,
     coalesce(c.location, CASE WHEN c.sensitivity = 'confidential' THEN ward.inner_point END) AS place
WITH c, ward, place,
     [g IN guardians WHERE point.distance(g.place, place) <= $within_m]
     + [(g:Guardian)-[l:GUARDIAN_OF]->(c)
        WHERE all(x IN [g, l] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
          AND coalesce(g.young_people_say, 'not_asked') <> 'unwelcoming'
          AND (coalesce(l.basis, 'declared') <> 'perceived' OR l.asked IS NOT NULL)
        | {stage: g.stage, stance: g.stance, until: g.trained_until, week: coalesce(l.hours_week, g.hours_week)}
       ] AS present
WITH c, ward, place,
     [g IN present WHERE g.stage = 'active' AND coalesce(g.until, $as_of) >= $as_of] AS active,
     [g IN present WHERE g.stage IS NULL OR (g.stage = 'active' AND coalesce(g.stance, 'unknown') = 'unknown')]
       AS unrecorded
WITH c, ward, place, unrecorded,
     [g IN active WHERE g.stance = 'care' AND g.week IS NULL] AS unknown,
     [g IN active WHERE any(day IN range(0, 6)
        WHERE substring(g.week, 24 * day + $from_hour, 24 - $from_hour) CONTAINS '1')] AS open
WITH c, ward,
     any(g IN open WHERE g.stance IN ['report', 'enforce']) AS watched,
     CASE WHEN any(g IN open WHERE g.stance = 'care') THEN 'open'
          WHEN size(unknown) > 0 THEN 'hours unknown'
          WHEN size(unrecorded) > 0 THEN 'not recorded'
          WHEN place IS NULL THEN 'no point'
          ELSE 'without' END AS state
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
