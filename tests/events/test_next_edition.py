"""From last year's edition a new one is made: the plan goes along, what was agreed and what happened stays."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from events import demo, invitations, next_edition, publishing
from events.models import (
    Act,
    CalendarAddress,
    Consent,
    Edit,
    Edition,
    Engagement,
    Fee,
    FeeData,
    HeadCount,
    Incident,
    InHand,
    Performance,
    Picture,
    PlanningList,
    Production,
    Route,
    Setlist,
    SetlistColumns,
    Settled,
    Work,
)
from events.next_edition import COPIED, Wish, moved_by
from events.refusals import Conflicting, Refused
from events.schedule import ClockSkips, Slot
from streaming.models import (
    ArchiveOffer,
    AudienceSample,
    Audit,
    Ban,
    Captions,
    ChatDeed,
    ChatMessage,
    Excerpt,
    Finding,
    IngestKey,
    Leftover,
    LiveSession,
    Passage,
    Recording,
    Segment,
    Take,
)
from tests.events.conftest import at
from tests.events.every_table import counts, every_table

NOW = datetime(2027, 11, 2, 9, tzinfo=UTC)
WHIT_SUNDAY_2028 = date(2028, 6, 4)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def wish(old: Edition, day: date = WHIT_SUNDAY_2028, **other) -> Wish:
    everything = {
        "title": "Paderkultour 2028",
        "performances": set(Performance.objects.filter(production__edition=old).values_list("pk", flat=True)),
        "routes": set(old.routes.values_list("pk", flat=True)),
    }
    return Wish(first_day=day, **everything | other)


@pytest.fixture
def last_year(evening, ida) -> Edition:
    """The demo edition with a trace of everything that can be agreed and can happen: no table is empty."""
    edition, act = evening.edition, Act.objects.get(slug="jorinde-beispiel")
    performance = Performance.objects.get(slug="gitarre-handy-abendlicht")
    engagement = Engagement.objects.create(
        edition=edition, act=act, answer="accepted", answered_at=NOW, email="jorinde@example.org", phone="05251 88-0"
    )
    invitations.make(act, None, at("12:00"))
    PlanningList.objects.create(edition=edition, by=ida, name="x", sheet={}, made_at=NOW, expires_at=NOW + timedelta(1))
    HeadCount.objects.create(performance=performance, heads=40, method="counted", by=ida, at=NOW)
    Edit.objects.create(subject="act", object_id=act.pk, name="x", kind="changed", by=ida, at=NOW, version=2)
    InHand.objects.create(subject="performance", object_id=performance.pk, by=ida, until=NOW)
    sizes = dict.fromkeys(("width", "height", "small_width", "small_height"), 1)
    Picture.objects.create(act=act, alt="x", author="x", licence="CC0", digest="x", large=b"x", small=b"x", **sizes)
    IngestKey.objects.create(stage="quellen", act=act, digest="d", valid_from=NOW, valid_until=NOW)
    session = LiveSession.objects.create(
        stage="quellen", act=act, performance=performance, title="x", started=NOW, heard=NOW, ended=NOW
    )
    recording = Recording.objects.create(session=session, slug="x", prefix="x")
    Take.objects.create(recording=recording, number=1, started=NOW)
    Passage.objects.create(recording=recording, begins=1, ends=2, made=NOW)
    Excerpt.objects.create(recording=recording, begins=1, ends=2, made=NOW)
    Captions.objects.create(recording=recording, language="de", cues=[], text="x", made=NOW)
    ArchiveOffer.objects.create(recording=recording, offered=NOW)
    Segment.objects.create(
        recording=recording, take=1, rendition="video", name="x", size=1, md5="x", sha256="x", since=NOW
    )
    ChatMessage.objects.create(stage="quellen", seat="x", name="x", text="x", said=NOW)
    Ban.objects.create(seat="x", name="x", stage="quellen", message=1, since=NOW, until=NOW)
    ChatDeed.objects.create(at=NOW, kind=ChatDeed.Kind.HIDDEN, stage="quellen", message=1, text="x")
    AudienceSample.objects.create(kind="live", stage="quellen", session=session, performance=performance, began=NOW)
    Leftover.objects.create(key="x", since=NOW)
    Audit.objects.create(night=NOW.date(), began=NOW)
    Finding.objects.create(recording=recording, seen=NOW)
    leave_duties(engagement)
    return edition


def leave_duties(engagement: Engagement) -> None:
    """A fee, what the act said about it, and what the office wrote down about duties."""
    payee = {"name": "x", "address": "x", "work": "music", "standing": "abroad"}
    Fee.objects.create(engagement=engagement, amount=1, **payee)
    FeeData.objects.create(engagement=engagement, filled_at=NOW, **payee)
    Settled.objects.create(duty="levy", subject="2027", on=NOW.date())
    SetlistColumns.objects.create(codes=["title"])
    Incident.objects.create(at=NOW, what="x")
    CalendarAddress.objects.create(token_hash="x", made_at=NOW)


def test_only_the_plan_goes_along(last_year, ida):
    """Counted in every table there is: a table that somebody adds counts as never copied until this test says so."""
    before, old_rows = counts(), every_table()
    plan = {"Production", "Performance", "Route", "Station", "Setlist", "Work"}
    new = next_edition.make(last_year, wish(last_year), ida, NOW)
    after = counts()
    assert {name: after[name] for name in after if after[name] != before[name]} == {
        "Edition": 2,
        "Change": before["Change"] + before["Performance"],  # its beginning, none of the old
        "Edit": before["Edit"] + 1,  # that the edition was made
        **{name: 2 * before[name] for name in plan},
    }
    assert {model: rows[: before[model.__name__]] for model, rows in every_table().items()} == old_rows
    assert not Consent.objects.filter(performance__production__edition=new).exists()
    assert not Engagement.objects.filter(edition=new).exists()


def test_the_test_above_leaves_no_table_empty(last_year):
    assert {name for name, count in counts().items() if not count} == set()


def on_the_wall(row: Performance) -> datetime:
    return row.start.astimezone(demo.ZONE).replace(tzinfo=None)


def test_the_evening_keeps_its_times_on_the_wall(last_year, ida):
    new = next_edition.make(last_year, wish(last_year), ida, NOW)
    days = timedelta(days=385)
    there = Performance.objects.filter(production__edition=last_year).order_by("start", "pk")
    here = Performance.objects.filter(production__edition=new).order_by("start", "pk")
    assert [(row.title, row.stage_id, on_the_wall(row), row.end - row.start) for row in here] == [
        (row.title, row.stage_id, on_the_wall(row) + days, row.end - row.start) for row in there
    ]
    assert {row.status for row in here} == {"draft"}
    assert (new.opens, new.closes) == (at("17:40", WHIT_SUNDAY_2028), at("23:15", WHIT_SUNDAY_2028))
    assert (new.slug, new.language, new.travel_minutes) == ("paderkultour-2028", "de", 20)


def test_a_performance_is_a_new_one_with_an_address_of_its_own(last_year, ida):
    new = next_edition.make(last_year, wish(last_year), ida, NOW)
    old = Performance.objects.get(slug="gitarre-handy-abendlicht")
    row = Performance.objects.get(slug="gitarre-handy-abendlicht-2028")
    assert (row.production.edition, row.production.act, row.access) == (new, old.production.act, old.access)
    assert (row.guid == old.guid, row.version, [each.kind for each in row.changes.all()]) == (False, 1, ["made"])
    again = next_edition.make(new, wish(new, date(2029, 5, 20), title="Paderkultour 2029"), ida, NOW)
    assert Performance.objects.filter(production__edition=again, slug="gitarre-handy-abendlicht-2029").exists()


def test_what_was_moved_or_cancelled_is_planned_as_it_was_announced(last_year, evening, ida):
    pk = Performance.objects.get(slug="gitarre-handy-abendlicht").pk
    title = "Gitarre, Handy, Abendlicht"
    publishing.move(pk, Slot("bibliothek", at("19:35"), at("19:55"), title), ida, at("18:50"))
    publishing.cancel(pk, "Regen", ida, at("18:55"), reason_en="Rain")
    new = next_edition.make(last_year, wish(last_year, performances={pk}), ida, NOW)
    row = Performance.objects.select_related("stage").get(production__edition=new)
    assert (row.stage.slug, row.start, row.status, row.cancel_reason) == (
        *("quellen", at("19:00", WHIT_SUNDAY_2028), "draft", ""),
    )
    assert (row.previous_start, row.previous_stage) == (None, None)
    assert "Rain" not in str(row.translations)
    made = Edit.objects.get(subject="edition", kind="made", object_id=new.pk)
    assert (made.by, made.name) == (ida, "Paderkultour 2028")


def test_routes_keep_their_stations(last_year, ida):
    new = next_edition.make(last_year, wish(last_year), ida, NOW)
    for old, copy in zip(last_year.routes.all(), new.routes.all(), strict=True):
        assert copy.title == old.title
        assert copy.slug == f"{old.slug}-2028"
        assert list(copy.stations.values_list("stage", "order")) == list(old.stations.values_list("stage", "order"))


def test_set_lists_go_along_as_not_filled_in_and_nothing_in_them_is_cleared(last_year, ida):
    setlist = Setlist.objects.first()
    Setlist.objects.update(filled_at=NOW)
    Work.objects.filter(setlist=setlist).update(offset=40, rights_status=Work.Rights.CLEARED)
    new = next_edition.make(last_year, wish(last_year), ida, NOW)
    copy = Setlist.objects.get(production__edition=new, production__slug=setlist.production.slug)
    assert copy.filled_at is None
    fields = ("order", "title", "composer", "arranger", "seconds", "gema_number")
    assert list(copy.works.values_list(*fields)) == list(setlist.works.values_list(*fields))
    assert set(copy.works.values_list("offset", "rights_status")) == {(None, "unclear")}


def test_only_what_was_chosen_is_taken(last_year, ida):
    pk = Performance.objects.get(slug="gitarre-handy-abendlicht").pk
    new = next_edition.make(last_year, wish(last_year, performances={pk, 999_999}, routes=set()), ida, NOW)
    assert [row.title for row in Performance.objects.filter(production__edition=new)] == ["Gitarre, Handy, Abendlicht"]
    assert (new.productions.count(), new.routes.count()) == (1, 0)


LEFT = {
    Edition: {"id", "slug", "opens", "closes", "version"},
    Route: {"id", "edition", "slug", "version"},
    Production: {"id", "edition", "version"},
    Performance: {
        *("id", "guid", "production", "stage", "slug", "start", "end", "status", "version"),
        *("cancel_reason", "previous_start", "previous_stage"),
    },
    Work: {"id", "setlist", "offset", "rights_status"},
}


@pytest.mark.parametrize("model", LEFT)
def test_every_field_is_copied_or_left_on_purpose(model):
    """A new field belongs into `next_edition.COPIED`, or into LEFT here."""
    assert {field.name for field in model._meta.concrete_fields} - set(COPIED[model]) == LEFT[model]


# --- what is refused --------------------------------------------------------------------------------------------------


def refused(old: Edition, ida, **other) -> tuple[str, ...]:
    before = every_table()
    with pytest.raises(Refused) as refusal:
        next_edition.make(old, wish(old, **other), ida, NOW)
    assert every_table() == before
    return refusal.value.sentences


def test_a_day_before_or_on_the_old_one_is_refused(last_year, ida):
    sentence = "The old edition lasts until 16 May 2027. Please choose a later day."
    assert refused(last_year, ida, day=date(2027, 5, 16)) == (sentence,)
    assert refused(last_year, ida, day=date(1, 1, 1)) == (sentence,)


def test_a_day_in_a_hundred_years_is_a_slip(last_year, ida):
    assert refused(last_year, ida, day=date(2128, 5, 16)) == (
        "This is more than 10 years ahead. Please check the year.",
    )
    assert refused(last_year, ida, day=date(9999, 12, 31)) == (
        "This is more than 10 years ahead. Please check the year.",
    )


def test_an_edition_without_an_end_is_not_repeated(last_year, ida):
    last_year.closes = datetime(2099, 1, 1, tzinfo=UTC)
    assert refused(last_year, ida, day=date(2099, 6, 1)) == (
        "The old edition lasts longer than 100 days. Please correct its end first.",
    )


def test_the_same_evening_twice_is_refused(last_year, ida):
    next_edition.make(last_year, wish(last_year), ida, NOW)
    before = every_table()
    with pytest.raises(Conflicting):
        next_edition.make(last_year, wish(last_year), ida, NOW)
    assert every_table() == before


def test_a_time_that_the_new_day_skips_is_refused(last_year, ida):
    row = Performance.objects.get(slug="gitarre-handy-abendlicht")
    Performance.objects.filter(pk=row.pk).update(start=at("02:15"), end=at("02:45"))
    assert refused(last_year, ida, day=date(2028, 3, 25), performances={row.pk}) == (
        "“Gitarre, Handy, Abendlicht” lies at a time that the clocks skip on the new day. Please choose another day.",
    )


# --- what is proposed -------------------------------------------------------------------------------------------------


def test_whit_sunday_is_proposed_and_the_year_in_the_title_with_it(evening):
    old = evening.edition
    assert next_edition.proposed_day(old, date(2026, 1, 1)) == WHIT_SUNDAY_2028
    assert next_edition.proposed_day(old, date(2028, 7, 1)) == date(2029, 5, 20)
    old.title = "Paderkultour 2027"
    assert next_edition.proposed_title(old, WHIT_SUNDAY_2028) == "Paderkultour 2028"
    assert next_edition.proposed_title(Edition(title="Nacht 20271", opens=old.opens), WHIT_SUNDAY_2028) == "Nacht 20271"


def test_the_wall_keeps_its_clock_across_summer_and_winter():
    winter = datetime(2027, 1, 15, 18, tzinfo=UTC)
    assert moved_by(winter, 181, demo.ZONE) == datetime(2027, 7, 15, 17, tzinfo=UTC)
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [moved_by(moment, 0, demo.ZONE) for moment in (first, second)] == [first, second]
    assert moved_by(second, 1, demo.ZONE) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
    with pytest.raises(ClockSkips):
        moved_by(datetime(2027, 3, 27, 1, 30, tzinfo=UTC), 1, ZoneInfo("Europe/Berlin"))
