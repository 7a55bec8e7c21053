"""allauth's passkey forms, with an answer to whatever a stranger sends in place of a key.

allauth 65 and fido2 2 foresee the answers of real devices; a field left out, bytes that are no CBOR or a forged
signature end there in a KeyError, a struct.error or cryptography's InvalidSignature, and so in a 500. All of these mean
the same: that was not the key.
"""

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.db import DatabaseError

from kultour.accounts import witness

LONGEST = 64 * 1024
"""Characters of an answer: an attestation with a chain of certificates has about 10,000."""


class JudgedForm(forms.Form):
    """A form that holds a device's answer in `credential`."""

    def _clean_fields(self) -> None:
        if len(self.data.get("credential", "")) > LONGEST:
            self._refuse()
        else:
            self._judge(super()._clean_fields)

    def _clean_form(self) -> None:
        self._judge(super()._clean_form)

    def _judge(self, clean: Callable[[], None]) -> None:
        try:
            clean()
        except DatabaseError:
            raise
        except Exception:
            self._refuse()

    def _refuse(self) -> None:
        witness.wrong_passkey()
        self.cleaned_data.pop("credential", None)
        self.add_error("credential", get_adapter().validation_error("incorrect_code"))


class AddPasskeyForm(JudgedForm, allauth.AddWebAuthnForm):
    name = forms.CharField(required=False, max_length=60)


class RenamePasskeyForm(allauth.EditWebAuthnForm):
    name = forms.CharField(max_length=60)


class AnswerForm(JudgedForm, allauth.AuthenticateWebAuthnForm):
    pass


class SignInForm(JudgedForm, allauth.LoginWebAuthnForm):
    pass


class ProofForm(JudgedForm, allauth.ReauthenticateWebAuthnForm):
    pass
