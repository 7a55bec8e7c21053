"""How recordings are put into words."""

from django import template

from streaming.mediathek.chapters import clock as clock_words

register = template.Library()


@register.filter
def clock(seconds: float) -> str:
    """2:05, or 1:02:05."""
    return clock_words(round(seconds))
