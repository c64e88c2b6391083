// @title Services an asylum-seeking 16-17-year-old can refer themselves to, by language
// @audience commissioner
// @param area area = none  code of an area, its parts included; none is everywhere
// @param group code:groups = asylum_seeking  the population group
// @param from_age integer = 16  youngest age
// @param to_age integer = 17  oldest age
// @param as_of date = today  the day it is asked for
// @returns language, service, name, kind, made_for_group, minimum_age, maximum_age, ages, referral, eligibility, shares_with, place
// @reading One row per language and service: the same service stands under each of its languages. Services made for other
// groups only are left out. "made_for_group" is true where the service was made for the group, and empty where it does
// not say for whom. "ages" is "all", "part" or "not recorded". "referral" is "self" or "not recorded": ask before you
// count on it. "shares_with" says with whom information is shared (police, immigration); empty is not known, not none.
// "place" is "not recorded" where nothing says in which area a service is offered.
OPTIONAL MATCH (here:Area)-[up:WITHIN]->(b:Area)
WHERE $area IN [here.code, here.id] AND coalesce(up.share, 1.0) = 1.0
WITH collect(b.id) AS above
MATCH (s:Service)
WHERE coalesce(s.valid_from, $as_of) <= $as_of <= coalesce(s.valid_to, $as_of)
  AND coalesce(s.status, 'active') = 'active'
  AND (s.access = 'self' OR s.open_access OR (s.access IS NULL AND s.open_access IS NULL))
  AND coalesce(s.minimum_age, $to_age) <= $to_age AND coalesce(s.maximum_age, $from_age) >= $from_age
  AND (size(coalesce(s.made_for, [])) = 0 OR $group IN s.made_for)
WITH s, CASE
  WHEN $area IS NULL THEN 'everywhere'
  WHEN EXISTS {
    MATCH (s)-[:DELIVERS|TARGETS]->(e:Session|Context)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0)
      AND coalesce(e.valid_from, $as_of) <= $as_of <= coalesce(e.valid_to, $as_of) } THEN 'in the area'
  WHEN EXISTS {
    MATCH (s)-[v:SERVES]->(e:Area)-[w:WITHIN*0..2]->(a:Area)
    WHERE ($area IN [a.code, a.id] OR e.id IN above) AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0)
      AND coalesce(v.valid_from, $as_of) <= $as_of <= coalesce(v.valid_to, $as_of) } THEN 'for the area'
  WHEN NOT EXISTS { MATCH (s)-[:SERVES]->(:Area) }
   AND NOT EXISTS { MATCH (s)-[:DELIVERS|TARGETS]->(:Session|Context)-[:WITHIN]->(:Area) } THEN 'not recorded'
  ELSE 'elsewhere' END AS place
WHERE place <> 'elsewhere'
OPTIONAL MATCH (s)<-[:RUNS*0..1]-(body:Service|Organisation)-[i:SHARES_INFORMATION_WITH|REFERS_TO]->()
UNWIND coalesce(i.shares_with, [null]) AS with_whom
WITH s, place, with_whom ORDER BY with_whom
WITH s, place, collect(DISTINCT with_whom) AS with_whom
UNWIND CASE WHEN size(coalesce(s.languages, [])) = 0 THEN ['not recorded'] ELSE s.languages END AS language
RETURN language, s.id AS service, s.name AS name, s.kind AS kind,
       CASE WHEN $group IN s.made_for THEN true END AS made_for_group,
       s.minimum_age AS minimum_age, s.maximum_age AS maximum_age,
       CASE WHEN s.minimum_age IS NULL OR s.maximum_age IS NULL THEN 'not recorded'
            WHEN s.minimum_age <= $from_age AND s.maximum_age >= $to_age THEN 'all' ELSE 'part' END AS ages,
       CASE WHEN s.access = 'self' OR s.open_access THEN 'self' ELSE 'not recorded' END AS referral,
       s.eligibility AS eligibility,
       CASE WHEN size(with_whom) > 0 THEN with_whom END AS shares_with, place
ORDER BY CASE WHEN language = 'not recorded' THEN 1 ELSE 0 END, language, referral DESC, name, service
