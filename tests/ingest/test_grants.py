"""360Giving grants: the same links from CSV and JSON, ends, register numbers, and no names of persons."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.adapters import charity_register, grants_360giving
from ingest.organisations import KnownOrganisations, charity_number, company_number, sector_of
from ingest.rows import RawRow, ReadContext

COLUMNS = {
    "id": "Identifier",
    "title": "Title",
    "description": "Description",
    "currency": "Currency",
    "amount": "Amount Awarded",
    "date": "Award Date",
    "start": "Planned Dates:Start Date",
    "end": "Planned Dates:End Date",
    "months": "Planned Dates:Duration (months)",
    "to": "Recipient Org:Identifier",
    "to_name": "Recipient Org:Name",
    "to_charity": "Recipient Org:Charity Number",
    "to_company": "Recipient Org:Company Number",
    "by": "Funding Org:Identifier",
    "by_name": "Funding Org:Name",
    "person": "Recipient Ind:Identifier",
}
BASE = {"currency": "GBP", "by": "GB-LAE-XXX", "by_name": "Exampleborough Council", "months": "12"}


def grant(**values: str) -> dict[str, str]:
    return {**BASE, **values}


GRANTS = [
    grant(id="g-1", amount="1000", date="2024-02-29", to="x-choir", to_name="Example Choir", title="Singing"),
    grant(id="g-2", amount="2000.50", date="2023-05-01", to="x-choir", to_name="Example Choir"),
    grant(id="g-3", amount="500", date="2023-05-01", to="GB-COH-123", to_name="Example Arts", to_charity="0900001"),
    grant(id="g-4", amount="600", date="2024-05-01", to="GB-COH-123", to_name="Example Arts Centre"),
    grant(id="g-5", amount="700", date="2024-05-01", to="GB-COH-777", to_name="Example Play CIC", end="2025-03-31"),
    grant(
        id="g-6", amount="50", date="2024-06-01", to="x-jo_bloggs", to_name="Mrs Jo Bloggs", title="To Mrs Jo Bloggs"
    ),
    grant(id="g-7", amount="80", date="2024-06-01", to="", to_name="", person="p-1"),
    grant(id="g-8", amount="90", date="2024-06-01", to="x-choir", to_name="Example Choir", currency="EUR", months=""),
]


def write_csv(folder: Path) -> Path:
    path = folder / "grants_360giving.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        writer.writerows([g.get(key, "") for key in COLUMNS] for g in GRANTS)
    return path


def write_json(folder: Path) -> Path:
    def shape(g):
        dates = {
            "startDate": g.get("start"),
            "endDate": g.get("end"),
            "duration": int(g["months"]) if g["months"] else None,
        }
        body = {
            "id": g["to"],
            "name": g["to_name"],
            "charityNumber": g.get("to_charity"),
            "companyNumber": g.get("to_company"),
        }
        found = {
            "id": g["id"],
            "title": g.get("title"),
            "currency": g["currency"],
            "amountAwarded": float(g["amount"]),
            "awardDate": g["date"] + "T00:00:00+00:00",
            "plannedDates": [{k: v for k, v in dates.items() if v}],
            "fundingOrganization": [{"id": g["by"], "name": g["by_name"]}],
        }
        if g.get("person"):
            return {**found, "recipientIndividual": {"id": g["person"], "name": "Mx Example Person"}}
        return {**found, "recipientOrganization": [{k: v for k, v in body.items() if v}]}

    path = folder / "grants.json"
    path.write_text(json.dumps({"license": "CC-BY-4.0", "grants": [shape(g) for g in GRANTS]}), "utf-8")
    return path


def read(path: Path):
    issues = []
    reading = grants_360giving.read(path, ReadContext(path.name, report=issues.append))
    rows = list(reading.rows)
    bodies = {row.values["id"]: row.values for row in rows if row.table == "organisations"}
    links = {row.values["id"]: row.values for row in rows if row.table == "links"}
    assert len(bodies) + len(links) == len(rows)  # nobody and no grant twice
    return reading, bodies, links, issues


@pytest.fixture(params=[write_csv, write_json], ids=["csv", "json"])
def given(request, tmp_path):
    return read(request.param(tmp_path))


def test_both_forms_are_recognised(tmp_path):
    assert grants_360giving.sniff(write_csv(tmp_path)).strength == "exact"
    assert grants_360giving.sniff(write_json(tmp_path)).strength == "exact"
    other = tmp_path / "other.csv"
    write_csv(tmp_path).rename(other)
    assert grants_360giving.sniff(other).strength == "suggested"


def test_a_json_that_is_no_grants_is_not_claimed(tmp_path):
    path = tmp_path / "grants.json"
    path.write_text('{"grants": 3}', "utf-8")
    assert grants_360giving.sniff(path) is None


def test_two_grants_between_the_same_two_bodies_are_two_links(given):
    _, _, links, _ = given
    ends = [(link["from"], link["to"]) for link in links.values()]
    assert ends.count(("org:GB-LAE-XXX", "org:x-choir")) == 3


def test_a_grant_ends_its_months_after_the_award(given):
    _, _, links, _ = given
    assert (links["g-2"]["end"], links["g-2"]["end_basis"]) == ("2024-05-01", "award_plus_duration")
    assert links["g-2"]["start"] == "2023-05-01"
    assert links["g-1"]["end"] == "2025-02-28"  # 29 February 2024 and twelve months


def test_an_end_that_is_given_holds(given):
    _, _, links, _ = given
    assert (links["g-5"]["end"], links["g-5"]["end_basis"]) == ("2025-03-31", "given")


def test_without_end_or_duration_the_end_is_unknown(given):
    _, _, links, _ = given
    assert (links["g-8"]["end"], links["g-8"]["end_basis"]) == (None, "unknown")


def test_an_organisation_takes_the_best_number_any_of_its_grants_carries(given):
    _, bodies, links, _ = given
    assert links["g-3"]["to"] == links["g-4"]["to"] == "org:charity-900001"
    arts = bodies["charity-900001"]
    assert (arts["name"], arts["sector"], arts["company_number"]) == ("Example Arts Centre", "voluntary", "00000123")
    assert bodies["company-00000777"]["sector"] == "community"  # a community interest company
    assert bodies["GB-LAE-XXX"]["sector"] == "statutory"
    assert bodies["x-choir"]["sector"] == "community"


def test_grants_to_individuals_are_dropped_and_counted(given):
    _, _, links, issues = given
    assert "g-7" not in links
    assert [issue.message for issue in issues if issue.code == "person_dropped"] == [
        "1 rows are about individuals and were dropped."
    ]


def test_a_recipient_that_reads_as_a_person_is_withheld_and_its_amount_kept(given):
    _, bodies, links, issues = given
    assert float(links["g-6"]["amount_gbp"]) == 50
    assert bodies[links["g-6"]["to"].removeprefix("org:")]["name"] == "Name withheld"
    assert "loggs" not in str(bodies) + str(links) + str(issues)  # not in an id nor a title either
    assert sum(issue.code == "person_name_withheld" for issue in issues) == 1


def test_an_amount_in_another_currency_is_left_blank(given):
    _, _, links, issues = given
    assert links["g-8"]["amount_gbp"] is None
    assert [issue.value for issue in issues if issue.code == "value_bad"] == ["EUR"]


def test_csv_and_json_give_the_same_records(tmp_path):
    def spelled(records):
        return {key: {**r, "amount_gbp": float(r.get("amount_gbp") or 0)} for key, r in records.items()}

    _, csv_bodies, csv_links, _ = read(write_csv(tmp_path))
    _, json_bodies, json_links, _ = read(write_json(tmp_path))
    assert csv_bodies == json_bodies
    assert spelled(csv_links) == spelled(json_links)


def test_a_licence_that_the_file_says_is_kept(tmp_path):
    assert read(write_json(tmp_path))[0].info.licence == "CC-BY-4.0"
    assert read(write_csv(tmp_path))[0].info.licence is None
    assert read(write_csv(tmp_path))[0].info.publisher == "Exampleborough Council"


@pytest.mark.parametrize("text", ["[]", '{"grants": [', '{"grants": [1, null]}', "[" * 100_000])
def test_broken_json_is_one_sentence(tmp_path, text):
    path = tmp_path / "grants.json"
    path.write_text(text, "utf-8")
    try:
        assert list(grants_360giving.read(path, ReadContext("grants.json")).rows) == []
    except ValueError as error:
        assert len(str(error)) < 100


# --- numbers and identity -----------------------------------------------------------------------------------------


def test_register_numbers_have_one_spelling():
    assert charity_number("0512710") == charity_number(" 512710 ") == "512710"
    assert charity_number("SC 012345") == "SC012345"
    assert charity_number("not registered") is None
    assert company_number("738693") == "00738693"
    assert company_number("ce008889") == "CE008889"
    assert company_number("n/a") is company_number("0") is None


def test_sectors_come_from_the_register_a_body_is_in():
    assert sector_of("Example Ltd", "x", None, "00000001") == "private"
    assert sector_of("Example", "x", None, "CE000001") == "voluntary"
    assert sector_of("Example Society", "x", None, "RS000001") == "community"
    assert sector_of("Example C.I.C.", "x", None, "00000001") == "community"
    assert sector_of("Example", "x", "900001", "00000001") == "voluntary"


def test_a_company_that_is_a_charity_takes_the_charity_id():
    known = KnownOrganisations([{"id": "org:charity-5", "charity_number": "5", "company_number": "00000009"}])
    body = RawRow("organisations", {"id": "company-00000009", "company_number": "00000009", "name": "Example"}, 1)
    link = RawRow("links", {"type": "FUNDS", "from": "org:a", "to": "org:company-00000009"}, 1)
    other = RawRow("links", {"type": "FUNDS", "from": "org:a", "to": "org:company-00000001"}, 1)
    assert known.settle(body).values["id"] == "charity-5"
    assert known.settle(link).values["to"] == "org:charity-5"
    assert known.settle(other) == other


# --- the real files -----------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize("name", ["grants_360giving.csv", "grants_360giving.json"])
def test_real_grants(trafford, name):
    _, bodies, links, issues = read(trafford / name)
    assert len(links) == 555
    assert round(sum(float(link["amount_gbp"]) for link in links.values()), 2) == 1_291_436.54
    assert len(bodies) == 323 + 1  # the recipients and the funder
    assert Counter(link["end_basis"] for link in links.values()) == {"award_plus_duration": 555}
    assert max(link["end"] for link in links.values()) == "2025-06-19"
    assert [issue.code for issue in issues] == ["person_name_withheld"]


@pytest.mark.shared
def test_real_recipients_in_the_charity_register(trafford):
    known = KnownOrganisations()
    context = ReadContext("charities.csv")
    rows = charity_register.read(trafford / "charities.csv", context).rows
    register = {known.settle(row).values["id"] for row in rows}
    rows = grants_360giving.read(trafford / "grants_360giving.csv", context).rows
    bodies = {known.settle(row).values["id"] for row in rows if row.table == "organisations"}
    assert len(bodies & register) == 36
    assert len(bodies | register) == 1024
