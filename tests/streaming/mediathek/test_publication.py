"""Consent decides at every moment: who may see a recording, and that nothing is left of what is over."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import demo
from events.models import Act, Consent, Performance
from streaming import archive
from streaming.mediathek import publication
from streaming.models import LiveSession, Recording, Segment, Take
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, ended, played, session, until
from tests.streaming.test_archive import LATER, objects, upload_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
TOWN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def edition(db) -> None:
    demo.load(EIGHT)


def says(act: Act, days: int | None, at: datetime, about: Performance | None = None, by: str = "Jorinde") -> Consent:
    kind = "live_only" if days is None else "archive"
    return Consent.objects.create(
        act=act, performance=about, kind=kind, days=days, version="1", given_at=at, given_by=by
    )


def takes_back(act: Act, at: datetime) -> None:
    Consent.objects.filter(act=act, withdrawn_at=None, given_at__lte=at).update(withdrawn_at=at)


def kept(performance: Performance, act: Act | None, **more: object) -> Recording:
    """A recording that has ended and is wholly stored."""
    live = LiveSession.objects.create(
        stage="dom", title="Orgel", act=act, performance=performance, started=EIGHT, heard=EIGHT, ended=EIGHT
    )
    known = {"state": "archived", "ended": EIGHT, "public_until": EIGHT + timedelta(days=900)} | more
    return Recording.objects.create(session=live, slug=f"orgel-{live.pk}", prefix=f"{live.pk:032}", **known)


# --- one after the other ----------------------------------------------------------------------------------------------


@IN_THREADS
@pytest.mark.parametrize("over", [{"withdrawn": LATER}, {"public_until": LATER}])
async def test_when_consent_ends_objects_files_and_rows_go_and_the_address_stays(bucket, own_data, over):
    recorder = await played(await session(), keep_days=90)
    await ended(recorder, LATER)
    await upload_all()
    await Recording.objects.aupdate(**over)
    assert await in_thread(publication.forget_due)(LATER) == 1
    assert (objects(bucket), list((own_data / "spool").iterdir())) == (set(), [])
    recording = await Recording.objects.aget()
    assert publication.is_over(recording, LATER)
    assert (await Segment.objects.acount(), await Take.objects.acount(), recording.size) == (0, 0, 0)
    assert (recording.deleted, recording.deleted_files) == (LATER, 3 + 3 * 4)
    assert await in_thread(publication.forget_due)(LATER) == 0


@IN_THREADS
async def test_a_withdrawal_in_mid_show_stops_the_uploads(bucket):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    await Recording.objects.aupdate(withdrawn=LATER)
    await upload_all()
    assert objects(bucket) == set()


@IN_THREADS
async def test_an_upload_that_arrives_after_the_recording_was_forgotten_is_taken_back(bucket):
    recorder = await played(await session(), keep_days=90)
    await until(lambda: not recorder.untold)
    [job] = await in_thread(archive.claim)(LATER, 1)
    recording = await Recording.objects.aget()
    await in_thread(publication.forget)(recording, LATER)
    assert await archive.upload(job, LATER)
    assert objects(bucket) == set()


def test_a_consent_taken_back_ends_the_recording_and_a_new_one_does_not_bring_it_back(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    act = abendlicht.production.act
    recording = kept(abendlicht, act)
    publication.follow(EIGHT)
    assert list(publication.visible(EIGHT)) == [recording]
    takes_back(act, LATER)
    publication.follow(LATER)
    says(act, 365, LATER + timedelta(hours=1), abendlicht)
    publication.follow(LATER + timedelta(hours=2))
    recording.refresh_from_db()
    assert (recording.withdrawn, list(publication.visible(LATER))) == (LATER, [])


def test_a_shorter_word_shortens_and_a_longer_one_lengthens_while_it_is_there(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act)

    def last_day(days: int, at: datetime) -> date:
        says(abendlicht.production.act, days, at, abendlicht)
        publication.follow(at)
        recording.refresh_from_db()
        return (recording.public_until - timedelta(seconds=1)).astimezone(TOWN).date()

    assert [last_day(3, EIGHT), last_day(90, LATER)] == [date(2026, 6, 7), date(2026, 9, 2)]


def test_without_a_performance_nothing_is_lengthened(edition):
    ada = Act.objects.get(slug="ada-beispiel")
    recording = kept(None, ada, public_until=LATER)
    publication.follow(EIGHT)
    recording.refresh_from_db()
    assert recording.public_until == LATER


def test_of_nobody_there_is_no_consent(db):
    kept(None, None)
    assert (publication.follow(EIGHT), list(publication.visible(EIGHT))) == (1, [])


def test_many_recordings_cost_two_queries_where_nothing_has_changed(edition, django_assert_num_queries):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    for _ in range(5):
        kept(abendlicht, abendlicht.production.act)
    publication.follow(EIGHT)
    with django_assert_num_queries(2):
        assert publication.follow(EIGHT) == 0


# --- in any order -----------------------------------------------------------------------------------------------------

DAYS = st.one_of(st.none(), st.integers(1, 20))
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.integers(0, 1), st.booleans(), DAYS),
        st.tuples(st.just("takes back"), st.integers(0, 1)),
        st.tuples(st.just("moves"), st.integers(-300, 300)),
        st.tuples(st.just("office withdraws")),
        st.tuples(st.just("passes"), st.integers(1, 240)),
        st.tuples(st.just("bucket is cleared")),
    ),
    max_size=14,
)


@dataclass
class History:
    """What was agreed, kept apart from the program's own memory of it, and judged in another way."""

    now: datetime = EIGHT
    words: list[tuple[int, bool, int | None]] = field(default_factory=list)
    """Act, about this performance alone, days; taken back: 0 days."""
    gone: bool = False

    def says(self, act: int, about: bool, days: int | None) -> None:
        self.words.append((act, about, days))

    def takes_back(self, act: int) -> None:
        self.words = [(who, about, 0 if who == act else days) for who, about, days in self.words]

    def allows(self) -> bool:
        """Whether anybody may see it now: all who spoke allow it, each by the last word on this, else on all."""
        days = []
        for act in (0, 1):
            about_this = [days for who, about, days in self.words if who == act and about]
            about_all = [days for who, about, days in self.words if who == act and not about]
            if act == 0 or about_this:
                days.append((about_this or about_all or [None])[-1] or 0)
        last = EIGHT.astimezone(TOWN).date() + timedelta(days=min(days))
        return min(days) > 0 and self.now < datetime.combine(last + timedelta(days=1), time(), TOWN)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_nothing_leaks_in_any_history_of_consents_withdrawals_moves_and_clocks(edition, bucket, events):
    with transaction.atomic():
        live_through(events)
        transaction.set_rollback(True)


