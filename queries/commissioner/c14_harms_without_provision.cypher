// @title Harm types with no provision
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param harms codes:harms = all  the harms to look at
// @param as_of date = today  the day it is asked for
// @returns harm, contexts, needs, services_of_unknown_harms, basis
// @reading One row per harm that no running service in the area says it responds to. "contexts" and "needs" count where it
// is considered or estimated: 0 means that nobody recorded it, not that it does not happen. Services that do not say
// which harms they respond to might; while there are some the basis is "missing_data". Not for publication.
OPTIONAL MATCH (here:Area)-[up:WITHIN]->(b:Area)
WHERE $area IN [here.code, here.id] AND coalesce(up.share, 1.0) = 1.0
WITH collect(b.id) AS above
OPTIONAL MATCH (s:Service)
WHERE coalesce(s.valid_from, $as_of) <= $as_of <= coalesce(s.valid_to, $as_of)
  AND coalesce(s.status, 'active') = 'active'
  AND ($area IS NULL
    OR EXISTS {
      MATCH (s)-[:DELIVERS|TARGETS]->(e:Session|Context)-[w:WITHIN*1..2]->(a:Area)
      WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0)
        AND coalesce(e.valid_from, $as_of) <= $as_of <= coalesce(e.valid_to, $as_of) }
    OR EXISTS {
      MATCH (s)-[v:SERVES]->(e:Area)-[w:WITHIN*0..2]->(a:Area)
      WHERE ($area IN [a.code, a.id] OR e.id IN above) AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0)
        AND coalesce(v.valid_from, $as_of) <= $as_of <= coalesce(v.valid_to, $as_of) }
    OR (NOT EXISTS { MATCH (s)-[:SERVES]->(:Area) }
      AND NOT EXISTS { MATCH (s)-[:DELIVERS|TARGETS]->(:Session|Context)-[:WITHIN]->(:Area) }))
WITH collect(CASE WHEN s IS NOT NULL THEN coalesce(s.harms, []) END) AS services
WITH services, size([harms IN services WHERE size(harms) = 0]) AS unknown
UNWIND $harms AS harm
WITH harm, unknown, services
WHERE NOT any(harms IN services WHERE harm IN harms)
OPTIONAL MATCH (c:Context)
WHERE harm IN c.harms AND coalesce(c.valid_from, $as_of) <= $as_of <= coalesce(c.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (c)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
WITH harm, unknown, count(c) AS contexts
OPTIONAL MATCH (n:Need)
WHERE n.harm = harm AND coalesce(n.valid_from, $as_of) <= $as_of <= coalesce(n.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (n)-[:ESTIMATED_FOR]->()-[w:WITHIN*0..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
WITH harm, unknown, contexts, count(n) AS needs
RETURN harm, contexts, needs, unknown AS services_of_unknown_harms,
       CASE WHEN unknown = 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY contexts DESC, needs DESC, harm
