"""The plan on one sheet: seen, moved by hand, refused with a sentence, taken back."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events import demo, drafts, publishing
from events.models import Act, Change, Performance, Production, Stage
from events.schedule import Slot, programme_day
from events.versions import Wording
from tests.events.desk.test_performance import ABENDLICHT
from tests.events.test_pages import words

PLAN = "/en/buero/plan"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tonight(db) -> Performance:
    """Jorinde's performance in a demo edition of the present day: views read the real clock."""
    demo.load(timezone.now())
    return Performance.objects.select_related("stage__venue", "production__edition").get(slug=ABENDLICHT)


def wish(performance: Performance, by: int = 0, **changes: object) -> dict[str, object]:
    """What the grid sends when a performance is put down so many minutes later."""
    return {
        "stage": performance.stage.slug,
        "start": (performance.start + timedelta(minutes=by)).isoformat(),
        "end": (performance.end + timedelta(minutes=by)).isoformat(),
        "version": performance.version,
    } | changes


def put(browser: Client, performance: Performance, sent: object):
    return browser.post(f"{PLAN}/auftritt/{performance.pk}", sent, content_type="application/json")


def text_of(browser: Client, address: str) -> str:
    return browser.get(address).content.decode()


def sheet(browser: Client) -> str:
    return text_of(browser, PLAN)


def test_the_sheet_is_a_table_of_hours_and_stages_with_every_performance_once(tonight, idas_browser):
    page = sheet(idas_browser)
    ids = re.findall(r'id="auftritt-(\d+)"', page)
    assert sorted(map(int, ids)) == sorted(Performance.objects.values_list("pk", flat=True))
    assert page.count("data-lane=") == 8
    assert f'data-start="{tonight.start.isoformat()}"' in page


def test_it_asks_the_database_as_rarely_for_a_hundred_acts_as_for_fifteen(tonight, idas_browser):
    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            sheet(idas_browser)
            return len(questions)

    sheet(idas_browser)
    few = asked()
    edition, stages = tonight.production.edition, list(Stage.objects.all())
    acts = Act.objects.bulk_create(Act(slug=f"g-{n}", name=f"Gruppe {n}", kind="ensemble") for n in range(100))
    productions = Production.objects.bulk_create(
        Production(edition=edition, act=act, slug=act.slug, title=f"Stück von {act.name}", kind="concert")
        for act in acts
    )
    Performance.objects.bulk_create(
        Performance(
            production=each,
            stage=stages[n % len(stages)],
            slug=each.slug,
            title=each.title,
            start=edition.opens + n * MINUTE,
            end=edition.opens + (n + 30) * MINUTE,
        )
        for n, each in enumerate(productions)
    )
    assert (asked(), few <= 14) == (few, True)
    assert sheet(idas_browser).count("data-planned=") == 126


def test_drafts_stand_in_the_plan_and_in_the_list_of_what_is_not_right(tonight, idas_browser):
    other = Performance.objects.get(slug="haende-am-wasser")
    Performance.objects.filter(pk=other.pk).update(status="draft", start=tonight.start + timedelta(minutes=10))
    text = words(sheet(idas_browser))
    assert (
        "“Hände am Wasser” begins at 19:10 on Die Quellen while “Gitarre, Handy, Abendlicht” is still playing." in text
    )
    assert "Hände am Wasser draft" in text
    assert "To the one draft" in text


def test_a_gap_in_sign_language_is_named_by_its_hours(tonight, idas_browser):
    Performance.objects.update(access=["UT"])
    assert "Without German Sign Language" in words(sheet(idas_browser))
    assert "Without Live captions" not in words(sheet(idas_browser))


def test_an_edition_without_a_performance_is_not_praised(tonight, idas_browser):
    Performance.objects.all().delete()
    text = words(sheet(idas_browser))
    assert ("something for everybody" in text, text.count("Nothing is planned yet.")) == (False, 2)
    assert ("New production" in text, "Read a planning list" in text) == (True, True)


def test_what_lies_on_another_day_is_reached_on_that_days_sheet(tonight, idas_browser):
    """The list is the whole edition's, each sheet one day's."""
    stray = Performance.objects.get(slug="haende-am-wasser")
    day = timedelta(days=1)
    Performance.objects.filter(pk=stray.pk).update(start=stray.start + day, end=stray.end + day)
    page = sheet(idas_browser)
    tomorrow = programme_day(stray.start + day, demo.ZONE).isoformat()
    address = f"{PLAN}?ausgabe=demo&amp;tag={tomorrow}"
    assert f'href="{address}#auftritt-{stray.pk}"' in page
    assert f'id="auftritt-{stray.pk}"' not in page
    assert f'id="auftritt-{stray.pk}"' in idas_browser.get(address.replace("&amp;", "&")).content.decode()