def live_through(events: list[tuple]) -> None:
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    acts = [abendlicht.production.act, Act.objects.get(slug="ada-beispiel")]
    Consent.objects.all().delete()
    history = History()
    says(acts[0], 10, EIGHT, abendlicht)
    history.says(0, True, 10)
    recording = kept(abendlicht, acts[0])
    for event in events:
        happens(event, history, acts, abendlicht, recording)
        publication.follow(history.now)
        history.gone = history.gone or not history.allows()
        assert_no_leak(recording, history)


def happens(event: tuple, history: History, acts: list[Act], performance: Performance, recording: Recording) -> None:
    history.now += timedelta(minutes=1)
    match event:
        case ("says", act, about, days):
            says(acts[act], days, history.now, performance if about else None)
            history.says(act, about, days)
        case ("takes back", act):
            takes_back(acts[act], history.now)
            history.takes_back(act)
        case ("moves", minutes):
            performance.start += timedelta(minutes=minutes)
            performance.end += timedelta(minutes=minutes)
            performance.save()
        case ("office withdraws",):
            publication.withdraw([recording.pk], history.now)
            history.gone = True
        case ("passes", hours):
            history.now += timedelta(hours=hours)
        case ("bucket is cleared",):
            publication.forget_due(history.now)


def assert_no_leak(recording: Recording, history: History) -> None:
    row = publication.find(recording.slug)
    assert row is not None
    seen = (bool(publication.visible(history.now)), not publication.is_over(row, history.now))
    assert seen == ((False, False) if history.gone else (True, True))
    if row.deleted:
        assert history.gone
