"""Is the demo a package that anybody's reader can take, and is it made up?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

import demo as demo_package
from demo.generate import write_demo
from graphmodel import schema
from graphmodel.codes import code_list

PSEUDO = {"id", "longitude", "latitude", "postcode", "area"}
LISTED = [
    (table, name, field)
    for label, node in schema.NODE_TYPES.items()
    for table in [node.table]
    for name, field in schema.node_fields(label).items()
]


def digests(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_bytes_are_written_by_another_process_with_another_hash_seed(demo, tmp_path):
    script = "import sys; from pathlib import Path; from demo.generate import write_demo; write_demo(Path(sys.argv[1]))"
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    root = Path(demo_package.__file__).parent.parent
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "again")], check=True, env=environment, cwd=root)
    assert digests(tmp_path / "again") == digests(demo.folder)


def test_these_are_the_bytes_written_on_every_machine(demo):
    """When the generator is meant to change: put the new digest here."""
    digest = sha256(b"".join(name.encode() + b"\0" + text for name, text in digests(demo.folder).items()))
    assert digest.hexdigest() == "97c3e1a18ee6cd6cd0eb94d6c917ca6c1e3877ace6d4627e9e71c5bded0156f3"


def test_the_files_bear_the_day_of_the_demo(demo):
    days = {datetime.fromtimestamp(path.stat().st_mtime, UTC).date() for path in demo.folder.iterdir()}
    assert days == {demo_package.AS_OF}


def test_it_is_written_in_under_two_seconds(tmp_path):
    started = time.process_time()
    write_demo(tmp_path)
    assert time.process_time() - started < 2


def test_another_day_moves_every_date_and_nothing_else(demo, tmp_path):
    write_demo(tmp_path, as_of=demo_package.AS_OF + timedelta(days=365 * 4 + 1))

    def without_dates(text: str) -> str:
        return re.sub(r"\b20\d\d-\d\d-\d\d\b|\b20\d\d-\d\d\b", "DATE", text)

    for path in demo.folder.glob("*.csv"):
        assert without_dates(path.read_text("utf-8")) == without_dates((tmp_path / path.name).read_text("utf-8"))


def test_it_holds_what_the_design_asks_for(demo):
    counts = {table: len(rows) for table, rows in demo.tables.items()}
    assert (counts["contexts"], counts["guardians"], counts["services"]) == (300, 900, 80)
    levels = Counter(row["level"] for row in demo.tables["areas"])
    assert levels == {"lsoa": 60, "msoa": 10, "ward": 8, "local_authority": 1}
    borough = next(row for row in demo.tables["areas"] if row["code"] == "X08000001")
    assert 220_000 < int(borough["population"]) < 240_000


@pytest.mark.parametrize(
    ("table", "field", "codes"),
    [
        ("contexts", "kind", "context_kinds"), ("contexts", "concern", "concern"),
        ("guardians", "kind", "guardian_kinds"), ("guardians", "sector", "guardian_sectors"),
        ("guardians", "stage", "stages"), ("guardians", "stance", "stances"),
        ("guardians", "young_people_say", "young_people_say"), ("services", "level", "levels"),
        ("services", "approach", "approaches"), ("services", "access", "access"), ("services", "tier", "tiers"),
        ("services", "lens", "lenses"), ("services", "relationship", "relationships"),
        ("services", "outcome_measures", "outcome_measures"), ("sessions", "kind", "session_kinds"),
        ("organisations", "sector", "organisation_sectors"), ("organisations", "role_codes", "roles"),
        ("forums", "kind", "forum_kinds"), ("programmes", "kind", "programme_kinds"),
        ("actions", "kind", "action_kinds"), ("goals", "domain", "domains"), ("measures", "kind", "measure_kinds"),
        ("needs", "basis", "need_basis"),
    ],
)  # fmt: skip
def test_every_code_of_the_central_lists_occurs(demo, table, field, codes):
    used = {code for row in demo.tables[table] for code in row[field].split(";")}
    assert set(code_list(codes)) - used == set()


@pytest.mark.parametrize(("table", "name"), [("guardians", "stage"), ("services", "level"), ("guardians", "hours")])
def test_unknown_occurs_beside_known(demo, table, name):
    assert {bool(row[name]) for row in demo.tables[table]} == {True, False}


def test_every_code_is_of_its_list(demo):
    for table, name, field in LISTED:
        if field.codes and table in demo.tables:
            known = set(code_list(field.codes))
            for row in demo.tables[table]:
                cells = [cell for cell in (row.get(name) or "").split(";") if cell]
                assert set(cells) <= known, (table, row["id"], name)


def test_every_column_is_a_field(demo):
    for table, rows in demo.tables.items():
        label = schema.label_of_table(table)
        fields = (
            set(schema.node_fields(label)) if label else {f for t in schema.LINK_TYPES for f in schema.link_fields(t)}
        )
        assert set(rows[0]) <= fields | PSEUDO | {"type", "from", "to"}, table


def test_required_fields_are_filled(demo):
    for table, name, field in LISTED:
        if field.required and table in demo.tables:
            assert all(row[name] for row in demo.tables[table]), (table, name)


def test_ids_are_unique_and_plain(demo):
    for table, rows in demo.tables.items():
        if table != "links":
            ids = [row["id"] for row in rows]
            assert len(ids) == len(set(ids)), table
            assert all(re.fullmatch(r"[A-Za-z0-9-]+", id) for id in ids), table


def test_names_are_used_once_within_kind_and_ward(demo):
    for prefix in ("context", "guardian"):
        named = [
            (row["name"], row["kind"], demo.wards.get(id))
            for id in demo.ids(prefix)
            if (row := demo.by_id[id])["kind"] != "peer_group"
        ]
        assert len(named) == len(set(named))


def test_every_link_is_allowed_and_joins_two_rows(demo):
    for row in demo.tables["links"]:
        link = schema.LINK_TYPES[row["type"]]
        assert row["from"] in demo.by_id and row["to"] in demo.by_id, row
        assert schema.label_of(row["from"]) in link.starts and schema.label_of(row["to"]) in link.ends, row
        filled = {name for name, value in row.items() if value} - {"type", "from", "to"}
        assert filled <= set(schema.link_fields(row["type"])), row
        for field in link.fields:
            if field.codes and row.get(field.name):
                assert set(row[field.name].split(";")) <= set(code_list(field.codes)), row


def test_no_link_is_given_twice_and_every_type_occurs(demo):
    rows = [tuple(row.items()) for row in demo.tables["links"]]
    assert len(rows) == len(set(rows))
    assert {row["type"] for row in demo.tables["links"]} == set(schema.LINK_TYPES) - {"WITHIN"}


def test_partner_links_are_declared_and_perceived_and_perceived_says_who_was_asked(demo):
    for type in (*schema.PARTNER_LINKS, "GUARDIAN_OF"):
        assert all(bool(row["asked"]) == (row["basis"] == "perceived") for row in demo.links(type)), type
    basis = {row["basis"] for type in schema.PARTNER_LINKS for row in demo.links(type)}
    assert basis == {"declared", "perceived"}
    assert {row["basis"] for row in demo.links("GUARDIAN_OF")} == {"declared", "perceived", "observed"}


def test_peer_groups_have_areas_and_no_point_and_no_name_of_their_own(demo):
    groups = [row for row in demo.tables["contexts"] if row["kind"] == "peer_group"]
    assert len(groups) == 12
    for row in groups:
        assert row["name"] == "Peer group" and not row["longitude"] and row["area"].startswith(("X05", "X02"))


def test_concern_is_never_put_on_a_business_and_always_has_a_review(demo):
    concerned = [row for row in demo.tables["contexts"] if row["concern"] not in ("", "none_known")]
    assert all(row["concern_review"] and row["kind"] != "commercial" for row in concerned)


def test_the_confidential_place_has_a_ward_and_no_point(demo):
    [row] = [row for row in demo.tables["sessions"] if row["sensitivity"] == "confidential"]
    assert row["area"] == "X05000004" and not row["longitude"]


def test_one_count_of_people_is_below_the_threshold_so_that_rounding_at_the_door_shows(demo):
    assert demo.by_id["need:young-parents-care"]["people"] == "7"
    assert any(0 < int(row["young_people_asked"] or 0) < 10 for row in demo.tables["guardians"])


def test_the_descriptor_lists_every_file_with_its_columns(demo):
    described = json.loads((demo.folder / "datapackage.json").read_text("utf-8"))
    assert described["licenses"][0]["name"] == "CC0-1.0"
    assert described["attribution"] == "Fictional demo data"
    for resource in described["resources"]:
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert columns == list(demo.tables[resource["name"]][0]), resource["name"]
    assert {resource["name"] for resource in described["resources"]} == set(demo.tables)


def test_dates_are_dates(demo):
    for table, name, field in LISTED:
        if field.kind == "date" and table in demo.tables:
            for row in demo.tables[table]:
                if row.get(name):
                    date.fromisoformat(row[name])
    for row in demo.links("FUNDS"):
        assert not row["end"] or date.fromisoformat(row["start"]) < date.fromisoformat(row["end"])


REAL = {
    *("manchester", "liverpool", "london", "trafford", "birmingham", "leeds", "sheffield", "blackpool", "lancaster"),
    *("tesco", "asda", "lidl", "aldi", "sainsbury", "morrisons", "greggs", "costa", "starbucks", "mcdonald", "kfc"),
    *("subway", "wetherspoon", "boots", "barnardo", "nspcc", "nacro"),
}


def test_nothing_real_is_in_it(demo):
    text = "\n".join(path.read_text("utf-8") for path in demo.folder.iterdir()).lower()
    words = set(re.findall(r"[a-z]+", text))
    assert words & REAL == set()
    assert not re.search(r"\b[ewsn]\d{8}\b", text), "a real area code"
    assert not re.search(r"[\w.]+@[\w.]+|https?://|\b0\d{9,10}\b", text), "a way to reach somebody"
    assert not re.search(r"\b(mr|mrs|ms|dr|rev)\b", text), "a person"
    for word in ("hotspot", "gang", "hard to reach", "offender", "vulnerable child"):
        assert word not in text
