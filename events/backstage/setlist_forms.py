"""The set list's page as forms: one for each row, and the button that was pressed. Works without JavaScript."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.backstage.setlists import LONGEST, MOST, SAME, Piece, Whose, clock_of, seconds_of
from events.rights import Work

EMPTY_ROWS = 2
"""Rows to write into, below what is there already; a list that begins has more."""
ROWS_AT_FIRST = 4


class Duration(forms.CharField):
    """Minutes and seconds; the value is in seconds, or None."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(required=False, max_length=8, widget=forms.TextInput(attrs={"size": 8}), **kwargs)

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return seconds_of(text)
        except ValueError:
            raise forms.ValidationError(
                _("Please give minutes and seconds, for example 3:20; {hours} hours at most.").format(
                    hours=LONGEST // 3600
                )
            ) from None


def _text(label: str, length: int = 200) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False)


class PieceForm(forms.Form):
    """One work: title and whose it is suffice, everything else may follow."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, required=False)
    whose = forms.ChoiceField(
        label=gettext_lazy("Of whom is it?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (Whose.OWN, gettext_lazy("by me or us")),
            (Whose.OTHERS, gettext_lazy("by others")),
            (Whose.OLD, gettext_lazy("very old (its authors died more than 70 years ago)")),
        ],
        error_messages={"invalid_choice": gettext_lazy("Please choose one of the answers.")},
    )
    composer = _text(gettext_lazy("Composer"))
    lyricist = _text(gettext_lazy("Author of the words"))
    arranger = _text(gettext_lazy("Arranger"))
    publisher = _text(gettext_lazy("Publisher"))
    seconds = Duration(label=gettext_lazy("Duration (minutes:seconds)"))
    times = forms.IntegerField(
        label=gettext_lazy("How often is it played?"),
        min_value=1,
        max_value=99,
        required=False,
        error_messages={"invalid": gettext_lazy("Please give a number, for example 1.")},
    )
    gema_number = _text(gettext_lazy("GEMA work number"), 40)
    iswc = _text(gettext_lazy("ISWC"), 20)
    source = forms.ChoiceField(label=gettext_lazy("Where does it come from?"), choices=Work.Source, required=False)
    label_code = _text(gettext_lazy("Label code (of a recording)"), 20)
    isrc = _text(gettext_lazy("ISRC (of a recording)"), 20)
    offset = Duration(label=gettext_lazy("Begins in the transmission at (minutes:seconds)"))
    cleared = forms.BooleanField(
        label=gettext_lazy("By others: we have the right to have it recorded."), required=False
    )
    arranged = forms.BooleanField(
        label=gettext_lazy("Very old, but newly arranged: the arranger stands above."), required=False
    )

    @property
    def is_empty(self) -> bool:
        """Nothing was written into this row; what stands there by itself does not count."""
        written = (self[name].value() for name in self.fields if name not in {"times", "source"})
        return not any(str(value or "").strip() for value in written)

    @property
    def more_is_open(self) -> bool:
        """Whether something needs looking at among what is folded away."""
        return any(name not in {"title", "whose"} for name in self.errors)

    def clean(self) -> dict[str, object]:
        known = super().clean() or self.cleaned_data
        if self.is_empty:
            return known
        if not known.get("title") and "title" not in self.errors:
            self.add_error("title", _("Please give the title."))
        if not known.get("whose") and "whose" not in self.errors:
            self.add_error("whose", _("Please choose: by you, by others, or very old?"))
        return known

    @property
    def piece(self) -> Piece:
        """Only for a valid row that is not empty."""
        said = self.cleaned_data
        same = {name: said[name] for name in SAME} | {"times": said["times"] or 1}
        same["source"] = said["source"] or Work.Source.LIVE
        return Piece(whose=said["whose"], cleared=said["cleared"], arranged=said["arranged"], **same)


@dataclass(frozen=True)
class Wish:
    """The button that was pressed: `speichern`, `mehr`, `fertig`, `offen`, `uebernehmen`, or one at a row."""

    verb: str
    row: int | None = None


def wish_of(posted: Mapping[str, str]) -> Wish:
    found = re.fullmatch(r"(weg|hoch|runter)-(\d{1,2})", posted.get("tun", ""))
    return Wish(found[1], int(found[2])) if found else Wish(posted.get("tun", "") or "speichern")


def rows_shown(pieces: Sequence[Piece]) -> list[PieceForm]:
    """The works that are there, and empty rows behind them."""
    empty = min(EMPTY_ROWS if pieces else ROWS_AT_FIRST, MOST - len(pieces))
    rows = [PieceForm(prefix=f"s{number}", initial=as_typed(piece)) for number, piece in enumerate(pieces)]
    start = len(pieces)
    return [*rows, *(PieceForm(prefix=f"s{number}", initial={"times": 1}) for number in range(start, start + empty))]


def rows_posted(posted: QueryDict, wish: Wish) -> list[PieceForm]:
    """What was typed, in the order that the button wishes; nothing of it is lost, be it right or wrong."""
    number = posted.get("zeilen", "")
    count = min(int(number), MOST) if number.isdecimal() and len(number) < 4 else 0
    order = reordered(list(range(count)), wish)
    moved = [{name: posted.getlist(f"s{old}-{name}") for name in PieceForm.base_fields} for old in order]
    return [PieceForm(_as_posted(values, f"s{new}"), prefix=f"s{new}") for new, values in enumerate(moved)]


def reordered(rows: list[int], wish: Wish) -> list[int]:
    """One row away, or one place up or down; a wish that cannot be changes nothing."""
    row = wish.row
    if row is None or not 0 <= row < len(rows):
        return rows
    if wish.verb == "weg":
        return rows[:row] + rows[row + 1 :]
    other = row - 1 if wish.verb == "hoch" else row + 1
    if 0 <= other < len(rows):
        rows[row], rows[other] = rows[other], rows[row]
    return rows


def as_typed(piece: Piece) -> dict[str, object]:
    """A piece as its row shows it."""
    same = {name: getattr(piece, name) for name in SAME}
    return {
        **same,
        "whose": piece.whose,
        "cleared": piece.cleared,
        "arranged": piece.arranged,
        "seconds": clock_of(piece.seconds),
        "offset": clock_of(piece.offset),
    }


def _as_posted(values: Mapping[str, list[str]], prefix: str) -> dict[str, str]:
    return {f"{prefix}-{name}": found[-1] for name, found in values.items() if found}
