"""Lists of performances. What one looks like depends on its values alone, so it is written once and remembered:
a page with 500 of them is made of pieces that other visitors' pages have been made of before."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from events.cards import Item
from events.schedule import programme_day
from events.templatetags.programme_words import state

register = template.Library()
REMEMBERED = 4096
"""Pieces of about a kilobyte."""


@register.simple_tag(takes_context=True)
def list_items(context: template.Context, items: Sequence[Item]) -> SafeString:
    """Each performance as `<li>`. The context says `now`, and `place=False` and `dated=False` where place and day go
    without saying; else the day stands there if it is not the present one."""
    now: datetime = context["now"]
    language, zone = get_language() or "", timezone.get_current_timezone_name()
    with_place = context.get("place") is not False
    today = _day(now) if context.get("dated") is not False else None
    pieces = (
        _piece(item, state(item, now), with_place, today not in {None, _day(item.start)}, language, zone, _spoken(item))
        for item in items
    )
    return mark_safe("".join(pieces))  # noqa: S308  (rendered templates)


def _day(moment: datetime) -> date:
    return programme_day(moment, timezone.get_current_timezone())


def _spoken(item: Item) -> tuple[str, ...]:
    """Texts that read alike in two languages are alike; their languages are not."""
    return item.title.language, item.act_name.language, item.stage.short_name.language


@lru_cache(maxsize=REMEMBERED)
def _piece(item: Item, state: str, place: bool, dated: bool, language: str, zone: str, spoken: tuple[str, ...]) -> str:
    said = {"item": item, "state": state, "place": place, "dated": dated}
    return str(get_template("programme/list_item.html").render(said))
