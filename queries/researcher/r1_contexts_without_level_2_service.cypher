// @title Contexts with no Level 2 service
// @audience researcher
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns context, kind, services, level_1, not_coded, level_2_actions, basis
// @reading One row per context that no running service works on at Level 2. Unlike C2, dated actions do not stand in for a service:
// "level_2_actions" counts them apart, those not cancelled. The level of the link wins over that of the service. The basis is
// "evidenced" where there are services and all are coded Level 1, else "missing_data".
MATCH (c:Context)
WHERE coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (c)<-[t:TARGETS]-(s:Service)
WHERE all(x IN [s, t] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND coalesce(s.status, 'active') = 'active'
WITH c, collect(DISTINCT CASE WHEN s IS NOT NULL THEN {service: s.id, level: coalesce(t.level, s.level)} END) AS services
WHERE NOT any(s IN services WHERE coalesce(s.level, 'not coded') IN ['L2', 'both'])
WITH c, size(services) AS services, size([s IN services WHERE s.level = 'L1']) AS level_1,
     size([s IN services WHERE s.level IS NULL]) AS not_coded,
     COUNT {
       MATCH (c)<-[t:TARGETS]-(action:Action)
       WHERE t.level IN ['L2', 'both'] AND coalesce(action.status, 'done') <> 'cancelled'
         AND all(x IN [t, action] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of)) }
       AS level_2_actions
RETURN c.id AS context, c.kind AS kind, services, level_1, not_coded, level_2_actions,
       CASE WHEN level_1 > 0 AND not_coded = 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY context
