"""Food premises: XML, JSON and CSV with the traps of real files."""

import json
from pathlib import Path

import pytest

from ingest.adapters import fhrs
from ingest.rows import ReadContext

XML = """<?xml version="1.0" encoding="utf-8"?>
<FHRSEstablishment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <Header><ExtractDate>2026-10-01</ExtractDate></Header>
 <EstablishmentCollection>
  <EstablishmentDetail><FHRSID>1</FHRSID><BusinessName>The Anchor &amp; Bell</BusinessName>
   <BusinessTypeID>7843</BusinessTypeID><AddressLine1>1 Quay</AddressLine1><PostCode>ZZ1 1AA</PostCode>
   <RatingValue>5</RatingValue><Geocode><Longitude>-2.3</Longitude><Latitude>53.4</Latitude></Geocode>
  </EstablishmentDetail>
  <EstablishmentDetail><FHRSID>2</FHRSID><BusinessName>Kiosk</BusinessName><BusinessTypeID>4613</BusinessTypeID>
   <AddressLine1/><RatingDate xsi:nil="true"/><PostCode xsi:nil="true"/><Geocode/></EstablishmentDetail>
  <EstablishmentDetail><FHRSID>3</FHRSID><BusinessName>Corner</BusinessName><BusinessTypeID>7840</BusinessTypeID>
   <Geocode><Longitude>not known</Longitude><Latitude>53.4</Latitude></Geocode></EstablishmentDetail>
  <EstablishmentDetail><FHRSID>4</FHRSID><BusinessName>A school</BusinessName><BusinessTypeID>7845</BusinessTypeID>
   <BusinessType>School/college/university</BusinessType></EstablishmentDetail>
  <EstablishmentDetail><FHRSID>5</FHRSID><BusinessName>A maker</BusinessName><BusinessTypeID>7839</BusinessTypeID>
   <BusinessType>Manufacturers/packers</BusinessType></EstablishmentDetail>
  <EstablishmentDetail><FHRSID>6</FHRSID><BusinessName>Mrs Jo Bloggs</BusinessName><BusinessTypeID>7841</BusinessTypeID>
   </EstablishmentDetail>
 </EstablishmentCollection>
</FHRSEstablishment>"""


def read(path: Path):
    issues = []
    reading = fhrs.read(path, ReadContext(path.name, report=issues.append))
    return reading.info, [row.values for row in reading.rows], issues


def write(folder: Path, text: str, name: str = "food.xml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_premises_are_candidate_guardians(tmp_path):
    info, rows, _ = read(write(tmp_path, XML))
    assert rows[0] == {
        "id": "fhrs-1",
        "name": "The Anchor & Bell",
        "sector": "commercial",
        "kind": "pub",
        "longitude": "-2.3",
        "latitude": "53.4",
        "postcode": "ZZ1 1AA",
    }
    assert info.retrieved.isoformat() == "2026-10-01"
    assert info.licence == "OGL-UK-3.0"


def test_the_hygiene_rating_is_not_kept(tmp_path):
    _, rows, _ = read(write(tmp_path, XML))
    assert not any("rating" in key for row in rows for key in row)


def test_absent_empty_nil_and_unknown_elements_are_blank(tmp_path):
    _, rows, _ = read(write(tmp_path, XML))
    kiosk, corner = rows[1], rows[2]
    assert (kiosk["longitude"], kiosk["latitude"], kiosk["postcode"]) == (None, None, None)
    assert (corner["longitude"], corner["latitude"]) == (None, "53.4")


def test_schools_and_makers_are_passed_over_and_counted(tmp_path):
    _, rows, issues = read(write(tmp_path, XML))
    assert [row["id"] for row in rows] == ["fhrs-1", "fhrs-2", "fhrs-3"]
    assert [issue.message for issue in issues if issue.code == "rows_skipped"] == [
        "1 rows are passed over: Manufacturers/packers.",
        "1 rows are passed over: School/college/university.",
    ]


def test_somebody_who_trades_from_home_under_their_own_name_is_left_out(tmp_path):
    _, rows, issues = read(write(tmp_path, XML))
    assert "Bloggs" not in str(rows) + str(issues)
    assert sum(issue.code == "person_dropped" for issue in issues) == 1


@pytest.mark.parametrize(
    ("type_id", "kind"),
    [
        ("1", "restaurant"),
        ("7844", "takeaway"),
        ("7842", "hotel"),
        ("7846", "other"),
        ("7841", "other"),
        ("4613", "shop"),
    ],
)
def test_the_business_type_gives_the_kind(tmp_path, type_id, kind):
    _, rows, _ = read(write(tmp_path, XML.replace(">7843<", f">{type_id}<")))
    assert rows[0]["kind"] == kind


def test_json_of_both_shapes_is_read(tmp_path):
    entry = {"FHRSID": 1, "BusinessName": "Bell", "BusinessTypeID": 7843, "PostCode": None}
    entry["geocode"] = {"longitude": "-2.3", "latitude": "53.4"}
    api = {"establishments": [entry, {**entry, "FHRSID": 2, "geocode": None}]}
    nested = {"FHRSEstablishment": {"EstablishmentCollection": {"EstablishmentDetail": [entry]}}}
    path = write(tmp_path, json.dumps(api), "food.json")
    assert fhrs.sniff(path).strength == "exact"
    _, rows, _ = read(path)
    assert [(row["id"], row["longitude"]) for row in rows] == [("fhrs-1", "-2.3"), ("fhrs-2", None)]
    _, rows, _ = read(write(tmp_path, json.dumps(nested), "other.json"))
    assert [row["kind"] for row in rows] == ["pub"]


def test_csv_is_read(tmp_path):
    path = write(
        tmp_path, "FHRSID,BusinessName,BusinessTypeID,Longitude,Latitude\n7,Bell,7843,-2.3,53.4\n", "fhrs_x.csv"
    )
    assert fhrs.sniff(path).strength == "exact"
    _, rows, _ = read(path)
    assert (rows[0]["id"], rows[0]["longitude"]) == ("fhrs-7", "-2.3")


def test_other_xml_is_not_claimed(tmp_path):
    assert fhrs.sniff(write(tmp_path, "<gpx></gpx>")) is None


ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><FHRSEstablishment>&a;'


@pytest.mark.parametrize("text", [ENTITIES, "<FHRSEstablishment><EstablishmentDetail>", "<FHRSEstablishment", ""])
def test_entities_and_broken_files_are_one_sentence(tmp_path, text):
    with pytest.raises(ValueError, match=r"^it "):
        read(write(tmp_path, text))


@pytest.mark.shared
def test_the_made_up_sample(trafford):
    info, rows, issues = read(trafford.parent / "formats" / "fhrs" / "sample.xml")
    assert [row["id"] for row in rows] == [f"fhrs-90000{n}" for n in (1, 2, 3, 5, 6, 7, 7)]
    assert sum(issue.code == "rows_skipped" for issue in issues) == 2
    assert info.retrieved.isoformat() == "2026-10-01"
