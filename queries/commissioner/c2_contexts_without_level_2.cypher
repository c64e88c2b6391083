// @title Contexts with no Level 2 response
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns context, name, kind, concern, ward, level_1, not_coded, basis, because
// @reading One row per context that no running service and no action works on at Level 2, so nothing is recorded that
// changes the context itself. The level of the link wins over the level of the service. "level_1" and "not_coded" count
// the services that do work there. The basis is "evidenced" only where there are services and every one is coded Level 1;
// otherwise it is "missing_data": a service is not yet coded, or no response has been recorded at all, which is not
// the same as none. Actions that are cancelled do not count.
MATCH (c:Context)
WHERE coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (c)<-[t:TARGETS]-(r:Service|Action)
WHERE all(x IN [r, t] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND NOT coalesce(r.status, 'active') IN ['ended', 'paused', 'planned', 'cancelled']
WITH c, collect(DISTINCT CASE WHEN r IS NOT NULL
     THEN {response: r.id, service: r:Service, level: coalesce(t.level, r.level)} END) AS responses
WHERE NOT any(r IN responses WHERE coalesce(r.level, 'not coded') IN ['L2', 'both'])
WITH c, size([r IN responses WHERE r.service AND r.level = 'L1']) AS level_1,
     size([r IN responses WHERE r.service AND r.level IS NULL]) AS not_coded,
     head([(c)-[:WITHIN]->(ward:Area) WHERE ward.level = 'ward' | ward.code]) AS ward
RETURN c.id AS context, c.name AS name, c.kind AS kind,
       CASE WHEN c.concern_review < $as_of THEN 'review overdue' ELSE c.concern END AS concern,
       ward, level_1, not_coded,
       CASE WHEN level_1 > 0 AND not_coded = 0 THEN 'evidenced' ELSE 'missing_data' END AS basis,
       CASE WHEN not_coded > 0 THEN toString(not_coded) + ' not yet coded'
            WHEN level_1 > 0 THEN 'every service here works at Level 1'
            ELSE 'no response recorded' END AS because
ORDER BY basis, concern, name, context
