"""Letters of the office to an act, ready to be copied, opened in a mail program or sent. In the edition's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.engagements import Engaged
from events.readiness import Mark, Step
from events.templatetags.programme_words import full_day


@dataclass(frozen=True)
class Letter:
    to: str
    """Empty where nobody knows the address."""
    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """RFC 6068; lines are broken as mail wants it."""
        body = quote(self.body.replace("\n", "\r\n"))
        return f"mailto:{quote(self.to, safe='@')}?subject={quote(self.subject)}&body={body}"


def invitation(engaged: Engaged, link: str) -> Letter:
    """With the personal link, which is known at this moment only."""
    with translation.override(engaged.edition.language), timezone.override(engaged.edition.zone):
        lines = [
            _greeting(engaged),
            _("we would like to invite you to “{edition}”.").format(edition=engaged.edition.title),
            *_when(engaged),
            _("This is your personal link. It opens your page without a password, also on the telephone:"),
            link,
            _("There you tell us whether you come, how we reach you, what you need and what you play, and you decide "
              "what may be kept of your performance. The link also leads to the stage on the evening. Please do not "
              "pass it on."),
            _("It holds until two weeks after the event. If something does not work, simply call us."),
            _farewell(),
        ]  # fmt: skip
        subject = _("Invitation: {edition}").format(edition=engaged.edition.title)
        return Letter(engaged.engagement.email, subject, "\n\n".join(lines))


def reminder(engaged: Engaged, missing: Sequence[Mark]) -> Letter:
    """What is still missing; without the link, of which the house itself knows no more than a hash."""
    with translation.override(engaged.edition.language), timezone.override(engaged.edition.zone):
        lines = [
            _greeting(engaged),
            _("something is still missing for “{edition}”:").format(edition=engaged.edition.title),
            "\n".join(f"– {_asks(mark)}" for mark in missing),
            *_when(engaged),
            _("Please open your personal link and choose “Your details”. If you cannot find the link any more, tell "
              "us: you get a new one at once."),
            _farewell(),
        ]  # fmt: skip
        subject = _("Still missing for {edition}").format(edition=engaged.edition.title)
        return Letter(engaged.engagement.email, subject, "\n\n".join(lines))


def _greeting(engaged: Engaged) -> str:
    return _("Hello {name},").format(name=engaged.engagement.contact_name or engaged.act.name)


def _when(engaged: Engaged) -> list[str]:
    """Where and when it plays; nothing where nothing is planned."""
    slots = [
        _("{day}, {time}: “{title}”, {stage}").format(
            day=full_day(each.start),
            time=f"{timezone.localtime(each.start):%H:%M}",
            title=each.title,
            stage=each.stage.venue.short_name,
        )
        for each in engaged.performances
    ]
    return [_("Your performance:") + "\n" + "\n".join(slots)] if slots else []


def _asks(mark: Mark) -> str:
    what = ", ".join(_("“{title}”").format(title=title) for title in mark.what)
    sentence = {
        Step.ACCEPTED: _("Are you coming? We have no answer yet."),
        Step.CONSENT: _("What may be kept of your performance? Missing for {what}."),
        Step.SETLIST: _("What do you play? The set list is not complete: {what}."),
        Step.REHEARSAL: _("A rehearsal of half a minute, from the place and with the device of the evening."),
    }[mark.step]
    return sentence.format(what=what)


def _farewell() -> str:
    return _("Kind regards") + "\n" + _("Your culture office")
