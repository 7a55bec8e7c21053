"""Writing what a sound planning list wants: acts and productions that are missing, and performances as drafts."""

from datetime import datetime

from events import planning, publishing, versions
from events.models import Act, Edit, Edition, Performance, Production, Stage
from events.planning_list.preview import Item, Outcome, Preview
from events.planning_list.sheet import plain
from events.planning_list.wishes import Wish
from events.slugs import free_slug
from events.versions import Wording
from kultour.accounts.models import User

ENGLISH = "en"
Subject = Edit.Subject
WRITTEN = {Outcome.NEW, Outcome.CHANGED}


def write(edition: Edition, found: Preview, by: User, now: datetime) -> None:
    """Runs inside the transaction of whoever looked through the list; raises refusals.Refused."""
    new = [(row.item, row.wish) for row in found.of(Outcome.NEW) if row.item and row.wish]
    changed = {row.standing.id: row.wish for row in found.of(Outcome.CHANGED) if row.wish and row.standing}
    productions = _productions(edition, found, by, now)
    wordings = {pk: _wording(row, changed[pk]) for pk, row in Performance.objects.in_bulk(changed).items()}
    all_stages = {stage.slug: stage for stage in Stage.objects.all()}
    taken = set(Performance.objects.values_list("slug", flat=True))
    made = [_performance(wish, productions[item], all_stages[wish.slot.stage], taken) for item, wish in new]
    publishing.draft(edition, made, {pk: wish.slot for pk, wish in changed.items()}, by, now, wordings=wordings)


def _productions(edition: Edition, found: Preview, by: User, now: datetime) -> dict[Item, Production]:
    """What is played: there already or made, and as the list describes it."""
    rows = [(row.item, row.wish) for row in found.rows if row.outcome in WRITTEN and row.item and row.wish]
    said: dict[Item, dict[str, object]] = {}
    for item, wish in rows:
        said.setdefault(item, {}).update(_said(wish))
    for production in Production.objects.filter(pk__in=[item for item in said if isinstance(item, int)]):
        planning.change(Subject.PRODUCTION, production.pk, said[production.pk], by, now, seen=production.version)
    acts = _acts([wish for _item, wish in rows], by, now)
    numbers: dict[Item, int] = {item: item for item in said if isinstance(item, int)}
    for item, wish in rows:
        if item not in numbers:
            values = {"title": wish.slot.title, "act": acts[plain(wish.act)], **said[item]}
            numbers[item] = planning.make(Subject.PRODUCTION, values, by, now, edition=edition).object_id
    productions = Production.objects.select_related("edition", "act").in_bulk(numbers.values())
    return {item: productions[pk] for item, pk in numbers.items()}


def _acts(wishes: list[Wish], by: User, now: datetime) -> dict[str, int]:
    """Numbers of the acts by their plain names."""
    acts = {plain(name): pk for pk, name in Act.objects.order_by("-pk").values_list("pk", "name")}
    for wish in wishes:
        if plain(wish.act) not in acts:
            edit = planning.make(Subject.ACT, {"name": wish.act, "kind": Act.Kind.ENSEMBLE}, by, now)
            acts[plain(wish.act)] = edit.object_id
    return acts


def _said(wish: Wish) -> dict[str, object]:
    """What the list says of the production."""
    said = {"kind": wish.kind or None, "age": wish.age, "spoken": wish.spoken}
    return {name: value for name, value in said.items() if value is not None}


def _performance(wish: Wish, production: Production, stage: Stage, taken: set[str]) -> Performance:
    slot = wish.slot
    slug = free_slug(slot.title, "auftritt", taken.__contains__, 80)
    taken.add(slug)
    row = Performance(production=production, stage=stage, slug=slug, title=slot.title, start=slot.start, end=slot.end)
    versions.describe(row, _wording(row, wish))
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
