"""Who is let in where: the table that `test_matrix.py` holds every address against.

A new address without a line fails. A line is an address as `urls.py` writes it, or the beginning of several with a `*`;
the longest that fits counts. Below /buero/ and /hinterbuehne/ a line is there already: closed to everybody but those of
the house or of the act. A room with a right of its own gets one line here, and what is open to all gets one each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kultour.accounts.roles import Right, Role, rights_of


class Answer(StrEnum):
    IN = "let in"
    """Answered, or told what was wrong with the question."""
    SIGN_IN = "asked to sign in"
    NO = "refused"
    NOTHING = "not there"
    NOT_SO = "not by this verb"
    KEY = "asked for a key"


IN, SIGN_IN, NO, NOTHING, NOT_SO, KEY = Answer
STRANGER, ACT_BY_LINK = "stranger", "act by link"
ROLES: Mapping[str, Role] = {f"role {role}" if role else "no role": Role(role) for role in Role.values}
VISITORS = (STRANGER, ACT_BY_LINK, *ROLES)
VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
READ, FORM, DO, ANY = frozenset({"GET"}), frozenset({"GET", "POST"}), frozenset({"POST"}), frozenset[str]()

Door = Callable[[str], Answer]


def everybody(visitor: str) -> Answer:
    return IN


def signed_in(visitor: str) -> Answer:
    return IN if visitor in ROLES else SIGN_IN


def nothing_to_show(visitor: str) -> Answer:
    """The matrix's people have neither password nor passkey, so there is nothing to prove anything by."""
    return NO if visitor in ROLES else SIGN_IN


def act(visitor: str) -> Answer:
    return IN if visitor == ACT_BY_LINK else NO


def of_the_house(right: Right) -> Door:
    def door(visitor: str) -> Answer:
        if visitor not in ROLES:
            return SIGN_IN
        return IN if right in rights_of(ROLES[visitor]) else NO

    return door


def only(answer: Answer) -> Door:
    return lambda visitor: answer


@dataclass(frozen=True)
class Line:
    """`verbs` are those the address takes. ANY: it is left open which of reading and posting, and whether the example
    exists; who is not let in is refused all the same."""

    door: Door
    verbs: frozenset[str] = READ

    def expected(self, visitor: str, verb: str) -> frozenset[Answer]:
        """A closed door and a refused verb are equally shut: which of them is asked first is left to the view."""
        answer = self.door(visitor)
        if self.verbs == ANY and answer is IN:
            return frozenset({IN, NOTHING, NOT_SO} if verb in FORM else {NOT_SO})
        if verb not in (self.verbs or FORM):
            return frozenset({NOT_SO} if answer is IN else {answer, NOT_SO})
        return frozenset({answer} if answer is IN else {answer, NOT_SO} if self.verbs == ANY else {answer})