def test_what_is_cancelled_collides_with_nothing(tonight, idas_browser, ida):
    Performance.objects.filter(slug="haende-am-wasser").update(start=tonight.start)
    publishing.cancel(tonight.pk, "Regen", ida, timezone.now())
    assert "while" not in words(sheet(idas_browser))


def test_ida_puts_a_performance_down_five_minutes_later_and_takes_it_back(tonight, idas_browser, ida):
    answer = put(idas_browser, tonight, wish(tonight, 5))
    change = Change.objects.latest("pk")
    told = {"change": change.pk, "version": tonight.version + 1}
    assert (answer.status_code, answer.json(), change.by) == (200, told, ida)
    assert Performance.objects.get(pk=tonight.pk).start == tonight.start + timedelta(minutes=5)
    assert f"{PLAN}/aenderung/{change.pk}/ruecknahme" in sheet(idas_browser)
    assert idas_browser.post(f"{PLAN}/aenderung/{change.pk}/ruecknahme").status_code == 200
    assert Performance.objects.get(pk=tonight.pk).start == tonight.start
    assert "ruecknahme" not in sheet(idas_browser)


def test_after_half_a_minute_the_house_refuses_to_undo(tonight, idas_browser):
    put(idas_browser, tonight, wish(tonight, 5))
    Change.objects.update(at=timezone.now() - timedelta(seconds=31))
    change = Change.objects.latest("pk")
    refused = idas_browser.post(f"{PLAN}/aenderung/{change.pk}/ruecknahme")
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert refused.json()["detail"].startswith("A change can be undone for 30 seconds only")
    assert "ruecknahme" not in sheet(idas_browser)


def test_only_ones_own_change_is_offered_for_undoing(tonight, idas_browser, paul):
    later = tonight.start + timedelta(minutes=5)
    publishing.move(tonight.pk, Slot("quellen", later, later + timedelta(minutes=30), "Lied"), paul, timezone.now())
    assert "ruecknahme" not in sheet(idas_browser)


def test_a_draft_just_made_is_gone_again_with_undo(tonight, idas_browser, ida):
    there = tonight.production.edition.closes + timedelta(hours=1)
    slot = Slot("quellen", there, there + timedelta(minutes=30), "Lied")
    made = drafts.add(tonight.production, slot, Wording(), ida, timezone.now())
    address = f"{PLAN}/aenderung/{made.pk}/ruecknahme"
    assert address in sheet(idas_browser)
    assert idas_browser.post(address).status_code == 200
    assert not Performance.objects.filter(title="Lied").exists()
    again = idas_browser.post(address)
    assert (again.status_code, again.json()["detail"]) == (409, "This is undone already.")


def test_what_was_published_together_is_taken_back_together(tonight, idas_browser):
    edition = tonight.production.edition_id
    Performance.objects.filter(slug__in=[ABENDLICHT, "haende-am-wasser"]).update(status="draft")
    told = idas_browser.post(f"/en/buero/ausgaben/{edition}/veroeffentlichung")["Location"]
    change = Change.objects.latest("pk")
    assert told == f"/en/buero/ausgaben/{edition}?veroeffentlicht=2&aenderung={change.pk}"
    assert "2 performances are published now. To the programme Undo all of it" in words(text_of(idas_browser, told))
    assert "Saved. Paderkultour digital (Demo) : 2 performances Undo all of it" in words(sheet(idas_browser))
    undone = idas_browser.post(f"/en/buero/ausgaben/aenderung/{change.pk}/ruecknahme")["Location"]
    assert undone == f"/en/buero/ausgaben/{edition}?zurueckgenommen=2"
    assert "Undone. 2 performances are as they were before." in words(text_of(idas_browser, undone))
    assert Performance.objects.filter(status="draft").count() == 2
    again = idas_browser.post(f"/en/buero/ausgaben/aenderung/{change.pk}/ruecknahme")
    assert (again.status_code, "was changed once more in the meantime" in again.content.decode()) == (409, True)


