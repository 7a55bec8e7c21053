"""How the planning list is written, column by column, as the page for uploading explains it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import Access, Production
from events.planning_list.sheet import REQUIRED, Column


@dataclass(frozen=True)
class Explained:
    name: str
    explanation: str | Promise
    example: str
    required: bool


_TEXTS: dict[Column, tuple[str | Promise, str]] = {
    Column.DAY: (
        _("The day of the programme, which lasts from 5:00 to 5:00: what begins at 00:30 belongs to the evening "
          "before. May be missing where the edition has one day only."),
        "16.05.2027",
    ),
    Column.START: (
        _("Hours and minutes. In the night in which the clocks are set back, with “Sommerzeit” or “Winterzeit”."),
        "19:30",
    ),
    Column.END: (_("An end or a duration; one of the two is enough."), "20:15"),
    Column.DURATION: (_("In minutes, or in hours and minutes."), "45"),
    Column.STAGE: (_("The name of the stage, or that of its venue where it has one stage only."), "Bibliothek"),
    Column.TITLE: (_("At most 200 characters. The same title by the same act is one programme item, played again."),
                   "Lieder am Wasser"),
    Column.ACT: (_("As in the programme. Whoever is not known there yet is added."), "Duo Quellwärts"),
    Column.KIND: ("", "Konzert"),
    Column.AGE: (_("0, 6, 12, 16 or 18; empty for all ages."), "12"),
    Column.ACCESS: ("", "UT, DGS"),
    Column.SPOKEN: (_("Languages or their codes; empty where nothing is spoken."), "Deutsch, Türkisch"),
    Column.TEXT: (_("At most 5,000 characters."), "Akkordeon und Harfe"),
    Column.TITLE_EN: (_("Empty where there is no translation."), "Songs by the water"),
    Column.TEXT_EN: (_("Empty where there is no translation."), "Accordion and harp"),
}  # fmt: skip


def columns() -> list[Explained]:
    """Every column of the template."""
    choices = {
        Column.KIND: ", ".join(str(label) for label in Production.Kind.labels),
        Column.ACCESS: ", ".join(f"{code} ({label})" for code, label in Access.choices),
    }
    return [
        Explained(column.value, choices.get(column, text), example, column in REQUIRED)
        for column, (text, example) in _TEXTS.items()
    ]
