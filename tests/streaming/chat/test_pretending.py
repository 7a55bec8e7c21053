"""Names that would be taken for somebody else's, and ordinary ones that only look a little like them."""

import pytest

from streaming.chat.moderation import Unsayable, nameable
from streaming.chat.pretending import LOOK_ALIKES, PAIRS

TAKEN = ["Duo Quellwärts", "Quartett 4", "Paderkultour digital 2027", "Stadt Beispiel, Kulturamt"]


@pytest.mark.parametrize(
    "name",
    [
        *("Büro", "BÜRO", "Buero", "Bu\u0308ro", "B ü r o", "Вüro", "Das Büro", "Aus dem Büro"),
        *(
            "Regie",
            "REGIE!",
            "R3gie",
            "Rеgіе",
            "ℛegie",
            "Ｒｅｇｉｅ",
            "Re\u200dgie",
            "Regíe",
            "★Regie★",
            "Regie_Dom",
            "Regie24",
            "Regie\u3164",
            "Re\u3164gie",
            "ʀᴇɢɪᴇ",
            "ᎡᎬᏀᎥᎬ",
            "ꭱꭼꮐꭵꭼ",
            "Die R-e-g-i-e",
            "Die Re-gie",
            "Ihr B ü r o",
        ),
        *("Kulturamt", "KuIturamt", "Kulturarnt", "Kultur-Amt Beispiel", "Kulturamtsleiterin", "culture office"),
        *("Moderation", "Moderatorin Ina", "M0derat0r", "admin", "Kultour", "Vera (offiziell)"),
        *("Duo Quellwärts", "duo quellwaerts", "Duo QueIIwärts", "Duo  Quellwӓrts", "Duo Quellwärts 2"),
        *("Paderkultour digital", "Stadt Beispiel Kulturamt"),
    ],
)
def test_who_would_be_taken_for_the_house_or_an_act_chooses_again(name):
    with pytest.raises(Unsayable) as refused:
        nameable(name, TAKEN)
    assert refused.value.reason == "taken"


@pytest.mark.parametrize(
    "name",
    [
        *("Vera", "Regina", "Reggie", "Reginald", "Regieassistent Max", "Büroklammer", "Günther aus Büren", "Burow"),
        *("Manuel", "Bernd", "Ödön", "Olaf", "Amtmann", "Moderne Kunst", "Modest", "Admira", "Dirigent", "Kultourist"),
        *("Владимир", "Νίκος", "李雷", "أحمد", "ʕ•ᴥ•ʔ", "Familie 👨‍👩‍👧", "!!!", "47"),
        *("Quartett", "Quartett 5", "Kai R. aus E.", "Anna-Ida G"),
        *("Duo", "Quelle 7", "Fan von Duo Quellwärts", "Kultur-Fan", "Stadtmaus"),
    ],
)
def test_ordinary_names_are_nobody_elses(name):
    assert nameable(name, TAKEN) == name


def test_an_act_is_called_as_in_the_programme():
    assert nameable("Duo Quellwärts", TAKEN, own=["Duo Quellwärts"]) == "Duo Quellwärts"
    with pytest.raises(Unsayable):
        nameable("Kulturamt", TAKEN, own=["Duo Quellwärts"])


def test_no_sign_is_read_as_two_letters():
    signs = "".join(LOOK_ALIKES.values())
    assert (len(signs), signs.casefold()) == (len(set(signs)), signs)
    assert not set(PAIRS) & set(PAIRS.values())
