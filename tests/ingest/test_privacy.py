"""The personal-data gate. Every name, number and address here is made up."""

import pytest

from ingest.privacy import is_personal_column, looks_like_person_name, personal_value


@pytest.mark.parametrize(
    "column",
    ["Head teacher", "HeadFirstName", "headteacher_name", "Trustees", "contact_name", "licence holder", "DOB",
     "date_of_birth", "UPN", "NHS number", "phone", "Telephone Number", "mobile", "e-mail", "Email", "Crime ID",
     "telephonenum", "contactemail", "Contact", "mobile no"],
)  # fmt: skip
def test_personal_columns_are_known(column):
    assert is_personal_column(column)


@pytest.mark.parametrize(
    "column",
    ["name", "title", "tenant", "mobile library", "charity_name", "charity_contact_postcode", "charity_contact_web",
     "establishmentname", "address", "postcode", "headquarters", "website", "opening_hours_monday", "ward_name",
     "capacity", "dobbin", "unique_reference_number"],
)  # fmt: skip
def test_other_columns_are_not(column):
    assert not is_personal_column(column)


# 943 476 5919 has the right check digit: 9*10+4*9+3*8+4*7+7*6+6*5+5*4+9*3+1*2 = 299, 299 mod 11 = 2, 11 - 2 = 9.
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("write to someone@example.org first", "an e-mail address"),
        ("someone (at) example.org", "an e-mail address"),
        ("ring 0161 496 0000", "a telephone number"),
        ("ring (0161) 496-0000 after six", "a telephone number"),
        ("07700 900123", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("+49 30 901820 12", "a telephone number"),
        ("0049 30 90182012", "a telephone number"),
        ("number 943 476 5919", "an NHS number"),
        ("9434765919", "an NHS number"),
        ("born on 3 May 2010", "a date of birth"),
        ("DOB: 03/05/2010", "a date of birth"),
        ("date of birth 2010-05-03", "a date of birth"),
        ("speak to Mrs Ada Example", "a person's name"),
        ("Ms Example runs it", "a person's name"),
        ("Dr Ada Example", "a person's name"),
        ("a boy called Adam comes", "a person's name"),
    ],
)
def test_personal_values_are_found_and_named_in_words(text, what):
    assert personal_value(text) == what


@pytest.mark.parametrize(
    "text",
    [
        "Unit 3, 12-14 Example Road, Exampletown EX1 1EX",
        "Monday 10:00-12:00, Tuesday 0900 - 1700",
        "https://www.example.org/page?id=0161496000012",
        "Company 01234567, charity 1087294",
        "943 476 5918",  # wrong check digit
        "2019-2020 and 2020-2021",
        "Founded in 1999, born of a need for youth work",
        "The MS Society meets",
        "360G-example-0123456789012",
        "URN 106167, ATCO 1800SJ47601",
        "",
    ],
)
def test_bodies_addresses_and_numbers_of_things_are_not_persons(text):
    assert personal_value(text) is None


def test_a_pupil_number_is_found_by_its_check_letter():
    # Twelve ones: the weights 2 to 13 sum to 90, and 90 mod 23 = 21: the 22nd letter where I, O and S are left out.
    assert "ABCDEFGHJKLMNPQRTUVWXYZ"[21] == "Y"
    assert personal_value("pupil Y111111111111") == "a unique pupil number"
    assert personal_value("part Z111111111111") is None


def test_a_business_may_be_called_after_a_person():
    assert personal_value("Mrs Miggins Pie Shop", names=False) is None


@pytest.mark.parametrize("name", ["Ada Example", "Emma Jane Example", "Mr Example", "Mrs A. Example", "J. R. Example"])
def test_names_that_read_as_a_persons(name):
    assert looks_like_person_name(name)


@pytest.mark.parametrize(
    "name",
    ["Drake Music", "John Leigh Park", "Medway Crescent", "Ada's Choir", "Blanc", "Action Cheshire", "Grace Church",
     "Friends of Ada Example", "Little Green Sock", "BOOMbox", "Humans MCR", "friends for life", "Hope 4 All",
     "Two by Two", "Ada Example Ltd", "Example Trust", "TUF*C"],
)  # fmt: skip
def test_names_of_bodies_do_not(name):
    assert not looks_like_person_name(name)
