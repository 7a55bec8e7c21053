"""Consent decides at every moment: who may see a recording, and that nothing is left of what is over."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from events import demo
from events.models import Act, Consent, Performance
from events.rights import Allowed
from streaming import leftovers, storage, uploading
from streaming.mediathek import feed, publication
from streaming.mediathek.publication import Door, Way
from streaming.models import Excerpt, Leftover, LiveSession, Recording, Segment, Take
from streaming.threads import in_thread
from tests.streaming.evening import EIGHT, ended, played, session, until
from tests.streaming.test_archive import LATER, objects, upload_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_data")]
IN_THREADS = pytest.mark.django_db(transaction=True)
"""What threads write, they have to see."""
TOWN = ZoneInfo("Europe/Berlin")
PAGES = ("", "/ton", "/ausschnitt")
LISTS = ("/mediathek", "/mediathek?suche=orgel", "/mediathek.atom", "/sitemap.xml")
PODCAST = "/mediathek/podcast.xml"


@pytest.fixture
def edition(db) -> None:
    demo.load(EIGHT)


def says(act: Act, word: Allowed, at: datetime, about: Performance | None = None) -> Consent:
    said = {"version": "1", "given_at": at, "given_by": "Jorinde", **asdict(word)}
    return Consent.objects.create(act=act, performance=about, **said)


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
    [job] = await in_thread(uploading.claim)(LATER, 1)
    recording = await Recording.objects.aget()
    await in_thread(publication.forget)(recording, LATER)
    assert await uploading.upload(job, LATER)
    assert len(objects(bucket)) == 1, "who uploads may not delete"
    await in_thread(leftovers.clear_away)(LATER)
    assert objects(bucket) == set()
    assert not await Leftover.objects.aexists()


def test_what_came_after_a_recording_was_deleted_is_deleted_as_well(edition, bucket):
    """An uploader put it, and died before it could say so. In folders that no recording has, everything stays."""
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act, withdrawn=EIGHT)
    publication.forget_due(EIGHT)
    late, strange = f"recordings/{recording.prefix}/video-0000-000007.m4s", "recordings/nobody/one"
    for key in (late, strange, "recordings/note", "note"):
        storage.put_unseen(key, b"?", "video/mp4")
    hours = [publication.forget_again(EIGHT + timedelta(hours=1, minutes=minutes)) for minutes in (-1, 1, 120)]
    assert (hours, objects(bucket)) == ([0, 1, 0], {strange, "recordings/note", "note"})
    recording.refresh_from_db()
    assert (recording.deleted, recording.deleted_files) == (EIGHT + timedelta(minutes=61), 1)


def test_what_is_saved_while_a_recording_is_forgotten_goes_as_well(edition, bucket):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act, withdrawn=EIGHT)
    publication.forget_due(EIGHT)
    captions = {"language": "de", "cues": [[0, 1, "Lied"]], "text": "Lied"}
    for late in (
        lambda: recording.captions.create(made=EIGHT, **captions),
        lambda: recording.passages.create(begins=0, ends=1, made=EIGHT),
        lambda: Excerpt.objects.create(recording=recording, begins=0, ends=1, made=EIGHT),
    ):
        row = late()
        assert publication.forget_due(LATER) == 1
        assert not type(row).objects.filter(pk=row.pk).exists()
    assert publication.forget_due(LATER) == 0


def test_a_consent_taken_back_ends_the_recording_and_a_new_one_does_not_bring_it_back(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    act = abendlicht.production.act
    recording = kept(abendlicht, act)
    publication.follow(EIGHT)
    assert list(publication.visible(EIGHT)) == [recording]
    takes_back(act, LATER)
    publication.follow(LATER)
    says(act, Allowed(days=365), LATER + timedelta(hours=1), abendlicht)
    publication.follow(LATER + timedelta(hours=2))
    recording.refresh_from_db()
    assert (recording.withdrawn, list(publication.visible(LATER))) == (LATER, [])


def test_a_shorter_word_shortens_and_a_longer_one_lengthens_while_it_is_there(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act)

    def last_day(days: int, at: datetime) -> date:
        says(abendlicht.production.act, Allowed(days=days), at, abendlicht)
        publication.follow(at)
        recording.refresh_from_db()
        return (recording.public_until - timedelta(seconds=1)).astimezone(TOWN).date()

    assert [last_day(3, EIGHT), last_day(90, LATER)] == [date(2026, 6, 7), date(2026, 9, 2)]


def test_the_last_day_is_the_one_that_was_chosen_however_late_it_was(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act, ended=EIGHT + timedelta(days=7))
    says(abendlicht.production.act, Allowed(days=900, last_day=date(2026, 6, 20)), EIGHT, abendlicht)
    publication.follow(EIGHT)
    recording.refresh_from_db()
    midnight = datetime(2026, 6, 21, tzinfo=TOWN)
    assert (recording.public_until, recording.listed_until) == (midnight, midnight)


def test_every_permission_follows_the_latest_word_in_both_directions(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act)

    def ways(word: Allowed, at: datetime) -> set[Way]:
        says(abendlicht.production.act, word, at, abendlicht)
        publication.follow(at)
        recording.refresh_from_db()
        return {way for way in Way if publication.door(recording, way, at) == Door.OPEN}

    all_of_it = Allowed(days=30, download=True, audio=True, excerpt=True)
    assert ways(all_of_it, EIGHT) == set(Way)
    assert ways(Allowed(days=30), LATER) == {Way.WATCH}
    assert ways(Allowed(relive_days=7, audio=True), LATER + timedelta(hours=1)) == {Way.WATCH, Way.SOUND}


def test_to_watch_it_again_is_no_place_in_the_mediathek(edition, client):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    recording = kept(abendlicht, abendlicht.production.act)
    lists = (*LISTS, PODCAST)

    def told(word: Allowed, at: datetime) -> set[str]:
        says(abendlicht.production.act, word, at, abendlicht)
        publication.follow(at)
        with patch("django.utils.timezone.now", return_value=at):
            assert client.get(f"/mediathek/{recording.slug}").status_code == 200
            assert recording.slug in client.get(f"/auftritt/{abendlicht.slug}").content.decode()
            return {path for path in lists if recording.slug in client.get(path).content.decode()}

    assert told(Allowed(days=30, audio=True), EIGHT) == set(lists)
    assert told(Allowed(relive_days=7, audio=True), LATER) == set()
    [stone] = feed.tombstones(LATER)
    assert (stone.id, stone.at) == (feed.identity(recording.session), LATER)
    a_day_of_it = LATER + timedelta(hours=1)
    assert told(Allowed(relive_days=7, days=1, audio=True), a_day_of_it) == set(lists)
    two_days_later = EIGHT + timedelta(days=2)
    assert told(Allowed(relive_days=7, days=1, audio=True), two_days_later) == set()


def test_what_was_never_listed_leaves_no_stone(edition):
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    kept(abendlicht, abendlicht.production.act)
    says(abendlicht.production.act, Allowed(relive_days=7), EIGHT, abendlicht)
    publication.follow(EIGHT)
    assert (len(publication.visible(EIGHT)), feed.tombstones(EIGHT + timedelta(days=30))) == (1, [])


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

TICKS = ("download", "audio", "excerpt")
WORDS = st.builds(
    lambda days, relive_days, last_day, ticks: Allowed(
        days=days,
        relive_days=relive_days,
        last_day=last_day if days else None,
        **(dict.fromkeys(ticks, True) if days or relive_days else {}),
    ),
    st.one_of(st.just(0), st.integers(1, 20)),
    st.sampled_from([0, 0, 3, 7]),
    st.one_of(st.none(), st.dates(date(2026, 6, 3), date(2026, 6, 24))),
    st.sets(st.sampled_from(TICKS)),
)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("says"), st.integers(0, 1), st.booleans(), WORDS),
        st.tuples(st.just("takes back"), st.integers(0, 1)),
        st.tuples(st.just("moves"), st.integers(-300, 300)),
        st.tuples(st.just("ends"), st.integers(-48, 240)),
        st.tuples(st.just("office withdraws")),
        st.tuples(st.just("passes"), st.integers(1, 240)),
        st.tuples(st.just("is for"), st.sampled_from([0, 12, 16, 18])),
        st.tuples(st.just("bucket is cleared")),
    ),
    max_size=14,
)
NOTHING = Allowed()


@dataclass
class History:
    """What was agreed, kept apart from the program's own memory of it, and judged in another way."""

    now: datetime = EIGHT
    ended: datetime = EIGHT
    words: list[tuple[int, bool, Allowed]] = field(default_factory=list)
    """Act, about this performance alone, what was said; taken back: nothing."""
    gone: bool = False
    age: int = 0

    def says(self, act: int, about: bool, word: Allowed) -> None:
        self.words.append((act, about, word))

    def takes_back(self, act: int) -> None:
        self.words = [(who, about, NOTHING if who == act else word) for who, about, word in self.words]

    @property
    def deciding(self) -> list[Allowed]:
        """Of all who spoke the last word on this, else on all."""
        found = []
        for act in (0, 1):
            about_this = [word for who, about, word in self.words if who == act and about]
            about_all = [word for who, about, word in self.words if who == act and not about]
            if act == 0 or about_this:
                found.append((about_this or about_all or [NOTHING])[-1])
        return found

    def allows(self) -> bool:
        """Whether anybody may see it now: for as long as all allow to watch it again, or all allow the Mediathek."""
        return all(self.within(word.relive_days) for word in self.deciding) or self.in_mediathek()

    def in_mediathek(self) -> bool:
        """Each of them still allows that today."""
        today = self.now.astimezone(TOWN).date()
        return all(self.within(word.days) and today <= (word.last_day or today) for word in self.deciding)

    def within(self, days: int) -> bool:
        last = self.ended.astimezone(TOWN).date() + timedelta(days=days)
        return days > 0 and self.now.astimezone(TOWN).date() <= last

    def lists(self) -> bool:
        return self.in_mediathek() and not self.gone

    def is_heard_everywhere(self) -> bool:
        """Podcast programs fetch at any hour."""
        return self.lists() and Way.SOUND in self.agreed_ways() and self.age < 16

    def is_night_enough(self) -> bool:
        hour = self.now.astimezone(TOWN).hour
        return hour < 6 or hour >= {16: 22, 18: 23}.get(self.age, 0)

    def open_ways(self) -> set[Way]:
        return self.agreed_ways() if self.is_night_enough() else set()

    def agreed_ways(self) -> set[Way]:
        if self.gone:
            return set()
        ticks = {"download": Way.DOWNLOAD, "audio": Way.SOUND, "excerpt": Way.EXCERPT}
        allowed = {way for tick, way in ticks.items() if all(getattr(word, tick) for word in self.deciding)}
        return {Way.WATCH, *allowed}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_nothing_leaks_in_any_history_of_consents_withdrawals_moves_and_clocks(edition, bucket, events):
    with transaction.atomic():
        live_through(events)
        transaction.set_rollback(True)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(events=[("says", 0, True, Allowed(days=3, download=True))])
