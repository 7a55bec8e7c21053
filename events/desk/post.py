"""The office's post: one letter, one mail, at once. Without `KULTOUR_SMTP_URL` nothing is sent."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import BadHeaderError

from events.letters import Letter


class NotSent(Exception):
    """The mail server did not take it; the reason is the server's."""


def can_send() -> bool:
    return bool(settings.SMTP_URL)


def send(letter: Letter) -> None:
    """Hand the letter to the mail server, within `EMAIL_TIMEOUT`. Raises NotSent."""
    if not can_send() or not letter.to:
        raise NotSent("no mail server or no address")
    try:
        EmailMessage(letter.subject, letter.body, settings.MAIL_FROM, [letter.to]).send()
    except (SMTPException, OSError, BadHeaderError) as error:
        raise NotSent(str(error)) from error
