"""Texts in several languages: the row holds them in the edition's language, `translations` beside it in others."""

from collections.abc import Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 5_000
"""Characters of one translated text."""


def known_translations(value: object) -> None:
    """`{"en": {"title": "…", "text": "…"}}`, and nothing else."""
    fits = isinstance(value, dict) and all(
        isinstance(texts, dict) and all(isinstance(text, str) and len(text) <= LONGEST for text in texts.values())
        for texts in value.values()
    )
    if not fits:
        raise ValidationError(_("Translations are texts by language and field."))


class Translated(models.Model):
    """A row whose `WORDS` may be given in other languages too; German, the edition's language, is required."""

    WORDS: ClassVar[tuple[str, ...]] = ()
    translations = models.JSONField(
        _("translations"), default=dict, blank=True, editable=False, validators=[known_translations]
    )

    class Meta:
        abstract = True

    def in_words(self, field: str, language: str) -> str:
        """The text in this language; in the edition's where nobody has translated it."""
        assert field in self.WORDS, field
        return self.translations.get(language, {}).get(field) or getattr(self, field)

    def speaks(self, language: str) -> bool:
        """Whether all that is written here is written in this language too."""
        there = self.translations.get(language, {})
        return all(there.get(field) for field in self.WORDS if getattr(self, field))

    def put_words(self, language: str, texts: Mapping[str, str]) -> None:
        """Write these fields in another language; an empty text means that nobody has translated it."""
        kept = {**self.translations.get(language, {}), **texts}
        others = {code: words for code, words in self.translations.items() if code != language}
        written = {field: text for field, text in kept.items() if text}
        self.translations = {**others, language: written} if written else others


class Planned(Translated):
    """A row that the office plans; `events.planning` alone changes it and counts its versions."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