@example(events=[("is for", 16)])
@given(events=EVENTS)
def test_no_page_tells_otherwise_at_the_end_of_any_history(edition, bucket, events):
    with transaction.atomic():
        assert_pages_say_so(*live_through(events))
        transaction.set_rollback(True)


def live_through(events: list[tuple]) -> tuple[Recording, History]:
    abendlicht = Performance.objects.get(slug="gitarre-handy-abendlicht")
    acts = [abendlicht.production.act, Act.objects.get(slug="ada-beispiel")]
    Consent.objects.all().delete()
    history = History()
    first = Allowed(days=10, audio=True, excerpt=True)
    says(acts[0], first, EIGHT, abendlicht)
    history.says(0, True, first)
    recording = kept(abendlicht, acts[0])
    for name, init in (("video-0000.mp4", ""), ("video-0000-000000.m4s", "video-0000.mp4")):
        file = {"take": 0, "rendition": "video", "number": 0, "since": EIGHT, "starts": EIGHT, "sha256": "5" * 64}
        Segment.objects.create(recording=recording, name=name, init=init, size=200, **file)
    Excerpt.objects.create(recording=recording, begins=0, ends=60, made=EIGHT)
    for event in events:
        happens(event, history, acts, abendlicht, recording)
        publication.follow(history.now)
        history.gone = history.gone or not history.allows()
        assert_no_leak(recording, history)
    publication.follow(history.now)
    return recording, history


