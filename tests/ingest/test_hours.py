"""Opening hours: OSM text, everyday text, seven columns; what is not certain stays unknown."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.hours import UNKNOWN, Hours, parse_hours, week_to_osm

LABELLED = Path(__file__).with_name("hours_labelled.csv")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def week(**open_hours: list[int]) -> str:
    """Flags by hand: week(mo=[9, 10]) is Monday 09:00-11:00."""
    flags = ["0"] * 168
    for day, hours in open_hours.items():
        start = ("mo", "tu", "we", "th", "fr", "sa", "su").index(day) * 24
        for hour in hours:
            flags[start + hour] = "1"
    return "".join(flags)


def flags(text: str) -> str | None:
    return parse_hours(text).week


# --- OSM text -----------------------------------------------------------------------------------------------------


def test_osm_text_becomes_168_flags_from_monday_midnight():
    assert flags("Mo 09:00-12:00") == week(mo=[9, 10, 11])


def test_an_hour_counts_from_thirty_minutes():
    assert flags("Mo 09:30-11:29") == week(mo=[9, 10])
    assert flags("Mo 09:31-11:30") == week(mo=[10, 11])


def test_two_short_spells_in_one_hour_add_up():
    assert flags("Mo 09:00-09:15,09:40-09:55") == week(mo=[9])


def test_hours_after_midnight_belong_to_the_next_day():
    assert flags("Fr 22:00-02:00") == week(fr=[22, 23], sa=[0, 1])
    assert flags("Fr 22:00-26:00") == week(fr=[22, 23], sa=[0, 1])
    assert flags("Su 22:00-02:00") == week(su=[22, 23], mo=[0, 1])


def test_a_later_rule_replaces_the_day_and_the_night_before_an_added_one_does_not():
    assert flags("Fr 22:00-02:00; Sa 10:00-12:00") == week(fr=[22, 23], sa=[10, 11])
    assert flags("Fr 22:00-02:00, Sa 10:00-12:00") == week(fr=[22, 23], sa=[0, 1, 10, 11])


def test_always_and_never():
    assert flags("24/7") == "1" * 168
    assert flags("off") == flags("closed") == flags("Closed") == "0" * 168


@pytest.mark.parametrize(
    "text",
    [
        '"by appointment"',
        'Mo-Fr 09:00-17:00 "by appointment"',
        'Mo-Fr 09:00-17:00 || "ring"',
        "Fr 20:00+",
        "SH 10:00-12:00",
        "sunrise-sunset",
        "Mo-Fr unknown",
        "Mo-Fr",  # 24 hours in OSM; in data, more often times that nobody wrote
        "open",
        "Mo 10:00-12:00/00:30",
        "Jul-Aug 10:00-18:00",
        "2026 Mo 10:00-12:00",
        "Sa[1] 10:00-12:00",
        "PH 10:00-12:00",
        "PH off",
        "Mo-Fr 10:00-4:00",  # a slip for 16:00?
    ],
)
def test_osm_text_that_is_not_certain_is_unknown_and_kept(text):
    assert parse_hours(text) == Hours(text, None, text)


def test_dated_rules_stay_text_and_the_flags_mean_an_ordinary_week():
    found = parse_hours("Mo 10:00-12:00; Jul-Aug Mo 10:00-20:00; SH off")
    assert found.text == "Mo 10:00-12:00; Jul-Aug Mo 10:00-20:00; SH off"
    assert found.week == week(mo=[10, 11])
    assert found.unread == "Jul-Aug Mo 10:00-20:00; SH off"


def test_public_holidays_are_a_caveat_and_no_country_is_assumed():
    assert parse_hours("Mo 10:00-12:00; PH off") == Hours("Mo 10:00-12:00; PH off", week(mo=[10, 11]))
    assert flags("Sa-Su,PH 10:00-11:00") == week(sa=[10], su=[10])


def test_one_digit_hours_are_read_where_they_cannot_be_a_slip():
    assert flags("Mo 9:00-11:00") == week(mo=[9, 10])


# --- everyday text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "osm"),
    [
        ("Monday to Friday 9am to 5pm", "Mo-Fr 09:00-17:00"),
        ("Tuesdays, Wednesdays and Fridays, 10am-2pm", "Tu,We,Fr 10:00-14:00"),
        ("Tuesdays, Wednesdays 10am-2pm", "Tu,We 10:00-14:00"),
        ("Mon-Fri: 6:30am-10:00pm, Sat-Sun: 8:00am-6:00pm", "Mo-Fr 06:30-22:00, Sa-Su 08:00-18:00"),
        ("every Tuesday 1-3pm", "Tu 13:00-15:00"),
        ("Weekdays 10-2pm", "Mo-Fr 10:00-14:00"),
        ("daily 12 noon - 8pm", "Mo-Su 12:00-20:00"),
        ("Monday - 9am-5pm", "Mo 09:00-17:00"),
        ("9am-5pm Monday to Friday, 10am-4pm Saturday", "Mo-Fr 09:00-17:00, Sa 10:00-16:00"),
        ("Mon-Sat 9am-5pm, closed Wednesday", "Mo,Tu,Th,Fr,Sa 09:00-17:00"),
        ("Daily 9am-5pm. Sunday closed", "Mo-Sa 09:00-17:00"),
        ("Monday-Friday 10am-4pm except Thursday 10am-12pm", "Mo-We,Fr 10:00-16:00, Th 10:00-12:00"),
        ("Sunday to Thursday 5pm-11pm", "Mo-Th,Su 17:00-23:00"),
        ("Friday and Saturday 8pm-2am", "Fr,Sa 20:00-02:00"),
        ("Fri 9pm - midnight", "Fr 21:00-24:00"),
        ("Mon 9 a.m. - 1 p.m.", "Mo 09:00-13:00"),
        ("Mon 09:00-13:00, 14:00-18:00", "Mo 09:00-13:00,14:00-18:00"),
        ("Mon 10am-4", "Mo 10:00-16:00"),
        ("Open 24 hours", "24/7"),
        ("24 hours a day, 7 days a week", "24/7"),
        ("weekends 10am-3pm", "Sa-Su 10:00-15:00"),
        ("7 days a week 8am-10pm", "Mo-Su 08:00-22:00"),
    ],
)
def test_everyday_text_is_read(said, osm):
    assert flags(said) == flags(osm) is not None


def test_term_time_means_an_ordinary_week_and_stays_in_the_text():
    found = parse_hours("Mon-Fri 3.30pm-6pm (term time only)")
    assert found == Hours("Mo-Fr 15:30-18:00; SH off", flags("Mo-Fr 15:30-18:00"), "SH off")


@pytest.mark.parametrize(
    "said",
    [
        "Appointment",
        "by appointment",
        "phone for details",
        "1st Tuesday of month",
        "1st Tuesday of the month 10am-12pm",
        "Mon-Fri 9-5",  # which half?
        "Mon-Fri 9am-5pm, Wed 9am-1pm",  # instead, or as well?
        "Mon-Fri",
        "9am-5pm",
        "10-12 midnight Friday",
        "Monday 25:00-26:00",
        "Mon 5pm-4pm",
        "Evenings, Weekends and School Holidays",
        "Pitch bookings only: Mon-Fri: 5:00pm-10:00pm",
        "Monday to Thursdays, 9-5pm for calls; 10am-2pm for collections",
        "closed on Mondays",
        "Mon 9am-5pm Tue",
        "x" * 5000,
    ],
)
def test_what_is_not_certain_stays_unknown_and_keeps_its_text(said):
    assert parse_hours(said) == Hours(said, None, said)


def test_nothing_said_is_unknown():
    assert parse_hours("") == parse_hours("  ") == parse_hours(None) == parse_hours({}) == UNKNOWN


def labelled() -> list[tuple[str, str]]:
    with LABELLED.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["hours"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("said", "hours"), labelled())
def test_real_texts_are_read_as_a_person_read_them(said, hours):
    expected = None if hours == "unknown" else flags(hours)
    assert hours == "unknown" or expected is not None
    assert flags(said) == expected


# --- one text for each day ----------------------------------------------------------------------------------------


def test_seven_columns_are_read():
    found = parse_hours(
        dict.fromkeys(DAYS[:5], "09:00-13:00, 14:00-18:00") | {"saturday": "09:00-13:00", "sunday": "CLOSED"}
    )
    assert found.text == "Mo-Fr 09:00-13:00,14:00-18:00, Sa 09:00-13:00"
    assert found.week == flags(found.text)
    assert found.unread is None


def test_seven_closed_days_are_closed():
    assert parse_hours(dict.fromkeys(DAYS, "CLOSED")) == Hours("off", "0" * 168)


def test_a_night_in_seven_columns_reaches_into_the_next_day():
    found = parse_hours(dict.fromkeys(DAYS, "Closed") | {"friday": "20:00-02:00", "saturday": "12:00-14:00"})
    assert found.week == week(fr=[20, 21, 22, 23], sa=[0, 1, 12, 13])


def test_a_blank_day_is_unknown_and_not_closed():
    found = parse_hours(dict.fromkeys(DAYS[:5], "09:00-17:00") | {"saturday": "", "sunday": "ring first"})
    assert found.week is None
    assert found.unread == "saturday: blank; sunday: ring first"


# --- properties ---------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("01"), min_size=168, max_size=168).map("".join))
@example("1" * 168)
@example("0" * 168)
def test_a_week_written_as_osm_text_reads_as_the_same_week(flags_168):
    assert parse_hours(week_to_osm(flags_168)).week == flags_168


_WORDS = ["Mon", "Fri", "daily", "9am", "5pm", "10:00", "-", "to", ",", ";", "Mo", "PH", "SH", "off", "24/7", "+"]
_WORDS += ["closed", "except", "1st", "month", '"x"', "||", "[1]", "Jan", "week", "99", "/", ":", "noon"]


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(_WORDS),
            max_size=12,
        ).map(" ".join),
    )
)
def test_any_text_is_read_or_kept_and_never_raises(text):
    found = parse_hours(text)
    assert found.week is None or (len(found.week) == 168 and set(found.week) <= {"0", "1"})
    assert found.week is not None or (found.text or "") == text.strip()


def test_a_week_of_another_length_is_refused():
    with pytest.raises(ValueError, match="168"):
        week_to_osm("01")


# --- the real files -----------------------------------------------------------------------------------------------


def _texts(file: Path, column: str) -> list[str]:
    features = json.loads(file.read_text("utf-8"))["features"]
    return [feature["properties"][column] or "" for feature in features]


@pytest.mark.shared
def test_the_real_hours_that_can_be_read_are_read(trafford):
    hubs = [parse_hours(text) for text in _texts(trafford / "community_hubs.geojson", "opening_hours")]
    leisure = [parse_hours(text) for text in _texts(trafford / "leisure_centres.geojson", "opening_hours")]
    food = [parse_hours(text) for text in _texts(trafford / "food_banks_greater_manchester.geojson", "Opening times")]
    assert [len(hubs), sum(found.week is not None for found in hubs)] == [6, 5]
    assert [len(leisure), sum(found.week is not None for found in leisure)] == [9, 7]
    assert [len(food), sum(found.week is not None for found in food)] == [171, 111]
    assert all(found.unread == found.text for found in food if found.week is None)


@pytest.mark.shared
def test_every_pharmacy_has_hours(trafford):
    features = json.loads((trafford / "pharmacies.geojson").read_text("utf-8"))["features"]
    columns = [{day: feature["properties"][f"opening_hours_{day}"] for day in DAYS} for feature in features]
    assert len(columns) == 57
    assert all(parse_hours(column).week for column in columns)


@pytest.mark.shared
def test_every_real_text_that_is_read_was_labelled_by_a_person(trafford):
    seen = {" ".join(said.split()) for said, _ in labelled()}
    texts = _texts(trafford / "food_banks_greater_manchester.geojson", "Opening times")
    assert [text for text in texts if parse_hours(text).week and " ".join(text.split()) not in seen] == []
