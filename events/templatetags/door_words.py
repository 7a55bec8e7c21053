"""Words of a row in the language of the page, or of the sheet at the door, that they stand on."""

from django import template
from django.utils.translation import get_language

from events.models.wording import Translated

register = template.Library()


@register.filter
def said(row: Translated | str, field: str) -> str:
    """`{{ performance|said:"title" }}`: in the present language, in the edition's where nobody has translated it."""
    return row.in_words(field, get_language() or "") if isinstance(row, Translated) else ""


@register.filter
def speaks(row: Translated, field: str) -> bool:
    """Whether this field is written in the present language too."""
    return bool(row.translations.get(get_language() or "", {}).get(field))