def test_a_part_of_one_press_is_not_undone_alone(tonight, idas_browser):
    """It would keep the rest from being taken back; the history offers the whole at each of its lines."""
    edition = tonight.production.edition_id
    Performance.objects.filter(slug__in=[ABENDLICHT, "haende-am-wasser"]).update(status="draft")
    idas_browser.post(f"/en/buero/ausgaben/{edition}/veroeffentlichung")
    part = tonight.changes.latest("pk")
    whole = f"/en/buero/ausgaben/aenderung/{Change.objects.latest('pk').pk}/ruecknahme"
    page = f"/en/buero/auftritt/{tonight.pk}?gespeichert={part.pk}"
    assert "Undo" not in words(text_of(idas_browser, page))
    refused = idas_browser.post(f"/en/buero/aenderung/{part.pk}/ruecknahme")
    assert (refused.status_code, "Please undo all of it" in refused.content.decode()) == (409, True)
    history = text_of(idas_browser, "/en/buero/verlauf")
    assert (history.count(f'action="{whole}"'), history.count("Undo all of it")) == (2, 2)
    idas_browser.post(whole)
    assert Performance.objects.filter(status="draft").count() == 2
    assert whole not in text_of(idas_browser, "/en/buero/verlauf")


def test_where_it_lay_already_nothing_is_saved(tonight, idas_browser):
    assert put(idas_browser, tonight, wish(tonight)).json() == {"change": None}


def test_a_taken_stage_is_refused_with_the_reason_and_the_cure(tonight, idas_browser):
    refused = put(idas_browser, tonight, wish(tonight, stage="bibliothek"))
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert "The stage is free for long enough from" in refused.json()["detail"]


def test_whoever_is_second_reads_what_the_first_did(tonight, idas_browser, paul):
    later = tonight.start + timedelta(minutes=5)
    publishing.move(tonight.pk, Slot("quellen", later, later + timedelta(minutes=30), "Lied"), paul, timezone.now())
    refused = put(idas_browser, tonight, wish(tonight, 10))
    assert refused.status_code == 409
    assert "Paul changed this performance at" in refused.json()["detail"]
    assert put(idas_browser, tonight, wish(tonight, 10, version=tonight.version + 1)).status_code == 200


def test_a_stage_nobody_knows_is_refused(tonight, idas_browser):
    assert put(idas_browser, tonight, wish(tonight, stage="mond")).status_code == 422


def test_what_is_not_there_cannot_be_moved(tonight, idas_browser):
    assert idas_browser.post(f"{PLAN}/auftritt/999999", {}, content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        "", "[]", "null", "{", "[" * 1000,
        '{"stage": "dom"}',
        '{"stage": "dom", "start": 7, "end": 8, "version": 1}',
        '{"stage": "dom", "start": "gestern", "end": "morgen", "version": 1}',
        '{"stage": "dom", "start": "0001-01-01T00:00+14:00", "end": "9999-12-31T23:59-14:00", "version": 1}',
        '{"stage": "dom", "start": "2027-05-16T19:00Z", "end": "2027-05-16T19:30Z", "version": "neu"}',
        "x" * 100_000,
    ],
)  # fmt: skip
def test_what_no_page_of_ours_would_send_is_refused(tonight, idas_browser, sent):
    refused = put(idas_browser, tonight, sent)
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


def test_an_end_before_the_start_is_refused_with_a_sentence(tonight, idas_browser):
    refused = put(idas_browser, tonight, wish(tonight, end=tonight.start.isoformat()))
    assert (refused.status_code, "Please check the duration" in refused.json()["detail"]) == (422, True)


def test_another_edition_and_another_day_have_addresses(tonight, idas_browser):
    assert idas_browser.get(f"{PLAN}?ausgabe=demo&tag=1999-01-01").status_code == 200
    assert idas_browser.get(f"{PLAN}?ausgabe=vorgestern").status_code == 404


def test_without_an_edition_the_page_says_so(idas_browser):
    assert "No edition is planned yet." in words(sheet(idas_browser))


@pytest.mark.parametrize("address", [PLAN, f"{PLAN}/auftritt/1", f"{PLAN}/aenderung/1/ruecknahme"])
def test_the_plan_is_the_offices(tonight, jorinde, address):
    stranger, artist = Client(), Client()
    artist.force_login(jorinde)
    assert (stranger.post(address).status_code, artist.post(address).status_code) == (302, 403)


def test_the_sheet_of_the_town_is_drawn_in_the_towns_time(tonight, idas_browser):
    wall = datetime.fromisoformat(tonight.start.isoformat()).astimezone(demo.ZONE)
    assert f'datetime="{wall.isoformat(timespec="minutes")}"' in sheet(idas_browser)