def happens(event: tuple, history: History, acts: list[Act], performance: Performance, recording: Recording) -> None:
    history.now += timedelta(minutes=1)
    match event:
        case ("says", act, about, word):
            says(acts[act], word, history.now, performance if about else None)
            history.says(act, about, word)
        case ("takes back", act):
            takes_back(acts[act], history.now)
            history.takes_back(act)
        case ("moves", minutes):
            performance.start += timedelta(minutes=minutes)
            performance.end += timedelta(minutes=minutes)
            performance.save()
        case ("ends", hours):
            history.ended = EIGHT + timedelta(hours=hours)
            Recording.objects.filter(pk=recording.pk).update(ended=history.ended)
        case ("office withdraws",):
            publication.withdraw([recording.pk], history.now)
            history.gone = True
        case ("is for", age):
            history.age = performance.production.age = age
            performance.production.save()
        case ("passes", hours):
            history.now += timedelta(hours=hours)
        case ("bucket is cleared",):
            publication.forget_due(history.now)


def assert_no_leak(recording: Recording, history: History) -> None:
    row, now = publication.find(recording.slug), history.now
    assert row is not None
    doors = {way: publication.door(row, way, now) for way in Way}
    ways = history.open_ways()
    assert {way for way, door in doors.items() if door == Door.OPEN} == ways
    assert {way for way, door in doors.items() if door == Door.ASLEEP} == history.agreed_ways() - ways
    assert history.gone == (set(doors.values()) == {Door.OVER})
    assert bool(publication.visible(now)) == (not history.gone)
    listed = (bool(publication.listed(now)), bool(publication.to_be_heard(now)))
    assert listed == (history.lists(), history.is_heard_everywhere())
    if row.deleted:
        assert history.gone


def assert_pages_say_so(recording: Recording, history: History) -> None:
    """Every page that leads to it, at the end of the history."""
    performance = recording.session.performance.slug
    with patch("django.utils.timezone.now", return_value=history.now):
        page, sound, excerpt = (Client().get(f"/mediathek/{recording.slug}{part}") for part in PAGES)
        told = {path for path in (*LISTS, PODCAST, f"/auftritt/{performance}") if tells_of(recording, path)}
    agreed, open_now, closed = history.agreed_ways(), history.open_ways(), 410 if history.gone else 404
    assert page.status_code == (410 if history.gone else 200)
    assert [sound.status_code, excerpt.status_code] == [
        200 if way in open_now else 302 if way in agreed else closed for way in (Way.SOUND, Way.EXCERPT)
    ]
    shown = page.content.decode()
    assert (".m3u8" in shown, "film.mp4" in shown) == (Way.WATCH in open_now, Way.DOWNLOAD in open_now)
    assert told == {
        *(LISTS if history.lists() else ()),
        *((PODCAST,) if history.is_heard_everywhere() else ()),
        *((f"/auftritt/{performance}",) if agreed else ()),
    }


def tells_of(recording: Recording, path: str) -> bool:
    return recording.slug in Client().get(path).content.decode()
