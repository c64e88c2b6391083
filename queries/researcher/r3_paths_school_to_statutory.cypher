// @title Shortest paths from school to statutory help, with hand-offs
// @audience researcher
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns school, name, present, partner_links, hand_offs, reached, police, path, basis
// @reading One row per school. A path starts with whoever is present there (who runs the school, its guardians, the services that
// work on it) and follows referrals and escalations to a statutory organisation, or to a service that one runs, in at
// most 4 hand-offs. "hand_offs" is the fewest; of several such paths the first by id is shown, and "police" says whether it ends
// with the police. No path is "evidenced" where partner links of those present are recorded, "missing_data" where none are.
// Links young people perceive count only where it is known who was asked. The true network may hold links nobody declared.
MATCH (c:Context)
WHERE c.kind = 'school'
  AND coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
OPTIONAL MATCH (c)<-[l:RUNS|GUARDIAN_OF|TARGETS]-(body:Organisation|Guardian|Service)
WHERE all(x IN [l, body] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
OPTIONAL MATCH p = (body)-[steps:REFERS_TO|ESCALATES_TO*1..4]->(to:Organisation|Service)
WHERE all(x IN steps WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of)
      AND (coalesce(x.basis, 'declared') <> 'perceived' OR x.asked IS NOT NULL))
  AND all(x IN nodes(p) WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
  AND (to.sector = 'statutory' OR EXISTS { MATCH (to)<-[:RUNS]-(o:Organisation) WHERE o.sector = 'statutory' })
WITH c, body, to, p, length(p) AS hand_offs, [x IN nodes(p) | x.id] AS path
ORDER BY hand_offs, path
WITH c, count(DISTINCT body) AS present, head(collect(to)) AS reached, head(collect(hand_offs)) AS hand_offs,
     head(collect(path)) AS path
WITH c, present, reached, hand_offs, path,
     COUNT {
       MATCH (c)<-[:RUNS|GUARDIAN_OF|TARGETS]-()-[l:REFERS_TO|ESCALATES_TO]->()
       WHERE coalesce(l.valid_from, $as_of) <= $as_of <= coalesce(l.valid_to, $as_of) } AS partner_links
RETURN c.id AS school, c.name AS name, present, partner_links, hand_offs, reached.id AS reached,
       CASE WHEN reached IS NOT NULL THEN 'police' IN coalesce(reached.role_codes, []) END AS police, path,
       CASE WHEN hand_offs IS NOT NULL OR partner_links > 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY hand_offs DESC, name, school
