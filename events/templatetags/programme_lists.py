"""Lists of performances. What one looks like depends on its values alone, so it is written once and remembered:
a page with 500 of them is made of pieces that other visitors' pages have been made of before."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from events.cards import Item
from events.schedule import day_bounds, programme_day
from events.templatetags.programme_words import state

register = template.Library()
REMEMBERED = 4096
"""Pieces of about a kilobyte."""


@register.simple_tag(takes_context=True)
def list_items(context: template.Context, items: Sequence[Item]) -> SafeString:
    """Each performance as `<li>`. The context says `now`, and `whose=False`, `place=False` and `dated=False` where act,
    place and day go without saying; else the day stands there if it is not the present one."""
    now: datetime = context["now"]
    language, zone = get_language() or "", str(timezone.get_current_timezone())
    with_act, with_place = context.get("whose") is not False, context.get("place") is not False
    today = _today(now) if context.get("dated") is not False else None
    pieces = (
        _piece(
            item,
            state(item, now),
            with_act,
            with_place,
            today is not None and not today[0] <= item.start < today[1],
            language,
            zone,
            _spoken(item),
        )
        for item in items
    )
    return mark_safe("".join(pieces))  # noqa: S308  (rendered templates)


def _today(now: datetime) -> tuple[datetime, datetime]:
    """First moment of the present programme day, and first moment after it."""
    zone = ZoneInfo(str(timezone.get_current_timezone()))
    return day_bounds(programme_day(now, zone), zone)


def _spoken(item: Item) -> tuple[str, ...]:
    """Texts that read alike in two languages are alike; their languages are not."""
    before = item.previous_stage.short_name.language if item.previous_stage else ""
    return item.title.language, item.act_name.language, item.stage.short_name.language, before


@lru_cache(maxsize=REMEMBERED)
def _piece(
    item: Item, state: str, whose: bool, place: bool, dated: bool, language: str, zone: str, spoken: tuple[str, ...]
) -> str:
    said = {"item": item, "state": state, "whose": whose, "place": place, "dated": dated}
    return str(get_template("programme/list_item.html").render(said))
