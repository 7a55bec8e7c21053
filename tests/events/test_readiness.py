"""How far an act is: six steps, and for each missing one a few words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from events.readiness import Facts, State, Step, counts, declined, lacks, needs_setlist, steps
from tests.events.conftest import at

JORINDE = Facts(
    invited=True,
    answer="accepted",
    has_telephone=True,
    in_programme=True,
    without_consent=(),
    setlists=("Abendlicht",),
    open_setlists=(),
    rehearsed=at("19:00") - timedelta(days=3),
    opens=at("18:00"),
)
STRANGER = replace(JORINDE, invited=False, answer="open", without_consent=("Abendlicht",), rehearsed=None)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def told(facts: Facts) -> dict[str, str]:
    return {str(mark.step): mark.words for mark in steps(facts)}


def test_who_has_done_everything_is_ready():
    assert {mark.state for mark in steps(JORINDE)} == {State.DONE}


def test_what_is_missing_is_said_in_words():
    assert told(replace(STRANGER, open_setlists=("Abendlicht",), has_telephone=False)) == {
        "invited": "not invited yet",
        "accepted": "no answer yet",
        "consent": "missing for “Abendlicht”",
        "setlist": "not complete: “Abendlicht”",
        "rehearsal": "no rehearsal yet",
        "ready": "invitation, answer, consent, set list, rehearsal, telephone number",
    }


def test_an_answer_by_telephone_needs_no_link():
    assert told(replace(JORINDE, invited=False))["invited"] == "done"


def test_before_anything_is_published_nobody_can_be_asked_for_a_consent():
    assert told(replace(JORINDE, in_programme=False))["consent"] == "nothing of it is published yet"


def test_without_music_no_set_list_is_needed():
    assert told(replace(JORINDE, setlists=()))["setlist"] == "not needed"
    assert [needs_setlist(kind, 0) for kind in ("concert", "dance", "theatre", "reading")] == [True, True, False, False]
    assert needs_setlist("theatre", 3)


def test_a_transmission_of_last_year_is_no_rehearsal():
    assert told(replace(JORINDE, rehearsed=JORINDE.opens - timedelta(days=61)))["rehearsal"] == "no rehearsal yet"


def test_who_has_declined_has_nothing_more_to_do():
    marks = steps(replace(JORINDE, answer="declined"))
    assert declined(marks) and not any(lacks(marks, step) for step in Step)
    assert [mark.words for mark in marks] == ["done", "has declined", *["not needed"] * 4]


def test_the_figures_on_top_count_those_who_have_to():
    all_acts = [steps(facts) for facts in (JORINDE, STRANGER, replace(JORINDE, answer="declined", setlists=()))]
    assert counts(all_acts) == {
        Step.INVITED: (1, 2),
        Step.ACCEPTED: (1, 2),
        Step.CONSENT: (1, 2),
        Step.SETLIST: (2, 2),
        Step.REHEARSAL: (1, 2),
        Step.READY: (1, 2),
    }
