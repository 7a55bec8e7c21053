"""Names that pretend to be the house, or somebody of its programme, in whatever letters. Values in, values out."""

import re
import unicodedata
from collections.abc import Collection
from itertools import groupby

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
    "a": "аαæ4@ᴀᎪ",
    "b": "вβʙᏴ",
    "c": "сϲᴄᏟ",
    "d": "ԁđðᴅᎠ",
    "e": "еεє3ᴇᎬ",
    "f": "ꜰ",
    "g": "ɡɢᏀ",
    "h": "нһħʜᎻ",
    "i": "іιıl1|ӏłɪᎥᏆʟᏞ",
    "j": "јᴊᎫ",
    "k": "кκᴋᏦ",
    "m": "мμᴍᎷ",
    "n": "ηпɴ",
    "o": "оοσøœ0ᴏ",
    "p": "рρᴘᏢ",
    "q": "ԛ",
    "r": "гʀᎡ",
    "s": "ѕ5$ꜱᏚ",
    "t": "тτ7ᴛᎢ",
    "u": "υцսᴜᏌ",
    "v": "ѵνᴠᏙ",
    "w": "ԝωᴡᎳ",
    "x": "хχ",
    "y": "уγʏᎩ",
    "z": "ᴢᏃ",
}
"""Small letters of other alphabets, small capitals, figures and signs that are read as a Latin one; of Cherokee the
large letters, because these are what Unicode folds its small ones to."""
PAIRS = {"ae": "a", "oe": "o", "ue": "u", "rn": "m", "vv": "w"}
YEAR = re.compile(r" (19|20)\d\d$")
"""“Paderkultour 2027” is the house without it, too. Any other figure belongs to a name: “Quartett” is not “Quartett 4”.
"""
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
        or not readings.isdisjoint(
            {reading for each in taken for reading in (folded(each), folded(YEAR.sub("", each)))}
        )
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
    """Parted at gaps and signs; at gaps alone (“Re-gie”); and what is spelt letter by letter (“R e g i e”)."""
    parted = (" " if unicodedata.category(sign)[0] in "ZPS" and sign not in "@|$" else sign for sign in name)
    words = "".join(parted).split()
    spelt = ["".join(run) for alone, run in groupby(words, lambda word: len(word) == 1) if alone]
    return [*words, *name.split(), *spelt]
