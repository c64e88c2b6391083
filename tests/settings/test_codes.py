"""Code lists are data: the user's own files extend or replace them."""

from __future__ import annotations

import pytest

from graphmodel.codes import code_list, use_own_lists, version
from graphmodel.schema import LINK_TYPES, NODE_TYPES


@pytest.fixture
def own_lists(tmp_path):
    yield tmp_path
    use_own_lists(None)


def test_an_own_file_adds_codes_and_words_known_ones_anew(own_lists):
    (own_lists / "harms.csv").write_text(
        "code,label,definition\nradicalisation,Radicalisation,\nonline_harm,Harm online,\n"
    )

    use_own_lists(own_lists)

    assert code_list("harms")["radicalisation"] == "Radicalisation"
    assert code_list("harms")["online_harm"] == "Harm online"
    assert "serious_violence" in code_list("harms")


def test_a_replacing_file_stands_in_place_of_the_list(own_lists):
    (own_lists / "tiers.replace.csv").write_text("code,label,definition\nuniversal,For all,\n")

    use_own_lists(own_lists)

    assert code_list("tiers") == {"universal": "For all"}


def test_radicalisation_is_off_by_default():
    assert "radicalisation" not in code_list("harms")


def test_every_coded_field_has_a_list_with_codes():
    for type in (*NODE_TYPES.values(), *LINK_TYPES.values()):
        for field in type.fields:
            if field.codes:
                assert code_list(field.codes), (type, field.name)


def test_the_version_to_cite_changes_with_a_label_of_ones_own(own_lists):
    shipped = version()
    (own_lists / "lenses.csv").write_text("code,label,definition\nwelfare,Well-being,\n")
    use_own_lists(own_lists)
    assert version() != shipped
    use_own_lists(None)
    assert version() == shipped
