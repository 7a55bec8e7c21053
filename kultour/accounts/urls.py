"""How people come in, their own account, and the office's list of people."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.decorators.http import require_http_methods

from kultour.accounts import city_login, own_account, people_pages, welcome
from kultour.accounts.doors import account_required

asking = require_http_methods(["GET", "HEAD", "POST"])


def asking_again(view, template: str):  # type: ignore[no-untyped-def]
    """Shows once more who one is, before something is changed."""
    return account_required(asking(view.as_view(template_name=template)))


urlpatterns = [
    path("anmelden", asking(account.login), name="account_login"),
    path("anmelden/schluessel", asking(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path(
        "anmelden/bestaetigung",
        asking(mfa.AuthenticateView.as_view(template_name="account/second_factor.html")),
        name="mfa_authenticate",
    ),
    path("anmelden/stadt", city_login.begin, name="city_login"),
    path("anmelden/stadt/zurueck", city_login.callback, name="city_callback"),
    path("abmelden", asking(account.logout), name="account_logout"),
    path("willkommen/<str:token>", welcome.welcome, name="welcome"),
    path("konto/", own_account.account, name="mfa_index"),
    path("konto/", own_account.account, name="mfa_list_webauthn"),  # where allauth goes back to from a passkey
    path("konto/passwort", own_account.password, name="account_change_password"),
    path("konto/ueberall-abmelden", own_account.leave_everywhere, name="leave_everywhere"),
    path("konto/schluessel", own_account.add_passkey, name="mfa_add_webauthn"),
    path("konto/schluessel/<int:pk>/name", own_account.rename_passkey, name="mfa_edit_webauthn"),
    path("konto/schluessel/<int:pk>/loeschung", own_account.remove_passkey, name="mfa_remove_webauthn"),
    path("konto/app", own_account.add_app, name="mfa_activate_totp"),
    path("konto/app/loeschung", own_account.remove_app, name="mfa_deactivate_totp"),
    path("konto/ersatzcodes", own_account.recovery_codes, name="mfa_view_recovery_codes"),
    path("konto/ersatzcodes/neu", own_account.new_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "konto/nachweis",
        asking_again(account.ReauthenticateView, "account/proof_by_password.html"),
        name="account_reauthenticate",
    ),
    path(
        "konto/nachweis/code",
        asking_again(mfa.ReauthenticateView, "account/proof_by_code.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "konto/nachweis/schluessel",
        asking_again(webauthn.ReauthenticateWebAuthnView, "account/proof_by_passkey.html"),
        name="mfa_reauthenticate_webauthn",
    ),
    path("buero/leute", people_pages.people, name="office_people"),
    path("buero/leute/neu", people_pages.newcomer, name="office_newcomer"),
    path("buero/leute/<int:pk>", people_pages.person, name="office_person"),
    path("buero/leute/<int:pk>/<str:verb>", people_pages.act, name="office_person_act"),
]
