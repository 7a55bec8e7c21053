"""One table says what is personal in the whole house, and when it is forgotten."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import translation
from django.utils.text import capfirst

from events import demo, engagements, invitations
from events.models import Act, Change, Consent, Edition, Engagement, Invitation, Setlist, Work
from kultour import retention
from kultour.retention import YEAR, length
from tests.events.conftest import at
from tests.events.test_pages import words

LOOKS_PERSONAL = re.compile(r"name|mail|phone|address|note|contact|iban|birth|(^|_)by($|_)")
NO_PERSON = {
    # where a field only looks so → what it is
    "Edition.note": "about the event, public",
    "Venue.name": "of a place",
    "Venue.short_name": "of a place",
    "Venue.address": "of a place",
    "Venue.access_note": "of a place",
    "Venue.note": "of a place",
    "Stage.name": "of a place",
    "Segment.name": "of a file",
    "Permission.name": "of Django",
    "Permission.codename": "of Django",
    "Group.name": "of Django; the house uses roles",
    "SocialApp.name": "never written: the city's login stands in the settings",
    "EmailConfirmation.email_address": "never written: the house confirms no address",
}


def test_every_field_that_looks_personal_is_in_the_table():
    known = {f"{rule.model.__name__}.{name}" for rule in retention.rules() for name in rule.personal}
    looking = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if LOOKS_PERSONAL.search(field.name)
    }
    assert looking - known - set(NO_PERSON) == set()
    assert set(NO_PERSON) - looking == set(), "what does not exist any more needs no excuse"


def test_the_table_names_fields_that_exist():
    for rule in retention.rules():
        fields = {field.name for field in rule.model._meta.concrete_fields}
        assert set(rule.personal) <= fields and set(rule.emptied or {}) <= fields, rule.model


@pytest.mark.parametrize(
    ("life", "sentence"),
    [
        (timedelta(minutes=1), "1 Minute"),
        (timedelta(hours=4), "4 Stunden"),
        (timedelta(hours=1), "1 Stunde"),
        (timedelta(days=14), "14 Tage"),
        (2 * YEAR, "24 Monate"),
        (10 * YEAR, "10 Jahre"),
    ],
)
def test_a_length_reads_as_people_say_it(life, sentence):
    with translation.override("de"):
        assert length(life) == sentence


# --- the run ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def past(db) -> Edition:
    """The edition of Whit Sunday 2027, with all that Jorinde left there."""
    demo.load(at("12:00"))
    edition, act = Edition.objects.get(), Act.objects.get(slug="jorinde-beispiel")
    engagements.answer(act, edition, "accepted", "Gern.", at("12:00"), by="Ida")
    engagements.note(act, edition, contact_name="Jorinde", phone="05251 1", leader_address="Am Fluss 1", musicians=2)
    invitations.make(act, None, at("12:00"), edition)
    return edition


def left() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Invitation, Consent, Setlist, Work, Engagement, Act)}


def test_a_fortnight_after_the_event_no_link_is_left(past):
    before = left()
    retention.forget(past.closes + timedelta(days=13))
    assert left() == before
    retention.forget(past.closes + timedelta(days=14, seconds=1))
    assert left() == before | {"Invitation": 0}


def test_two_years_after_the_event_the_contact_is_empty_and_the_figures_stay(past):
    retention.forget(past.closes + 2 * YEAR - timedelta(days=1))
    assert Engagement.objects.get().phone == "05251 1"
    assert retention.forget(past.closes + 2 * YEAR + timedelta(days=1))["Engagement"] == 1
    row = Engagement.objects.get()
    rule = retention.rule_of("Engagement")
    assert {name: getattr(row, name) for name in rule.personal} == dict.fromkeys(rule.personal, "")
    assert (row.answer, row.musicians) == ("accepted", 2)
    assert retention.forget(past.closes + 2 * YEAR + timedelta(days=2))["Engagement"] == 0


def test_after_ten_years_consents_and_set_lists_go(past):
    retention.forget(past.closes + 10 * YEAR - timedelta(days=1))
    assert (left()["Consent"] > 0, left()["Setlist"] > 0) == (True, True)
    retention.forget(past.closes + 10 * YEAR + timedelta(days=1))
    assert {name: left()[name] for name in ("Consent", "Setlist", "Work")} == {"Consent": 0, "Setlist": 0, "Work": 0}


def test_who_changed_the_programme_is_forgotten_the_change_is_not(past, django_user_model):
    ida = django_user_model.objects.create(username="ida")
    Change.objects.update(by=ida, at=at("12:00"))
    changes = Change.objects.count()
    retention.forget(at("12:00") + 2 * YEAR + timedelta(days=1))
    assert (Change.objects.filter(by=ida).count(), Change.objects.count()) == (0, changes)


def test_a_session_that_has_ended_is_deleted(db):
    for key, end in (("over", at("11:59")), ("open", at("12:01"))):
        Session.objects.create(session_key=key, session_data="x", expire_date=end)
    retention.forget(at("12:00"))
    assert list(Session.objects.values_list("session_key", flat=True)) == ["open"]


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_privacy_page_tells_every_rule(db, language):
    page = words(Client().get(f"{language}/datenschutz").content.decode())
    with translation.override(language.strip("/") or "de"):
        told = [f"{capfirst(rule.data)} {rule.kept} {rule.then or '–'}" for rule in retention.rules() if rule.data]
        assert len(told) > 10
        assert [sentence for sentence in told if sentence.replace("'", "&#x27;") not in page] == []
