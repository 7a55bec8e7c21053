"""Names that pretend to be the house, or somebody of its programme, in whatever letters. Values in, values out."""

import unicodedata
from collections.abc import Collection

HOUSE_WORDS = ("Regie", "Büro", "Admin", "Kultour", "offiziell", "offizielle", "offizieller", "official")
"""Not to stand in a name as a word of their own; as a part of one they are ordinary (“Büroklammer”)."""
HOUSE_STEMS = (
    "Kulturamt",
    "Kulturbüro",
    "Stadtverwaltung",
    "Administrator",
    "Moderator",
    "Moderation",
    "Culture office",
    "Control room",
)
"""Not to stand in a name at all, not even with gaps."""
LOOK_ALIKES = {
    "a": "аαæ4@",
    "b": "вβ",
    "c": "сϲ",
    "d": "ԁđð",
    "e": "еεє3",
    "g": "ɡ",
    "h": "нһħ",
    "i": "іιıl1|ӏł",
    "j": "ј",
    "k": "кκ",
    "m": "мμ",
    "n": "ηп",
    "o": "оοσøœ0",
    "p": "рρ",
    "q": "ԛ",
    "r": "г",
    "s": "ѕ5$",
    "t": "тτ7",
    "u": "υцս",
    "v": "ѵν",
    "w": "ԝω",
    "x": "хχ",
    "y": "уγ",
}
"""Small letters of other alphabets, figures and signs that are read as a Latin one."""
PAIRS = {"ae": "a", "oe": "o", "ue": "u", "rn": "m", "vv": "w"}
_READ_AS = str.maketrans({sign: letter for letter, signs in LOOK_ALIKES.items() for sign in signs})


def pretends(name: str, taken: Collection[str] = (), own: Collection[str] = ()) -> bool:
    """Whether a name holds a word of the house, or reads as one of the `taken`; one's `own` never does."""
    readings = _readings(name)
    if readings & {folded(each) for each in own}:
        return False
    words = readings.union(*map(_readings, _words(name)))
    return (
        any(folded(word) in words for word in HOUSE_WORDS)
        or any(folded(stem) in reading for stem in HOUSE_STEMS for reading in readings)
        or not readings.isdisjoint(set().union(*map(_readings, taken)))
    )


def folded(text: str) -> str:
    """What a hasty reader sees: without capitals, width, accents, gaps and invisible signs, and with one letter for all
    that look like it. For comparing only."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    letters = "".join(sign for sign in plain.translate(_READ_AS) if sign.isalnum())
    for pair, letter in PAIRS.items():
        letters = letters.replace(pair, letter)
    return letters


def _readings(text: str) -> set[str]:
    """With and without figures around it: “Regie 24” is no other than “Regie”."""
    return {folded(text), folded(text.strip("0123456789 "))} - {""}


def _words(name: str) -> list[str]:
    parted = (" " if unicodedata.category(sign)[0] in "ZPS" and sign not in "@|$" else sign for sign in name)
    return "".join(parted).split()
