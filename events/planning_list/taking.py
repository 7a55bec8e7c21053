"""Writing what a sound planning list wants: acts and productions that are missing, and performances as drafts."""

from datetime import datetime

from events import publishing
from events.models import Act, Edition, Performance, Production, Stage
from events.planning_list.preview import Outcome, Preview
from events.planning_list.sheet import plain
from events.planning_list.wishes import Wish
from events.publishing import Wording
from events.slugs import free_slug
from kultour.accounts.models import User

ENGLISH = "en"
Key = tuple[str, str]


def write(edition: Edition, found: Preview, by: User, now: datetime) -> None:
    """Runs inside the transaction of whoever looked through the list; raises publishing.Refused."""
    new = [row.wish for row in found.of(Outcome.NEW) if row.wish]
    changed = {row.standing.id: row.wish for row in found.of(Outcome.CHANGED) if row.wish and row.standing}
    productions = _productions(edition, [*new, *changed.values()])
    wordings = {pk: _wording(row, changed[pk]) for pk, row in Performance.objects.in_bulk(changed).items()}
    all_stages = {stage.slug: stage for stage in Stage.objects.all()}
    taken = set(Performance.objects.values_list("slug", flat=True))
    made = [_performance(wish, productions[_key(wish)], all_stages[wish.slot.stage], taken) for wish in new]
    publishing.draft(edition, made, {pk: wish.slot for pk, wish in changed.items()}, by, now, wordings=wordings)


def _key(wish: Wish) -> Key:
    return plain(wish.slot.title), plain(wish.act)


def _productions(edition: Edition, wishes: list[Wish]) -> dict[Key, Production]:
    """What is played, by title and act: found or made, and as the list describes it."""
    there = Performance.objects.filter(production__edition=edition).select_related("production__act").order_by("-pk")
    found = {(plain(row.title), plain(row.production.act.name)): row.production for row in there}
    taken = set(edition.productions.values_list("slug", flat=True))
    acts = _acts(wishes)
    for wish in wishes:
        production = found.get(_key(wish))
        if production is None:
            slug = free_slug(wish.slot.title, "programmpunkt", taken.__contains__, 80)
            production = Production(edition=edition, act=acts[plain(wish.act)], slug=slug, title=wish.slot.title)
            taken.add(slug)
            found[_key(wish)] = production
        if _describe(production, wish) or production.pk is None:
            production.save()
    return found


def _acts(wishes: list[Wish]) -> dict[str, Act]:
    acts = {plain(act.name): act for act in Act.objects.order_by("-pk")}
    taken = {act.slug for act in acts.values()}
    for wish in wishes:
        if plain(wish.act) not in acts:
            slug = free_slug(wish.act, "mitwirkende", taken.__contains__)
            taken.add(slug)
            acts[plain(wish.act)] = Act.objects.create(slug=slug, name=wish.act, kind=Act.Kind.ENSEMBLE)
    return acts


def _describe(production: Production, wish: Wish) -> bool:
    """Say whether that changed anything."""
    said = {"kind": wish.kind or None, "age": wish.age, "spoken": wish.spoken}
    news = {field: value for field, value in said.items() if value is not None and value != getattr(production, field)}
    for field, value in news.items():
        setattr(production, field, value)
    return bool(news)


def _performance(wish: Wish, production: Production, stage: Stage, taken: set[str]) -> Performance:
    slot = wish.slot
    slug = free_slug(slot.title, "auftritt", taken.__contains__, 80)
    taken.add(slug)
    row = Performance(production=production, stage=stage, slug=slug, title=slot.title, start=slot.start, end=slot.end)
    publishing._describe(row, _wording(row, wish))
    return row


def _wording(row: Performance, wish: Wish) -> Wording:
    """What the list has no column for stays as it is."""
    english = row.translations.get(ENGLISH, {})
    return Wording(
        text=row.text if wish.text is None else wish.text,
        access=tuple(row.access) if wish.access is None else wish.access,
        title_en=english.get("title", "") if wish.title_en is None else wish.title_en,
        text_en=english.get("text", "") if wish.text_en is None else wish.text_en,
    )
