"""What is owed, by its day: on the page, and in the office's own calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from events import demo
from events.duties import deadlines
from events.duties.deadline_pages import grouped
from events.duties.deadlines import Deadline
from events.duties.lights import Light
from events.figures import Kept
from events.models import CalendarAddress, Settled
from tests.events.duties.test_setlists import EVENING
from tests.events.test_pages import words

TOWN = ZoneInfo("Europe/Berlin")
NOON = datetime(2027, 5, 20, 10, 0, tzinfo=UTC)
LIED = Kept(
    "abendlicht",
    "Abendlicht",
    ended=datetime(2027, 5, 16, 22, 30, tzinfo=UTC),
    public_until=datetime(2027, 6, 15, 22, 0, tzinfo=UTC),
    captions_due=datetime(2027, 5, 30, 22, 30, tzinfo=UTC),
    offer_due=datetime(2027, 3, 17, 22, 0, tzinfo=UTC),
)
"""It ended after midnight in Paderborn, and may be watched until the 15th of June."""


def told(*, settled: dict | None = None, **owed: object) -> list[tuple[str, str, str, bool]]:
    with override("de"):
        found = deadlines.deadlines(NOON, TOWN, settled=settled, **owed)
    return [(one.due.isoformat(), one.duty, one.what, one.done is not None) for one in found]


REVIEWED = {("statement", "2027-01-01"): date(2027, 1, 1)}
REVIEW = ("2028-01-01", "statement", "Erklärung zur Barrierefreiheit prüfen, wie jedes Jahr", False)


def test_everything_owed_stands_in_the_order_of_its_days():
    assert told(events=[EVENING], years=[2026], kept=[LIED], settled=REVIEWED) == [
        ("2027-03-31", "levy", "Gagen 2026 an die Künstlersozialkasse melden", False),
        ("2027-05-17", "archive_offer", "Anbietung an das Stadtarchiv: Abendlicht", False),
        ("2027-05-31", "captions", "Untertitel der Aufzeichnung: Abendlicht", False),
        ("2027-06-15", "consent_end", "Einwilligung endet, Aufzeichnung wird gelöscht: Abendlicht", False),
        ("2027-06-27", "setlist", "Setliste an die GEMA: Gitarre, Handy, Abendlicht", False),
        REVIEW,
    ]


def test_what_is_settled_is_done():
    done = date(2027, 5, 20)
    subjects = [("levy", "2026"), ("captions", "abendlicht"), ("archive_offer", "abendlicht"), ("setlist", "0")]
    settled = dict.fromkeys(subjects, done) | REVIEWED
    owed = told(events=[EVENING], years=[2026], kept=[LIED], settled=settled)
    assert {duty for _due, duty, _what, is_done in owed if not is_done} == {"consent_end", "statement"}


def test_no_music_is_done_whoever_says_it():
    for event, settled in (
        (EVENING, {("no_music", "0"): date(2027, 5, 17)}),
        (replace(EVENING, works=()), {}),
    ):
        assert told(events=[event], settled=REVIEWED | settled)[0][1:] == (
            "setlist", "Setliste an die GEMA: Gitarre, Handy, Abendlicht", True,
        )  # fmt: skip


def test_without_music_nothing_is_owed_and_before_it_has_taken_place_nothing_is_done():
    coming = replace(EVENING, works=(), start=EVENING.start + timedelta(days=7), end=EVENING.end + timedelta(days=7))
    assert told(events=[coming], settled=REVIEWED) == [REVIEW]


def test_what_is_kept_for_long_is_due_when_the_house_offers_it():
    long = replace(LIED, offer_due=datetime(2028, 2, 15, 23, 0, tzinfo=UTC))
    assert ("2028-02-16", "archive_offer") in {each[:2] for each in told(kept=[long])}


def test_what_the_house_has_seen_is_done_without_a_press():
    seen = replace(LIED, offered=NOON, captioned=NOON)
    of_recording = deadlines.deadlines(NOON, TOWN, kept=[seen], settled=REVIEWED)[:3]
    assert [(one.duty, one.done, one.may_be_settled) for one in of_recording] == [
        ("archive_offer", NOON.date(), False), ("captions", NOON.date(), False), ("consent_end", None, False),
    ]  # fmt: skip


def test_a_statement_never_reviewed_is_due_today():
    assert told() == [("2027-05-20", "statement", "Erklärung zur Barrierefreiheit zum ersten Mal prüfen", False)]


def test_only_what_somebody_can_do_may_be_settled():
    may = {
        duty: Deadline(NOON.date(), duty, "x", "x").may_be_settled
        for duty in ("setlist", "levy", "captions", "archive_offer", "statement", "consent_end")
    }
    assert may == {
        "setlist": False, "levy": True, "captions": True, "archive_offer": False, "statement": True,
        "consent_end": False,
    }  # fmt: skip


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(live_side) -> Kept:
    ended = timezone.now() - timedelta(days=20)
    days = {"public_until": 120, "captions_due": 14, "offer_due": 30}
    one = replace(LIED, ended=ended, **{name: ended + timedelta(days=after) for name, after in days.items()})
    live_side(recorded=[one])
    return one


def test_ida_settles_a_duty_and_takes_it_back(db, kept, idas_browser, ida):
    assert "seit 6 Tagen überfällig" in words(idas_browser.get("/buero/fristen").content.decode())
    duty = {"duty": "captions", "subject": kept.slug}
    page = words(idas_browser.post("/buero/fristen/erledigt", duty, follow=True).content.decode())
    assert "Gespeichert." in page and "überfällig" not in page
    row = Settled.objects.get()
    assert (row.duty, row.subject, row.on, row.by) == ("captions", kept.slug, timezone.localdate(), ida)
    idas_browser.post("/buero/fristen/erledigt", duty | {"offen": "1"})
    assert Settled.objects.count() == 0


def test_the_statement_is_reviewed_every_year(db, live_side, idas_browser):
    live_side()
    page = idas_browser.post("/buero/fristen/erledigt", {"duty": "statement", "subject": "never"}, follow=True)
    assert "noch 365 Tage" in words(page.content.decode())
    assert "zum ersten Mal" not in words(page.content.decode())


@pytest.mark.parametrize(
    "duty", [{"duty": "captions", "subject": "mond"}, {"duty": "consent_end", "subject": "abendlicht"}, {}]
)
def test_what_is_not_owed_cannot_be_settled(db, kept, idas_browser, duty):
    assert idas_browser.post("/buero/fristen/erledigt", duty).status_code == 404
    assert Settled.objects.count() == 0


def test_however_much_is_owed_the_database_is_asked_as_often(db, kept, django_assert_max_num_queries):
    demo.load(timezone.now())
    with django_assert_max_num_queries(8):
        assert len(deadlines.all_of_them(timezone.now() + timedelta(days=1))) > 26


# --- the calendar -----------------------------------------------------------------------------------------------------


def address_of(page: str) -> str:
    return page.partition('<code class="secret">http://testserver')[2].partition("<")[0]


def test_the_calendar_program_reads_what_is_open_without_a_cookie(db, kept, idas_browser):
    idas_browser.post("/buero/fristen/erledigt", {"duty": "captions", "subject": kept.slug})
    address = address_of(idas_browser.post("/buero/fristen/kalender").content.decode())
    answer = Client().get(address)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/calendar; charset=utf-8", "private, no-store")
    assert (answer["X-Robots-Tag"], answer.cookies) == ("noindex", {})
    calendar = Calendar.from_ical(answer.content)
    assert "METHOD" not in calendar  # or each entry needs an organizer (RFC 5546, 3.2.1)
    entries = {str(entry["uid"]): entry for entry in calendar.walk("VEVENT")}
    assert set(entries) == {
        "archive_offer-abendlicht@testserver", "consent_end-abendlicht@testserver", "statement-never@testserver",
    }  # fmt: skip
    offer = entries["archive_offer-abendlicht@testserver"]
    assert str(offer["summary"]) == "Anbietung an das Stadtarchiv: Abendlicht"
    assert offer.decoded("dtstart") == timezone.localdate(kept.offer_due)


def test_only_a_hash_of_the_address_is_kept_and_a_new_one_ends_the_old(db, live_side, idas_browser):
    live_side()
    old = address_of(idas_browser.post("/buero/fristen/kalender").content.decode())
    assert CalendarAddress.objects.get().token_hash not in old
    new = address_of(idas_browser.post("/buero/fristen/kalender").content.decode())
    assert [Client().get(address).status_code for address in (old, new)] == [404, 200]
    assert old not in idas_browser.get("/buero/fristen").content.decode()


def test_nobody_else_sees_or_changes_it(db, client, jorinde):
    for address in ("/buero/fristen/erledigt", "/buero/fristen/kalender"):
        assert client.post(address).status_code == 302
    client.force_login(jorinde)
    assert client.get("/buero/fristen").status_code == 403
    assert client.post("/buero/fristen/kalender").status_code == 403
    assert client.get("/buero/fristen/geraten.ics").status_code == 404


def test_many_set_lists_of_one_day_are_one_row_with_each_inside(evening, idas_browser):
    page = idas_browser.get("/buero/fristen").content.decode()
    assert "Pflichten: Fristen" in words(page)
    number = sum(one.done is None and one.duty == "setlist" for one in deadlines.all_of_them(timezone.now()))
    assert number > 5
    assert f"<summary>{number} Setlisten an die GEMA</summary>" in page
    assert words(page).count("Setliste an die GEMA: Gitarre, Handy, Abendlicht") == 1


def test_one_alone_stays_a_row_of_its_own():
    day = date(2027, 6, 27)
    rows = [(Deadline(due, "setlist", "1", "Lied"), Light.LATER, "") for due in (day, day, day + timedelta(days=1))]
    assert [(len(each.rows), bool(each.of_many)) for each in grouped(rows)] == [(2, True), (1, False)]
