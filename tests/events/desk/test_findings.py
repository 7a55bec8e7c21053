"""What the survey found, in sentences that name places, times and the cure's measure."""

import pytest
from django.utils import translation

from events.desk.findings import sentence
from events.desk.survey import Finding, Planned
from tests.events.desk.test_survey import found, planned
from tests.events.test_schedule import TOWN

PLACES = {"dom": "Domplatz", "schloss": "Schlosshof"}


def told(*everything: Planned, language: str = "en", features: tuple[str, ...] = ()) -> list[str]:
    findings: list[Finding] = found(*everything, features=features)
    with translation.override(language):
        return [sentence(each, TOWN, PLACES) for each in findings]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (
            planned(1, "dom", "19:00", "19:30"),
            planned(2, "dom", "19:20", "19:50"),
            "“Number 2” begins at 19:20 on Domplatz while “Number 1” is still playing.",
        ),
        (
            planned(1, "dom", "19:00", "19:30"),
            planned(2, "dom", "19:32", "19:50"),
            "Domplatz: 2 min between “Number 1” and “Number 2”, but the change-over takes 5 min.",
        ),
        (
            planned(1, "dom", "19:00", "19:30", act=7),
            planned(2, "schloss", "19:10", "19:50", act=7),
            "Jorinde Beispiel plays “Number 1” (Domplatz) and “Number 2” (Schlosshof) at the same time.",
        ),
        (
            planned(1, "dom", "19:00", "19:30", act=7),
            planned(2, "schloss", "19:45", "20:00", act=7),
            "Jorinde Beispiel has 15 min from “Number 1” (Domplatz) to “Number 2” (Schlosshof), "
            "but the way takes 20 min.",
        ),
    ],
)
def test_two_that_collide_are_told_in_one_sentence(one, other, words):
    assert told(one, other) == [words]


def test_the_age_rule_names_its_hours_and_its_law():
    assert told(planned(1, "dom", "20:00", "20:30", age=16)) == [
        "“Number 1” is for ages 16 and over and may only be shown between 22:00 and 06:00 (§ 5 JMStV)."
    ]


def test_a_gap_names_day_hours_and_feature_in_german_too():
    evening = planned(1, "dom", "18:00", "20:00")
    assert told(evening, features=("DGS",)) == ["Without German Sign Language: Sun, 18:00 to 20:00."]
    assert told(evening, features=("DGS",), language="de") == [
        "Ohne Deutsche Gebärdensprache: So, 18:00 Uhr bis 20:00 Uhr."
    ]
