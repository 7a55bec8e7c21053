"""What the city says about somebody, and what the house makes of it."""

import pytest

from kultour.accounts import city

ROLES = {"kultur-buero": "office", "regie": "control_room"}


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"groups": ["kultur-buero"]}, "groups", "office"),
        ({"groups": ["/kultur-buero"]}, "groups", "office"),
        ({"groups": ["regie", "kultur-buero", "alle"]}, "groups", "office"),
        ({"groups": "regie"}, "groups", "control_room"),
        ({"realm_access": {"roles": ["regie"]}}, "realm_access.roles", "control_room"),
        ({"https://stadt.example/gruppen": ["regie"]}, "https://stadt.example/gruppen", "control_room"),
        ({"groups": ["kultur-buero-ehemalige", "Regie"]}, "groups", None),
        ({"groups": []}, "groups", None),
        ({"groups": {"kultur-buero": True}}, "groups", None),
        ({"groups": [["kultur-buero"], 7, None]}, "groups", None),
        ({"realm_access": "regie"}, "realm_access.roles", None),
        ({}, "groups", None),
    ],
)
def test_the_first_group_of_ours_counts_and_nothing_that_only_looks_like_one(claims, claim, role):
    assert city.role_in(claims, claim, ROLES) == role


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"given_name": "Ida", "family_name": "Fluss", "name": "x"}, ("Ida", "Fluss")),
        ({"name": "Ida Fluss"}, ("Ida Fluss", "")),
        ({"preferred_username": "fluss"}, ("fluss", "")),
        ({"given_name": 7, "family_name": "F" * 200}, ("7", "F" * 150)),
        ({}, ("", "")),
    ],
)
def test_a_name_as_far_as_it_is_told(claims, name):
    assert city.name_in(claims) == name


def test_the_same_person_at_another_provider_is_another_person():
    assert len({city.number_of(issuer, "7") for issuer in ("https://a.example", "https://b.example")}) == 2
