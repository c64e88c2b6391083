"""Blank tables can be filled in and loaded as they are, and describe what validation holds them to."""

import csv
import json

from town import codes

from graphmodel.codes import code_list
from ingest.adapters.package import fields_of
from ingest.template import schema_markdown, tables, write_templates


def test_every_table_of_a_package_has_a_blank_one(tmp_path):
    paths = write_templates(tmp_path / "new")

    assert [path.name for path in paths] == [
        "areas.csv", "contexts.csv", "guardians.csv", "services.csv", "sessions.csv", "organisations.csv",
        "forums.csv", "programmes.csv", "assessments.csv", "goals.csv", "actions.csv", "needs.csv", "measures.csv",
        "links.csv", "datapackage.json", "README.md"]  # fmt: skip


def test_columns_are_named_once_and_all_are_read(tmp_path):
    for table, fields in tables().items():
        names = [field.name for field in fields]
        assert len(set(names)) == len(names), table
        assert set(names) <= fields_of(table), table
        assert names[0] in ("id", "type")


def test_blank_tables_load_without_a_complaint(tmp_path, load, store):
    write_templates(tmp_path / "town")

    report = load()

    assert codes(report) == []
    assert {f.adapter for f in report.files} == {"package"}
    assert all(id.startswith("source:") for id in store.node)


def test_a_filled_in_table_is_left_alone(tmp_path):
    write_templates(tmp_path)
    (tmp_path / "contexts.csv").write_text("id,name,kind\na,A,park\n", encoding="utf-8")

    write_templates(tmp_path)

    assert (tmp_path / "contexts.csv").read_text(encoding="utf-8").endswith("a,A,park\n")


def test_the_description_has_types_codes_and_ranges(tmp_path):
    write_templates(tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    resources = {each["name"]: each for each in package["resources"]}
    for name, resource in resources.items():
        with (tmp_path / resource["path"]).open(encoding="utf-8") as file:
            assert next(csv.reader(file)) == [field["name"] for field in resource["schema"]["fields"]], name

    context = {field["name"]: field for field in resources["contexts"]["schema"]["fields"]}
    assert context["kind"]["constraints"] == {"required": True, "enum": list(code_list("context_kinds"))}
    assert context["minimum_age"]["constraints"] == {"minimum": 0, "maximum": 130}
    assert context["concern_review"]["type"] == "date"
    assert "location" not in context
    assert context["longitude"]["type"] == "number"


def test_the_schema_page_names_every_link_and_field():
    page = schema_markdown()

    assert "### Guardian" in page
    assert "| `ESCALATES_TO` | Organisation, Guardian, Service | Organisation, Guardian, Service, Forum |" in page
    assert "| young_people_asked | integer | how many were asked; a count of people, rounded at the door |" in page
