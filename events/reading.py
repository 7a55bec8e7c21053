"""From rows to cards: three questions for a list of performances, however long, and none per row.

Rows of performances come as plain values and their stages, productions and acts once each: an edition of 500
performances repeats the same dozen stages, and building a model for each of them anew was most of the page's time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Prefetch, QuerySet
from django.utils.translation import get_language

from events import models
from events.cards import ActCard, EditionCard, Item, OnAir, PictureCard, RouteCard, StageCard, Text, VenueCard

Rows: TypeAlias = QuerySet[models.Performance]
BASE = "de"
"""In which venues, stages and acts are written: they belong to no edition."""
FIELDS = (
    *("pk", "slug", "title", "text", "translations", "access", "start", "end", "status", "cancel_reason"),
    *("previous_start", "version", "production_id", "stage_id", "previous_stage_id"),
)

ABOUT = (
    *("pk", "kind", "age", "spoken", "hat", "text", "translations"),
    *("edition_id", "edition__language", "act__slug", "act__name", "act__translations"),
)


@dataclass(frozen=True)
class Told:
    """What a production and its act tell of each of its performances."""

    pk: int
    kind: str
    age: int
    spoken: tuple[str, ...]
    hat: bool
    text: Text
    edition: int
    base: str
    """The language in which the edition is written."""
    act_slug: str
    act_name: Text


def language_of_page() -> str:
    return (get_language() or BASE).partition("-")[0]


def text_of(translations: Mapping[str, Any], field: str, written: str, base: str, wished: str) -> Text:
    """In the wished language; in that in which it is written where nobody has translated it."""
    translated = translations.get(wished, {}).get(field) if translations else None
    return Text(translated, wished) if translated else Text(written, base)


class Reader:
    """Reads rows in one language; each stage, venue and production becomes a card once."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language or language_of_page()
        self._stages: dict[int, StageCard] = {}

    def words(self, row: Any, field: str, base: str = BASE) -> Text:
        return text_of(row.translations, field, getattr(row, field), base, self.language)

    # --- performances -------------------------------------------------------------------------------------------------

    def items(self, rows: Rows, live: Mapping[int, OnAir]) -> list[Item]:
        """These rows in their order."""
        found = list(rows.values_list(*FIELDS))
        self._know_stages({pk for row in found for pk in row[-2:] if pk is not None})
        productions = self._productions({row[-3] for row in found})
        return [self._item(row, productions[row[-3]], live.get(row[0])) for row in found]

    def _know_stages(self, ids: Iterable[int]) -> None:
        missing = [pk for pk in ids if pk not in self._stages]
        if missing:
            rows = models.Stage.objects.filter(pk__in=missing).select_related("venue__rain_venue")
            self._stages |= {row.pk: self.stage(row) for row in rows}

    def _productions(self, ids: Iterable[int]) -> dict[int, Told]:
        return {row[0]: self._told(row) for row in models.Production.objects.filter(pk__in=ids).values_list(*ABOUT)}

    def _told(self, row: tuple[Any, ...]) -> Told:
        pk, kind, age, spoken, hat, text, translations, edition, base, act_slug, act_name, of_act = row
        return Told(
            pk=pk,
            kind=kind,
            age=age,
            spoken=tuple(spoken.split()),
            hat=hat,
            text=text_of(translations, "text", text, base, self.language),
            edition=edition,
            base=base,
            act_slug=act_slug,
            act_name=text_of(of_act, "name", act_name, BASE, self.language),
        )

    def _item(self, row: tuple[Any, ...], about: Told, live: OnAir | None) -> Item:
        pk, slug, title, text, translations, access, start, end, status, reason = row[:10]
        previous_start, version, _production, stage, previous_stage = row[10:]
        base = about.base
        return Item(
            id=pk,
            slug=slug,
            title=text_of(translations, "title", title, base, self.language),
            text=text_of(translations, "text", text, base, self.language) if text else about.text,
            kind=about.kind,
            start=start,
            end=end,
            stage=self._stages[stage],
            act_slug=about.act_slug,
            act_name=about.act_name,
            age=about.age,
            access=tuple(access),
            spoken=about.spoken,
            status=status,
            previous_start=previous_start,
            previous_stage=self._stages[previous_stage] if previous_stage else None,
            hat=about.hat,
            live=live,
            recording_url=None,
            version=version,
            cancel_reason=text_of(translations, "cancel_reason", reason, base, self.language),
            production=about.pk,
            edition=about.edition,
        )

    # --- everything else ----------------------------------------------------------------------------------------------

    def edition(self, row: models.Edition) -> EditionCard:
        title, subtitle, note = (self.words(row, field, row.language) for field in ("title", "subtitle", "note"))
        return EditionCard(row.pk, row.slug, title, subtitle, note, row.language, row.zone, row.opens, row.closes)

    def venue(self, row: models.Venue) -> VenueCard:
        rain = row.rain_venue
        return VenueCard(
            slug=row.slug,
            name=self.words(row, "name"),
            short_name=self.words(row, "short_name"),
            lat=row.lat,
            lon=row.lon,
            address=row.address,
            access=tuple(row.access),
            access_note=self.words(row, "access_note"),
            rain_slug=rain.slug if rain else "",
            rain_name=self.words(rain, "short_name") if rain else Text("", BASE),
        )

    def stage(self, row: models.Stage) -> StageCard:
        place = self.venue(row.venue)
        name = self.words(row, "name")
        return StageCard(row.slug, name, place.short_name, place.name, row.order, place.slug, place)

    def act(self, row: models.Act) -> ActCard:
        return ActCard(row.pk, row.slug, self.words(row, "name"), self.words(row, "blurb"), row.kind)

    def picture(self, row: models.Picture) -> PictureCard:
        sizes = (row.width, row.height, row.small_width, row.small_height)
        return PictureCard(row.digest, self.words(row, "alt"), row.author, row.licence, *sizes)

    def routes(self, rows: QuerySet[models.Route]) -> list[RouteCard]:
        stations = models.Station.objects.select_related("stage__venue__rain_venue").order_by("order")
        rows = rows.select_related("edition").prefetch_related(Prefetch("stations", stations))
        return [
            RouteCard(
                row.slug,
                self.words(row, "title", row.edition.language),
                self.edition(row.edition),
                tuple(self.stage(stop.stage) for stop in row.stations.all()),
            )
            for row in rows.order_by("order", "pk")
        ]
