"""What the programme learns of the live side."""

from datetime import UTC, datetime, timedelta

from events import demo, programme
from events.models import Act, Performance
from streaming.models import LiveSession

NOW = datetime(2027, 5, 1, 18, 0, tzinfo=UTC)


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
    assert found == {jorinde.pk: abendlicht.start - timedelta(minutes=25)}
    assert programme.rehearsed([]) == {}
