// @title The engagement funnel by ward
// @audience pilot
// @param area area = none  code of an area, its parts included; none is everywhere
// @param sector code:guardian_sectors = commercial  commercial or community
// @param as_of date = today  the day it is asked for
// @returns ward, name, places, not_recorded, identified, approached, engaged, agreed, trained, active, training_lapsed, lapsed, declined
// @reading One row per ward: how many places of the sector stand at each stage of engagement, each place at one stage.
// "not_recorded" are places with no engagement recorded, such as those from a register: it does not say that nobody
// approached them. "training_lapsed" counts those of "active" whose training has run out. A place in no ward known here
// stands in the row without a ward.
MATCH (g:Guardian)
WHERE g.sector = $sector
  AND coalesce(g.valid_from, $as_of) <= $as_of <= coalesce(g.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (g)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (g)-[:WITHIN]->(ward:Area {level: 'ward'})
RETURN ward.code AS ward, ward.name AS name, count(g) AS places,
       sum(CASE WHEN g.stage IS NULL THEN 1 ELSE 0 END) AS not_recorded,
       sum(CASE WHEN g.stage = 'identified' THEN 1 ELSE 0 END) AS identified,
       sum(CASE WHEN g.stage = 'approached' THEN 1 ELSE 0 END) AS approached,
       sum(CASE WHEN g.stage = 'engaged' THEN 1 ELSE 0 END) AS engaged,
       sum(CASE WHEN g.stage = 'agreed' THEN 1 ELSE 0 END) AS agreed,
       sum(CASE WHEN g.stage = 'trained' THEN 1 ELSE 0 END) AS trained,
       sum(CASE WHEN g.stage = 'active' THEN 1 ELSE 0 END) AS active,
       sum(CASE WHEN g.stage = 'active' AND g.trained_until < $as_of THEN 1 ELSE 0 END) AS training_lapsed,
       sum(CASE WHEN g.stage = 'lapsed' THEN 1 ELSE 0 END) AS lapsed,
       sum(CASE WHEN g.stage = 'declined' THEN 1 ELSE 0 END) AS declined
ORDER BY ward
