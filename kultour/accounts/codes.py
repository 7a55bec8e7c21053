"""Codes out of an app or off a list: each is good once, whichever process is asked (RFC 6238, section 5.2).

allauth notes a used code in the cache for half a minute. With MFA_TOTP_TOLERANCE a code is good for three halves, so
that whoever looked over a shoulder could come in with it a minute later; hence the half-minutes that were used lie with
the app's key in the database.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django import forms
from django.db import transaction

from kultour.accounts import witness

SPENT = "spent"
REMEMBERED = 5
"""Half-minutes. Three are good at any moment, and while one of them is, five at most; not simply the latest, or a clock
that was put back would keep everybody out."""


class OnceForm(forms.Form):
    """A form that asks for a code: of two who send the same one, one comes in."""

    def clean_code(self) -> str:
        try:
            return self._spent_code()
        except forms.ValidationError:
            witness.wrong_code(self.user)
            raise

    def _spent_code(self) -> str:
        with transaction.atomic():
            ways = Authenticator.objects.select_for_update().filter(user=self.user)
            app = next((way for way in ways if way.type == Authenticator.Type.TOTP), None)
            number = half_minute_of(app, self.cleaned_data["code"]) if app else None
            if app and number in app.data.get(SPENT, []):
                check_rate_limit(self.user)  # before allauth, which forgives all guesses where a code is right
                raise get_adapter().validation_error("incorrect_code")
            code: str = super().clean_code()
            if app and number is not None:
                app.data[SPENT] = [*app.data.get(SPENT, []), number][-REMEMBERED:]
                app.save(update_fields=["data"])
            return code


def half_minute_of(app: Authenticator, code: str) -> int | None:
    """The number since 1970 of the half-minute that a code is of; None: of none that is near."""
    secret = get_adapter().decrypt(app.data["secret"])
    near = auth.yield_hotp_counters_from_time()
    codes = {number: auth.format_hotp_value(auth.hotp_value(secret, number)) for number in near}
    return next((n for n, each in codes.items() if auth.compare_user_code(actual=code, expected=each)), None)


class CodeForm(OnceForm, allauth.AuthenticateForm):
    pass


class ProofByCodeForm(OnceForm, allauth.ReauthenticateForm):
    pass