TABLE: Mapping[str, Line] = {
    # --- everybody --------------------------------------------------------------------------------------------------
    **dict.fromkeys(
        ("", "heute", "programm", "auftritt/<slug:slug>", "mitwirkende/<slug:slug>", "rundgang/<slug:slug>",
         "spielort/<slug:slug>", "buehne/<slug:stage>", "mediathek", "mediathek/<slug:slug>", "mediathek/podcast.xml",
         "mediathek/<slug:slug>/ton", "mediathek/<slug:slug>/ausschnitt", "impressum", "datenschutz",
         "barrierefreiheit", "hausregeln", "health"),
        Line(everybody),
    ),
    "metrics": Line(only(NOTHING)),  # from outside
    "bild/<slug:digest>-<slug:size>.webp": Line(only(NOTHING)),
    # --- for other programs -----------------------------------------------------------------------------------------
    **dict.fromkeys(
        ("robots.txt", "mein-programm", "mein-programm.ics", "programm.ics", "auftritt/<slug:slug>.ics",
         "rundgang/<slug:slug>.ics", "ausgaben.ics", "programm.jsonld", "schedule.xml", "schedule.json",
         "programm.atom", "programm.csv", "katalog.jsonld", "mediathek.atom"),
        Line(everybody),
    ),
    "sitemap.xml": Line(everybody, frozenset(VERBS)),  # Django's own: it reads, whatever the verb
    # --- encoders, players, and what a page sends by itself ---------------------------------------------------------
    "whip/<slug:stage>": Line(only(KEY), DO),
    "whip/<slug:stage>/<str:session>": Line(only(KEY), frozenset({"PATCH", "DELETE"})),
    "whep/<slug:stage>": Line(everybody, DO),
    "whep/<slug:stage>/<str:session>": Line(everybody, frozenset({"PATCH", "DELETE"})),  # its number is the key
    "watch/leave": Line(everybody, DO),
    ".well-known/security.txt": Line(only(NOTHING), READ),  # the tests' town names no contact
    "chat/name": Line(only(NO), DO),  # a page of ours says so by its Origin, a test does not
    "zaehlung/*": Line(only(NO), DO),  # the same
    "media/live/<slug:stage>/<str:path>": Line(only(NOTHING)),
    **dict.fromkeys(
        ("media/<slug:slug>/<str:path>", "media/<slug:slug>/film.mp4", "media/<slug:slug>/film-<int:part>.mp4",
         "media/<slug:slug>/sound.m4a", "media/<slug:slug>/sound-<int:part>.m4a", "media/<slug:slug>/excerpt.mp4"),
        Line(only(NOTHING)),  # nothing lies in the bucket here
    ),
    # --- coming in and one's own account ----------------------------------------------------------------------------
    "anmelden": Line(everybody, FORM),
    "anmelden/schluessel": Line(signed_in, FORM),  # without a challenge there is nothing to answer
    "anmelden/bestaetigung": Line(signed_in, FORM),
    "anmelden/stadt": Line(only(NOTHING), DO),  # where a city has set one up: test_city_login.py
    "anmelden/stadt/zurueck": Line(only(NOTHING)),
    "abmelden": Line(everybody, FORM),
    "willkommen/<str:token>": Line(everybody, FORM),
    "konto/*": Line(signed_in, ANY),
    "konto/": Line(signed_in),
    "konto/nachweis*": Line(nothing_to_show, ANY),
    "konto/ueberall-abmelden": Line(only(SIGN_IN), DO),  # afterwards one is outside oneself
    # --- behind the stage: by personal link -------------------------------------------------------------------------
    "hinterbuehne/*": Line(act, ANY),
    "hinterbuehne/<str:token>": Line(everybody, FORM),
    "hinterbuehne/einwilligung": Line(act),
    "hinterbuehne/einwilligung/<slug:slug>": Line(act, FORM),
    "hinterbuehne/einwilligung/<slug:slug>/ruecknahme": Line(act, DO),
    # --- the office -------------------------------------------------------------------------------------------------
    "buero/*": Line(of_the_house(Right.EDIT_PROGRAMME), ANY),
    "buero/": Line(of_the_house(Right.READ_PROGRAMME)),
    "buero/plan": Line(of_the_house(Right.READ_PROGRAMME)),
    "buero/fristen/<str:token>.ics": Line(only(NOTHING)),  # the token in its address is the key
    "buero/kopfzahlen": Line(of_the_house(Right.EDIT_PROGRAMME), FORM),
    "buero/auftritt/<int:pk>": Line(of_the_house(Right.EDIT_PROGRAMME), FORM),
    "buero/auftritt/<int:pk>/absage": Line(of_the_house(Right.EDIT_PROGRAMME), DO),
    "buero/auftritt/<int:pk>/veroeffentlichung": Line(of_the_house(Right.EDIT_PROGRAMME), DO),
    "buero/aufzeichnungen*": Line(of_the_house(Right.KEEP_RECORDINGS), ANY),
    "buero/aufzeichnungen": Line(of_the_house(Right.SEE_RECORDINGS)),
    "buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/untertitel": Line(of_the_house(Right.WRITE_CAPTIONS), FORM),
    "buero/aufzeichnungen/(?P<pk>[0-9]{1,18})/untertitel/(?P<language>[a-z]{2})/geprueft": Line(
        of_the_house(Right.WRITE_CAPTIONS), DO
    ),
    "buero/chat": Line(of_the_house(Right.MODERATE_CHAT)),
    "buero/chat/protokoll": Line(of_the_house(Right.MODERATE_CHAT)),
    "buero/chat/(?P<pk>[0-9]{1,18})/(?P<verb>ausblenden|in-ordnung|zurueckholen|grund|ausschliessen)": Line(
        of_the_house(Right.MODERATE_CHAT), DO
    ),
    "buero/chat/ausschluss/(?P<pk>[0-9]{1,18})/aufhebung": Line(of_the_house(Right.MODERATE_CHAT), DO),
    "buero/mitwirkende/telefonliste": Line(of_the_house(Right.READ_TELEPHONES)),
    "buero/mitwirkende*": Line(of_the_house(Right.INVITE_ACTS), ANY),
    "buero/leute*": Line(of_the_house(Right.MANAGE_PEOPLE), ANY),
    "buero/leute": Line(of_the_house(Right.MANAGE_PEOPLE)),
    "buero/leute/neu": Line(of_the_house(Right.MANAGE_PEOPLE), FORM),
    "buero/leute/<int:pk>": Line(of_the_house(Right.MANAGE_PEOPLE)),
    "buero/leute/<int:pk>/<str:verb>": Line(of_the_house(Right.MANAGE_PEOPLE), DO),
}  # fmt: skip

NO_FORM_TOKEN = {"whip/", "whep/", "watch/leave", "chat/name", "zaehlung/"}
"""Beginnings of addresses that take a request without the form's token: their key, session number or Origin is it."""


def line_of(route: str) -> Line | None:
    """The line that counts for an address; None where nobody has written one."""
    beginnings = [key for key in TABLE if key.endswith("*") and route.startswith(key[:-1])]
    key = route if route in TABLE else max(beginnings, key=len, default=None)
    return None if key is None else TABLE[key]
