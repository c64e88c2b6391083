// @title Active venues with no escalation route
// @audience pilot
// @param area area = none  code of an area, its parts included; none is everywhere
// @param as_of date = today  the day it is asked for
// @returns guardian, name, kind, sector, ward, active_since, partner_links, basis
// @reading One row per active guardian that passes its worries on to nobody, as far as is recorded. "partner_links" counts the other
// partner links recorded for it: where there are some, somebody looked, and the basis is "evidenced"; where there are
// none the basis is "missing_data": ask the venue before calling it a gap.
MATCH (g:Guardian)
WHERE g.stage = 'active'
  AND coalesce(g.valid_from, $as_of) <= $as_of <= coalesce(g.valid_to, $as_of)
  AND ($area IS NULL OR EXISTS {
    MATCH (g)-[w:WITHIN*1..2]->(a:Area)
    WHERE $area IN [a.code, a.id] AND all(x IN w WHERE coalesce(x.share, 1.0) = 1.0) })
  AND NOT EXISTS {
    MATCH (g)-[l:ESCALATES_TO]->(to)
    WHERE all(x IN [l, to] WHERE coalesce(x.valid_from, $as_of) <= $as_of <= coalesce(x.valid_to, $as_of))
      AND (coalesce(l.basis, 'declared') <> 'perceived' OR l.asked IS NOT NULL) }
WITH g,
     head([(g)-[:WITHIN]->(ward:Area) WHERE ward.level = 'ward' | ward.code]) AS ward,
     COUNT {
       MATCH (g)-[l:REFERS_TO|SHARES_INFORMATION_WITH|TRAINS|CO_DELIVERS_WITH|ACCOUNTABLE_TO|MEMBER_OF]-()
       WHERE coalesce(l.valid_from, $as_of) <= $as_of <= coalesce(l.valid_to, $as_of) } AS partner_links
RETURN g.id AS guardian, g.name AS name, g.kind AS kind, g.sector AS sector, ward, g.stage_since AS active_since,
       partner_links, CASE WHEN partner_links > 0 THEN 'evidenced' ELSE 'missing_data' END AS basis
ORDER BY basis, ward, name, guardian
