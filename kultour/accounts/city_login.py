"""Signing in with the city's own login (OpenID Connect, authorization code with PKCE), by allauth's client.

allauth keeps the state, exchanges the code and signs in. Three things are ours, see docs/decisions: the ID token is
always verified and carries a nonce, only the issuer's own host is asked, and nothing of what it says is stored but name
and role.
"""

import functools
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from kultour.accounts import city, witness
from kultour.accounts.doors import private
from kultour.accounts.models import Deed, User
from kultour.accounts.roles import Role

log = logging.getLogger(__name__)

CITY = "city"
PATIENCE = (3.05, 5)
"""Seconds to connect, and between two bytes."""
ASKED_BY_US = ("token_endpoint", "jwks_uri")
NO_ANSWER = (requests.RequestException, OAuth2Error, AttributeError, KeyError, TypeError, ValueError)
"""Nothing came, or something that no provider says: a list for a document, a number for an address."""


class CityProvider(OpenIDConnectProvider):
    def get_pkce_params(self) -> dict[str, str]:
        """What goes along to the provider: the hash of the verifier, a nonce, and how strong the sign-in has to be."""
        params = super().get_pkce_params()
        levels = {"acr_values": " ".join(settings.OIDC_ACR)} if settings.OIDC_ACR else {}
        return {**params, **levels, "nonce": city.nonce_of(params["code_verifier"])}

    def get_oauth2_adapter(self, request: HttpRequest) -> "CityAdapter":
        return CityAdapter(request)

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        return city.number_of(data["iss"], data["sub"])

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """allauth would keep all claims."""
        return {}

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        return []


class CityAdapter(OpenIDConnectOAuth2Adapter):
    """The conversation with the provider during one sign-in."""

    nonce = ""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, CITY)

    def get_provider(self) -> CityProvider:
        return CityProvider(self.request, app=_application())

    @property
    def openid_config(self) -> dict[str, Any]:
        """The discovery document, if it is the issuer's and keeps us on the issuer's host (Discovery 1.0, 4.3)."""
        config: dict[str, Any] = super().openid_config
        if config.get("issuer") != settings.OIDC_ISSUER:
            raise OAuth2Error(f"the discovery document is of another issuer: {config.get('issuer')}")
        ours = urlsplit(settings.OIDC_ISSUER)
        for name in ASKED_BY_US:
            theirs = urlsplit(str(config.get(name)))
            if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
                raise OAuth2Error(f"{name} is not on the issuer's host: {config.get(name)}")
        return config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return (settings.PUBLIC_ADDRESS or request.build_absolute_uri("/").rstrip("/")) + reverse("city_callback")

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        self.nonce = city.nonce_of(pkce_code_verifier or "")
        found: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return found

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        try:
            claims = city.believed(
                str(kwargs["response"].get("id_token", "")),
                self._keys(),
                issuer=settings.OIDC_ISSUER,
                client=settings.OIDC_CLIENT,
                nonce=self.nonce,
            )
        except city.NotBelieved as error:
            raise OAuth2Error(f"ID token refused: {error}") from error
        if not city.is_strong_enough(claims, settings.OIDC_ACR):
            raise OAuth2Error(f"signed in too weakly, acr is {str(claims.get('acr'))[:60]}")
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login

    def _keys(self) -> dict[str, Any]:
        with CityAccounts().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: dict[str, Any] = answer.json()
            return keys


class CityAccounts(DefaultSocialAccountAdapter):
    """Who comes by the city's login gets the role that the city gives, anew at every sign-in."""

    def get_requests_session(self) -> requests.Session:
        """Never for long, and never led on to another host."""
        session = requests.Session()
        session.request = functools.partial(  # type: ignore[method-assign]
            session.request, timeout=PATIENCE, allow_redirects=False
        )
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True  # whoever has no role was turned away before

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Any) -> User:
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """The claim decides: without a role of ours nobody comes in, and what the account could do is over."""
        user, claims = sociallogin.user, sociallogin.claims
        role = city.role_in(claims, settings.OIDC_CLAIM, settings.OIDC_ROLES)
        if sociallogin.is_existing and user.role != (role or Role.NOBODY):
            _note(user, role or Role.NOBODY)
        user.role = role or Role.NOBODY
        user.first_name, user.last_name = city.name_in(claims)
        if sociallogin.is_existing:
            user.save(update_fields=["role", "first_name", "last_name"])
        if role is None:
            witness.no_role(user)
            raise ImmediateHttpResponse(render(request, "account/no_role.html", status=403))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """A first sign-in. No mail address, no picture, no password."""
        user = sociallogin.user
        user.username = f"stadt-{sociallogin.account.uid[:24]}"
        user.set_unusable_password()
        user.save()
        sociallogin.account.user = user
        sociallogin.account.save()
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        log.warning("the city's login: %s %s", error, str(exception or "")[:300])
        raise ImmediateHttpResponse(_failed(request, 403))


@private
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the city's login. By a page that leads on, not by a redirect: browsers hold the answer to a form against
    our own policy (`form-action 'self'`), and that stays as strict as it is."""
    _only_where_configured()
    try:
        provider = CityAdapter(request).get_provider()
        answer = provider.redirect(request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request))
    except NO_ANSWER as error:
        return _away(request, error)
    return render(request, "account/city.html", {"address": answer["Location"]})


@private
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the city's login."""
    _only_where_configured()
    try:
        return OAuth2CallbackView.adapter_view(CityAdapter(request))(request)
    except NO_ANSWER as error:
        return _away(request, error)


def _only_where_configured() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    foreseen = isinstance(error, requests.RequestException | OAuth2Error)
    log.warning("the city's login gave no answer: %s", repr(error)[:300], exc_info=not foreseen)
    return _failed(request, 503)


def _failed(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, "account/city_failed.html", {"away": status == 503}, status=status)


def _application() -> SocialApp:
    """allauth's view of our settings; nothing of it lies in the database."""
    return SocialApp(
        provider=OpenIDConnectProvider.id,
        provider_id=CITY,
        client_id=settings.OIDC_CLIENT,
        secret=settings.OIDC_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER.rstrip("/"),
            "oauth_pkce_enabled": True,
            "scope": ["openid", "profile"],
        },
    )


def _note(user: User, role: object) -> None:
    Deed.objects.create(
        at=timezone.now(), kind=Deed.Kind.ROLE, whom=user, whom_name=user.display_name, note=f"{user.role}>{role}"
    )
