"""What the programme learns of the live side."""

from datetime import UTC, datetime, timedelta

from django.utils import translation

from events import demo, programme
from events.figures import Kept
from events.models import Act, Performance
from streaming import titles
from streaming.live_side import LiveSide
from streaming.mediathek import offers
from streaming.models import Captions, LiveSession, Recording

NOW = datetime(2027, 5, 1, 18, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NOON = datetime(2027, 5, 7, 12, 0, tzinfo=UTC)


def sent(act: Act, began: datetime, seconds: float, **more: object) -> None:
    heard = began + timedelta(seconds=seconds)
    LiveSession.objects.create(stage="dom", act=act, title="Probe", started=began, heard=heard, ended=heard, **more)


def test_a_rehearsal_is_the_last_long_enough_transmission_before_the_performance(db, django_assert_num_queries):
    demo.load(NOW + timedelta(days=14))
    jorinde, duo, leyla = (
        Act.objects.get(slug=slug) for slug in ("jorinde-beispiel", "duo-quellwaerts", "leyla-probe")
    )
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    sent(jorinde, NOW, 20)
    sent(jorinde, NOW + timedelta(days=1), 90)
    sent(jorinde, NOW + timedelta(days=2), 19)
    sent(jorinde, abendlicht.start - timedelta(minutes=25), 300, performance=abendlicht)
    sent(jorinde, abendlicht.start - timedelta(minutes=1), 1800, performance=abendlicht)
    sent(duo, NOW, 15)
    sent(leyla, NOW, 600, rehearsal=True)
    with django_assert_num_queries(1):
        found = programme.rehearsed([jorinde.pk, duo.pk, leyla.pk])
    assert found == {jorinde.pk: abendlicht.start - timedelta(minutes=25), leyla.pk: NOW}
    assert programme.rehearsed([]) == {}


def test_where_no_title_is_translated_nobody_asks_for_the_names_of_stages(db, django_assert_num_queries):
    demo.load(NOW + timedelta(days=14))
    demo.translate()
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    for stage, title, performance in (("dom", titles.free("Kreuzgang", NOW), None), ("quellen", "Abend", abendlicht)):
        LiveSession.objects.create(stage=stage, title=title, performance=performance, started=NOW, heard=NOW)
    told, side = [], LiveSide()
    for language, questions in (("de", 1), ("en", 2)):
        with translation.override(language), django_assert_num_queries(questions):
            told.append([each.title for each in side.on_air().values()])
        with translation.override(language), django_assert_num_queries(1):
            assert {pk: each.stage for pk, each in side.played().items()} == {abendlicht.pk: "quellen"}
    assert told == [
        ["Freie Übertragung: Kreuzgang, 01.05.2027", "Abend"], ["Free transmission: Cloister, 1 May 2027", "Abend"],
    ]  # fmt: skip


def test_deadlines_learn_what_is_captioned_and_what_the_archive_was_offered(db, django_assert_num_queries):
    """One question for all recordings, and the days are those on which the house really offers."""
    ends = {"blech": NOON + timedelta(days=90), "lied": NOON + timedelta(days=91)}
    for slug, end in ends.items():
        session = LiveSession.objects.create(stage="dom", title=slug, started=NOW, heard=NOW, ended=NOW)
        Recording.objects.create(
            session=session, slug=slug, prefix=slug, state="archived", ended=NOW, public_until=end, duration=60
        )
    words = {"recording": Recording.objects.get(slug="lied"), "cues": [], "text": ""}
    for language, day in (("de", 3), ("en", 2)):
        Captions.objects.create(**words, language=language, made=NOW + timedelta(days=day))
    offers.follow(NOON)
    with django_assert_num_queries(1):
        found = programme.kept(NOON)
    assert found == [
        Kept("blech", "blech", NOW, ends["blech"], NOW + 14 * DAY, offer_due=NOON, offered=NOON),
        Kept("lied", "lied", NOW, ends["lied"], NOW + 14 * DAY, offer_due=NOON + DAY, captioned=NOW + 2 * DAY),
    ]
