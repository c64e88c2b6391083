// @title Venues whose only escalation is the police
// @audience pilot
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns guardian, name, kind, sector, stage, ward, routes, police, roles_unknown, basis
// @reading One row per guardian that passes its worries on to the police, and to nobody who is known to be anything else. An
// organisation counts as police where that is one of its roles. "roles_unknown" counts routes to organisations whose roles are not
// recorded: while there are some the basis is "missing_data". A route to a forum, a service or another guardian is not police.
MATCH (g:Guardian)-[l:ESCALATES_TO]->(to)
WHERE all(x IN [g, l, to] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND (coalesce(l.basis, 'declared') <> 'perceived' OR l.asked IS NOT NULL)
  AND ($area IS NULL OR EXISTS {
    MATCH (g)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
WITH DISTINCT g, to
WITH g, count(to) AS routes,
     sum(CASE WHEN 'police' IN to.role_codes THEN 1 ELSE 0 END) AS police,
     sum(CASE WHEN to:Organisation AND size(coalesce(to.role_codes, [])) = 0 THEN 1 ELSE 0 END) AS roles_unknown
WHERE police > 0 AND police + roles_unknown = routes
RETURN g.id AS guardian, g.name AS name, g.kind AS kind, g.sector AS sector, g.stage AS stage,
       head([(g)-[:WITHIN]->(ward:Area) WHERE ward.level = 'ward' | ward.code]) AS ward,
       routes, police, roles_unknown,
       CASE WHEN roles_unknown = 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY basis, ward, name, guardian
