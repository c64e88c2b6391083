// @title Areas where all provision is behaviour-based
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param level code:area_levels = ward  the areas to look at
// @param as_of date = today  the day it is asked for
// @returns area, name, services, behaviour_based, not_coded, basis
// @reading One row per area in which every coded service is behaviour-based: none works on the place, the group, policy or
// conditions. A service counts for an area where a session takes place, where it works on a context, or which it
// serves; one for the whole borough counts for each of its wards. "not_coded" services could be of any approach: while
// there are some, the basis is "missing_data". Areas where no service is coded are left out: nothing is known of them.
MATCH (s:Service)
WHERE coalesce(s.valid_from, $as_of) <= $as_of <= coalesce(s.valid_to, $as_of)
  AND coalesce(s.status, 'active') = 'active'
WITH s,
     [(s)-[d:DELIVERS]->(e:Session)-[:WITHIN]->(a:Area)
      WHERE all(x IN [d, e] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of)) | a.id]
     + [(s)-[t:TARGETS]->(c:Context)-[:WITHIN]->(a:Area)
      WHERE all(x IN [t, c] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of)) | a.id]
     + [(s)-[v:SERVES]->(part:Area)-[w:WITHIN]->(a:Area)
      WHERE coalesce(v.valid_from, $as_of) <= $as_of <= coalesce(v.valid_to, $as_of)
        AND coalesce(w.share, 1.0) = 1.0 | a.id] AS present,
     [(s)-[v:SERVES]->(a:Area)
      WHERE coalesce(v.valid_from, $as_of) <= $as_of <= coalesce(v.valid_to, $as_of) | a.id] AS served
WITH collect({approach: s.approach, present: present, served: served}) AS services
MATCH (a:Area)
WHERE a.level = $level
  AND ($area IS NULL OR $area IN [a.code, a.id] OR EXISTS {
    MATCH (a)-[w:WITHIN]->(b:Area) WHERE $area IN [b.code, b.id] AND coalesce(w.share, 1.0) = 1.0 })
WITH services, a,
     [a.id] + [(a)-[w:WITHIN]->(b:Area) WHERE coalesce(w.share, 1.0) = 1.0 | b.id] AS self_and_above
WITH a, [s IN services WHERE a.id IN s.present OR any(x IN s.served WHERE x IN self_and_above)] AS here
WITH a, size(here) AS services,
     size([s IN here WHERE s.approach = 'behaviour_based']) AS behaviour_based,
     size([s IN here WHERE s.approach IS NULL]) AS not_coded
WHERE behaviour_based > 0 AND behaviour_based + not_coded = services
RETURN a.code AS area, a.name AS name, services, behaviour_based, not_coded,
       CASE WHEN not_coded = 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY basis, services DESC, area
