"""Finding in the Mediathek: what a visitor asked for, what there is to choose among, and which recordings fit.

The database is asked a fixed number of times, however much is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from events import programme
from events.programme import Text
from events.rights import Work
from streaming import titles
from streaming.mediathek.cards import WRITTEN
from streaming.models import Captions, Recording

LONGEST_TEXT = 80
MOST_WORDS = 6
"""Of a search: each costs a look into every title."""


@dataclass(frozen=True)
class Option:
    """One answer to a question of the form; what somebody wrote or translated knows its language."""

    value: str
    words: Text | str


@dataclass(frozen=True)
class Options:
    """What there is to choose among: only what leads to a recording."""

    editions: tuple[Option, ...] = ()
    venues: tuple[Option, ...] = ()
    acts: tuple[Option, ...] = ()
    kinds: tuple[Option, ...] = ()

    def __bool__(self) -> bool:
        return any((self.editions, self.venues, self.acts, self.kinds))


@dataclass(frozen=True)
class Wish:
    """What is looked for, named as in the address: `?suche=chor&ort=dom`. Empty fields want everything."""

    suche: str = ""
    ausgabe: str = ""
    ort: str = ""
    wer: str = ""
    art: str = ""

    @property
    def is_made(self) -> bool:
        return self != Wish()

    def address(self, page: int) -> str:
        """The query of a page of what was found."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return "?" + urlencode({name: value for name, value in said.items() if value} | {"seite": page})


def wished(query: Mapping[str, str], options: Options) -> Wish:
    """The wish in an address; what nobody could have chosen on the page is left out."""
    return Wish(
        suche=_tidy(query.get("suche", "")),
        ausgabe=_known(query.get("ausgabe", ""), options.editions),
        ort=_known(query.get("ort", ""), options.venues),
        wer=_known(query.get("wer", ""), options.acts),
        art=_known(query.get("art", ""), options.kinds),
    )


def _tidy(text: str) -> str:
    """PostgreSQL refuses a NUL; nothing else that cannot be seen is worth a search either."""
    seen = "".join(each if each.isprintable() else " " for each in text[:LONGEST_TEXT])
    return " ".join(seen.split()[:MOST_WORDS])


def _known(value: str, options: Iterable[Option]) -> str:
    return value if value in {option.value for option in options} else ""


def options_among(recordings: QuerySet[Recording], stages: Iterable[programme.StageCard]) -> Options:
    """Editions with the latest first, venues along the way, acts by name, kinds as the programme orders them; in the
    page's language."""
    edition, wished = "session__performance__production__edition", programme.language_of_page()
    there = list(
        recordings.values_list(
            f"{edition}__opens",
            f"{edition}__slug",
            f"{edition}__title",
            f"{edition}__language",
            f"{edition}__translations__{wished}__title",
            "session__stage",
            "session__act__slug",
            "session__act__name",
            f"session__act__translations__{wished}__name",
            "session__performance__production__kind",
        ).distinct()
    )
    editions = sorted({row[:5] for row in there if row[1]}, key=lambda row: row[:2], reverse=True)
    played = {row[5] for row in there}
    venues = {stage.venue: stage.short_name for stage in stages if stage.slug in played}
    acts = [
        Option(slug, _told(name, WRITTEN, told, wished)) for slug, name, told in {row[6:9] for row in there if row[6]}
    ]
    kinds = {row[9] for row in there}
    return Options(
        editions=tuple(Option(slug, _told(title, base, told, wished)) for _opens, slug, title, base, told in editions),
        venues=tuple(Option(slug, name) for slug, name in venues.items()),
        acts=tuple(sorted(acts, key=lambda act: (act.words.casefold(), act.value))),
        kinds=tuple(Option(kind, str(words)) for kind, words in programme.kinds() if kind in kinds),
    )


def _told(written: str, base: str, translated: str | None, wished: str) -> Text:
    return Text(translated, wished) if translated else Text(written, base)


def fitting(recordings: QuerySet[Recording], wish: Wish, stages: Sequence[programme.StageCard]) -> QuerySet[Recording]:
    """Those in which every word of the search is found, and all that was chosen is true."""
    production = "session__performance__production"
    chosen: dict[str, Any] = {}
    if wish.ausgabe:
        chosen[f"{production}__edition__slug"] = wish.ausgabe
    if wish.ort:
        chosen["session__stage__in"] = [stage.slug for stage in stages if stage.venue == wish.ort]
    if wish.wer:
        chosen["session__act__slug"] = wish.wer
    if wish.art:
        chosen[f"{production}__kind"] = wish.art
    found = recordings.filter(**chosen)
    wished = programme.language_of_page()
    translated = (f"session__performance__translations__{wished}__title", f"session__act__translations__{wished}__name")
    for word in wish.suche.split():
        works = Work.objects.filter(_contains(word, "title", "composer"))
        found = found.filter(
            _contains(word, "session__title", "session__act__name", *translated)
            | _free(word, stages)
            | Q(**{f"{production}__in": works.values("setlist__production")})
            | Q(pk__in=Captions.objects.filter(_contains(word, "text")).values("recording"))
        )
    return found


def _free(word: str, stages: Iterable[programme.StageCard]) -> Q:
    """What is in no programme and has the word in the name that the page gives it (`titles`)."""
    remembered, told = titles.beginning()
    free = Q(session__performance=None, session__title__startswith=remembered)
    if word.casefold() in told.casefold():
        return free
    return free & Q(session__stage__in=[stage.slug for stage in stages if word.casefold() in stage.name.casefold()])


def _contains(word: str, *names: str) -> Q:
    """SQLite knows upper and lower case of ASCII only, so that "öde" would miss "Öde"."""
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    found = Q()
    for name in names:
        for spelling in sorted(spellings):
            found |= Q(**{f"{name}__icontains": spelling})
    return found


def works_of(recording: Recording) -> list[Work]:
    """What the set list says was played. Needs `session` and its performance loaded."""
    performance = recording.session.performance
    return list(Work.objects.filter(setlist__production=performance.production_id)) if performance else []
