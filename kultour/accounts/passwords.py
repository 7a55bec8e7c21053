"""Passwords that somebody who knows the town would try first (ASVS 6.2.11; the words stand in docs/security.md)."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = ("kultour", "kultur", "kulturamt", "kulturbüro", "büro", "buero", "regie", "bühne", "buehne", "mediathek",
         "stadt", "office", "admin", "passwort", "password", "geheim", "willkommen")  # fmt: skip
"""Beside them count the town's and the publisher's name and the host's, each word of them."""
LEFT = 6
"""So many letters have to remain when these words and all figures and signs are taken away."""


class NotOfTheHouse:
    """Refuses “Kulturamt-2027!”: the house's own words with a year."""

    def validate(self, password: str, user: object = None) -> None:
        rest = without_words(password)
        if rest != password.casefold() and len(re.sub(r"[\W\d_]+", "", rest)) < LEFT:
            raise ValidationError(_("Somebody who knows your office would guess this. Please choose other words."))

    def get_help_text(self) -> str:
        return ""


def without_words(password: str) -> str:
    names = f"{settings.TOWN} {settings.PUBLISHER} {settings.PUBLIC_ADDRESS}".casefold()
    known = {*WORDS, *re.findall(r"[^\W\d_]{4,}", names)}
    # The longest first: of "kulturamt" nothing should remain but what is no word of the house.
    return re.sub("|".join(map(re.escape, sorted(known, key=len, reverse=True))), "", password.casefold())
