"""`python3 -m kultour person EMAIL`: let somebody in from the server itself, the first person or the last resort."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.forms import ValidationError
from django.urls import reverse
from django.utils import timezone

from kultour.accounts import people
from kultour.accounts.models import User
from kultour.accounts.people import Refused
from kultour.accounts.roles import Role, roles_with_a_door
from kultour.data_directory import address


class Command(BaseCommand):
    help = "Print a link with which somebody of the house chooses a password; makes the account where there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="the e-mail address, which is the user name too")
        parser.add_argument("--name", default="", help="first and last name of a new person")
        parser.add_argument("--role", default=Role.OFFICE, choices=[str(role) for role in roles_with_a_door()])
        parser.add_argument("--rescue", action="store_true", help="unlock the account and remove its second factor")

    def handle(self, *args: Any, email: str, name: str, role: str, rescue: bool, **options: Any) -> None:
        now = timezone.now()
        user = User.objects.filter(username__iexact=email).first()
        try:
            if user is None:
                validate_email(email)
                first, _space, last = name.partition(" ")
                user, token = people.create(first, last, email, role, by=None, now=now)
            else:
                if rescue:
                    people.rescue(user.pk, now=now)
                token = people.give_link(user.pk, by=None, now=now)
        except ValidationError as error:
            raise CommandError(f"“{email}” is no e-mail address.") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write((settings.PUBLIC_ADDRESS or address(settings.DATA)) + reverse("welcome", args=[token]))
